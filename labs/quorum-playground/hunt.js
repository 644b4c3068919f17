// The engine looks for a run that breaks a promise: the same scenario with other lucks, until one breaks it; then it
// takes away from that run whatever the fault does not need, and the small run comes on the stage.

/** @import { Action, PromiseId, Scenario } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */
/** @import { Run } from './run.js' */

/** How many lucks are tried. */
export const huntedSeeds = 1000;

/** So many clients put and get for so long when more calls are wanted. */
export const busyClients = 3;
const busyTraffic = { duration_ms: 200, think_ms: 5, keys: 1 };

/** @typedef {{promise: PromiseId, doing: 'search' | 'shrink', done: number, total: number}} Progress */

/**
 * What no luck broke, and in which run.
 * @typedef {{promise: PromiseId, busy: boolean, undecided: number, run: Run, changes: number}} InVain
 */

export class Hunt {
  /** @type {Progress | null} */
  progress = null;
  /** @type {InVain | null} */
  #inVain = null;
  /** @type {AbortController | null} */
  #running = null;

  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
  }

  /** What could not be broken in the run on the stage, if something was tried last. */
  get inVain() {
    const { run } = this.lab;
    return run && this.#inVain?.run === run && this.#inVain.changes === run.changes ? this.#inVain : null;
  }

  /**
   * @param {PromiseId} promise
   * @param {boolean} [busy] with more calls than the run's own
   */
  async start(promise, busy = false) {
    const { lab } = this;
    const { run } = lab;
    if (!run) return;
    this.stop();
    lab.cancel();
    lab.player.pause();
    const running = new AbortController();
    this.#running = running;
    this.#inVain = null;
    try {
      const own = await run.scenario();
      const whole = busy ? withTraffic(own, Math.max(busyClients, run.stage.clients.length)) : own;
      const seeds = { from: 1, to: huntedSeeds };
      this.#report({ promise, doing: 'search', done: 0, total: huntedSeeds });
      const { found, undecided } = await lab.engine.runJob(
        { job: 'search', scenario: whole, promise, seeds },
        this.#watched(running, promise, 'search'),
      );
      if (this.#running !== running) return;
      if (!found) {
        this.#inVain = { promise, busy, undecided, run, changes: run.changes };
        lab.around.say(`None of ${huntedSeeds} lucks broke it.`);
        return;
      }
      const small = await lab.engine.runJob(
        { job: 'shrink', scenario: found.scenario, promise },
        this.#watched(running, promise, 'shrink'),
      );
      if (this.#running !== running) return;
      const scenario = small.broken ? small.scenario : found.scenario;
      await lab.detour.visit(scenario, { promise, seed: found.seed, small: small.broken });
    } catch (error) {
      if (!running.signal.aborted) throw error;
    } finally {
      if (this.#running === running) {
        this.#running = null;
        this.#report(null);
      }
    }
  }

  stop() {
    this.#running?.abort();
    this.#running = null;
    this.#report(null);
  }

  /**
   * @param {AbortController} running
   * @param {PromiseId} promise
   * @param {'search' | 'shrink'} doing
   */
  #watched(running, promise, doing) {
    return {
      signal: running.signal,
      onProgress: (/** @type {{done: number, total: number}} */ { done, total }) => {
        if (this.#running === running) this.#report({ promise, doing, done, total });
      },
    };
  }

  /** @param {Progress | null} progress */
  #report(progress) {
    this.progress = progress;
    this.lab.around.draw();
  }
}

/**
 * The calls by hand keep their places in the list; the ids that a small run gave them are the traffic's now, so what
 * named a call by its id names it by its place.
 * @param {Scenario} scenario
 * @param {number} clients
 * @returns {Scenario}
 */
function withTraffic(scenario, clients) {
  const actions = /** @type {Action[]} */ (scenario.actions ?? []);
  const places = new Map(actions.map(({ id }, index) => [Number(id ?? index), index]));
  return {
    ...scenario,
    workload: { clients, ...busyTraffic },
    actions: actions.map(({ id: _id, ...action }) =>
      action.op === undefined ? action : { ...action, op: places.get(Number(action.op)) ?? action.op },
    ),
  };
}
