// The engine looks for a run that breaks a promise: the same scenario with other lucks, until one breaks it; then it
// takes away from that run whatever the fault does not need, and the small run comes on the stage where it goes wrong.

import { OneJob } from '../../web/engine/one-job.js';
import { overlaps } from '../../web/figures/overlap.js';
import { Run } from './run.js';

/** @import { Action, PromiseId, Scenario } from '../../web/engine/engine.d.ts' */
/** @import { Found } from './detour.js' */
/** @import { Lab } from './lab.js' */

/** How many lucks are tried. */
export const huntedSeeds = 1000;

/** So many clients put and get for so long when more calls are wanted. */
export const busyClients = 3;
const busyTraffic = { duration_ms: 200, think_ms: 5, keys: 1, value_bytes: 1 };

/** That one of these is broken shows only when nothing is left to happen. @type {PromiseId[]} */
const atEnd = ['convergence', 'no_lost_write'];

/** Where no finished write can be missed, these cannot be broken. @type {PromiseId[]} */
const overlapKeeps = ['regular', 'read_your_writes', 'monotonic_writes', 'no_resurrection'];

/** @typedef {{promise: PromiseId, doing: 'search' | 'shrink', done: number, total: number}} Progress */

/**
 * What no luck broke, and in which run.
 * `sure`: none could, by the run’s own rules.
 * @typedef {{promise: PromiseId, busy: boolean, sure: boolean, undecided: number, run: Run, changes: number}} InVain
 */

export class Hunt {
  /** @type {InVain | null} */
  #inVain = null;
  /** @type {OneJob<Progress>} */
  #job;

  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
    this.#job = new OneJob(() => lab.around.draw());
  }

  get progress() {
    return this.#job.progress;
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
    this.#inVain = null;
    const start = /** @type {const} */ ({ promise, doing: 'search', done: 0, total: huntedSeeds });
    await this.#job.run(start, async (signal, report) => {
      const own = await run.scenario();
      const whole = busy ? withTraffic(own, Math.max(busyClients, run.stage.clients.length)) : own;
      const seeds = { from: 1, to: huntedSeeds };
      const { found, undecided } = await lab.engine.runJob(
        { job: 'search', scenario: whole, promise, seeds },
        { signal, onProgress: ({ done, total }) => report({ promise, doing: 'search', done, total }) },
      );
      signal.throwIfAborted();
      if (!found) {
        const sure = undecided === 0 && isGuaranteed(whole, promise);
        this.#inVain = { promise, busy, sure, undecided, run, changes: run.changes };
        lab.around.say(`None of ${huntedSeeds} lucks broke it.${sure ? ' It had to be so.' : ''}`);
        lab.around.focus('.in-vain');
        return;
      }
      const small = await lab.engine.runJob(
        { job: 'shrink', scenario: found.scenario, promise },
        { signal, onProgress: ({ done, total }) => report({ promise, doing: 'shrink', done, total }) },
      );
      signal.throwIfAborted();
      const scenario = small.broken ? small.scenario : found.scenario;
      const witness = await this.#witness(scenario, promise);
      signal.throwIfAborted();
      await lab.detour.visit(scenario, { promise, seed: found.seed, small: small.broken, ...witness });
    });
  }

  /**
   * What a run has to say of the promise that it breaks.
   * @param {Scenario} scenario
   * @param {PromiseId} promise
   * @returns {Promise<Pick<Found, 'ops' | 'key' | 'position' | 'writes' | 'reads'>>}
   */
  async #witness(scenario, promise) {
    const run = await Run.open(this.lab.engine, scenario, Number.MAX_SAFE_INTEGER);
    const { verdict } = await run.session.view('verdict');
    await run.close();
    const { ops } = verdict[promise];
    const guilty = run.operations.filter(({ op }) => ops.includes(op));
    const last = Math.max(...guilty.map(({ end_position: end }) => end ?? Number.POSITIVE_INFINITY));
    const reads = run.operations.filter(({ do: verb }) => verb === 'get').length;
    return {
      ops,
      key: guilty.at(-1)?.key ?? run.stage.keys[0].key,
      position: atEnd.includes(promise) || !Number.isFinite(last) ? Number.MAX_SAFE_INTEGER : last,
      writes: run.operations.length - reads,
      reads,
    };
  }

  stop() {
    this.#job.stop();
  }
}

/**
 * Whether W + R > N keeps the promise, come what may: where nothing fails and nothing is changed on the way.
 * @param {Scenario} scenario
 * @param {PromiseId} promise
 */
function isGuaranteed({ cluster, network, actions }, promise) {
  const { n = 3, w = 2, r = 2 } = /** @type {Partial<import('./scenario.js').Quorum>} */ (cluster ?? {});
  const { loss = 0 } = /** @type {{loss?: number}} */ (network ?? {});
  const calm = ['put', 'get', 'delete', 'hold', 'release'];
  return (
    overlapKeeps.includes(promise) &&
    overlaps({ n, w, r }) &&
    loss === 0 &&
    /** @type {Action[]} */ (actions ?? []).every(
      (action) => calm.includes(action.do) && !('n' in action || 'w' in action || 'r' in action),
    )
  );
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
