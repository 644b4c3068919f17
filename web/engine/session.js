/**
 * One run of one scenario, as the page holds it. Every method is asynchronous and takes its turn behind the calls made
 * before it; `status` is the latest known place.
 *
 * The handle outlives the engine: it keeps the scenario and a journal of what changed the run (actions and forks, each
 * with the place where it happened), which is all it takes to be made again, branches included, in a new engine.
 */
import { EngineError } from './errors.js';
import { SliceSize } from './slices.js';

/** @import { Action, Branch, Place, ViewName, Views } from './engine.d.ts' */
/** @import { Dispatcher, Send } from './dispatcher.js' */

/** The engine's own cap for one call. */
const MOST_EVENTS_A_SLICE = 1_000_000;

export class Session {
  /** The latest known place. @type {Place} */
  status;
  #dispatcher;
  #scenario;
  /** @type {{ at: Place, method: 'apply' | 'fork', args: unknown[] }[]} */
  #journal = [];
  /** How far each branch has been, by its number. @type {number[]} */
  #furthest = [];
  /** @type {Promise<unknown>} */
  #tail = Promise.resolve();
  #slice = new SliceSize({ least: 256, most: MOST_EVENTS_A_SLICE });
  #closed = false;

  /**
   * Made by Engine.create.
   * @param {Dispatcher} dispatcher
   * @param {string} scenario as JSON text
   * @param {Place} status
   */
  constructor(dispatcher, scenario, status) {
    this.#dispatcher = dispatcher;
    this.#scenario = scenario;
    this.status = this.#arrive(status);
  }

  /**
   * Forward by at most `maxEvents` events, and not past `untilUs`; without bounds to the end.
   * @param {{ maxEvents?: number, untilUs?: number }} [bounds]
   */
  step({ maxEvents = 0, untilUs = -1 } = {}) {
    return this.#inTurn(async () => {
      wantWhole('maxEvents', maxEvents, 0);
      wantWhole('untilUs', untilUs, -1);
      return this.#forward(maxEvents || Number.POSITIVE_INFINITY, untilUs);
    });
  }

  /**
   * To a position, back or forward, on this branch or another.
   * @param {number} position
   * @param {number} [branch]
   */
  seek(position, branch = -1) {
    return this.#inTurn(async () => {
      wantWhole('position', position, 0);
      wantWhole('branch', branch, -1, 2 ** 31 - 1);
      // To the start of another branch first, which says how far that branch has been.
      if (branch !== -1 && branch !== this.status.branch) await this.#move('seek', 0, branch);
      await this.#move('seek', Math.min(position, this.status.last_position), -1);
      if (position > this.status.position) await this.#forward(position - this.status.position, -1);
      return this.status;
    });
  }

  /** @param {number} us */
  seekTime(us) {
    return this.#inTurn(async () => {
      wantWhole('us', us, 0);
      if (us <= this.status.last_us) return this.#move('seek_time', us);
      await this.#move('seek', this.status.last_position, -1);
      return this.#forward(Number.POSITIVE_INFINITY, us);
    });
  }

  /**
   * Makes an action happen, by default at the next microsecond; in the past that starts a branch.
   * @param {Action} action
   */
  apply(action) {
    return this.#inTurn(() => this.#move('apply', JSON.stringify(action)));
  }

  /** A new branch from here. */
  fork() {
    return this.#inTurn(() => this.#move('fork'));
  }

  /** @returns {Promise<Branch[]>} */
  branches() {
    return this.#inTurn(() => this.#ask('branches', [], (json) => JSON.parse(json)));
  }

  /**
   * @template {ViewName} Name
   * @param {Name} name
   * @returns {Promise<Views[Name]>}
   */
  view(name) {
    return this.#inTurn(() => this.#ask('view', [name], (json) => JSON.parse(json)));
  }

  /**
   * Records of 32 bytes of the current branch.
   * @param {number} from
   * @param {number} max
   * @returns {Promise<Uint8Array>}
   */
  trace(from, max) {
    return this.#inTurn(() => this.#ask('trace', [from, max], (bytes) => bytes));
  }

  /** Gives the run's memory back; further calls are refused. @returns {Promise<void>} */
  close() {
    return this.#inTurn(() =>
      this.#ask('close', [], () => {
        this.#closed = true;
        this.#dispatcher.alive.delete(this);
      }),
    );
  }

  /**
   * Made again in a new engine, at the place last known to be good.
   * @param {Send} send
   */
  async restore(send) {
    const goal = this.status;
    /** @type {Place} */
    let here = await send('create', [this.#scenario]);
    for (const { at, method, args } of this.#journal) {
      await reach(send, here, at);
      here = await send(method, [here.id, ...args]);
    }
    for (const [branch, furthest] of this.#furthest.entries()) {
      here = await reach(send, here, { branch, position: furthest, last_position: furthest, now_us: 0 });
    }
    this.status = this.#arrive(await reach(send, here, goal));
  }

  /**
   * @param {number} events
   * @param {number} untilUs
   */
  async #forward(events, untilUs) {
    for (let left = events; ; ) {
      const asked = Math.min(left, this.#slice.value);
      const { position, skipped } = this.status;
      await this.#move('step', asked, untilUs);
      const done = this.status.position - position;
      left -= done;
      const { ended, next_us: next } = this.status;
      if (left <= 0 || ended || (untilUs >= 0 && next > untilUs)) return this.status;
      // Fewer than asked: the engine goes no further, unless it has skipped idle time, which is no position.
      if (done < asked && this.status.skipped === skipped) return this.status;
    }
  }

  /**
   * A request that moves or changes the run. Its answer is the new place; a change goes into the journal.
   * @param {'step' | 'seek' | 'seek_time' | 'apply' | 'fork'} method
   * @param {unknown[]} args
   */
  #move(method, ...args) {
    return this.#ask(method, args, (/** @type {Place} */ answer, ms) => {
      const before = this.status;
      if (method === 'apply' || method === 'fork') this.#journal.push({ at: before, method, args });
      this.status = this.#arrive(answer);
      if (method === 'step') this.#slice.learn(this.status.position - before.position, ms);
      return this.status;
    });
  }

  /**
   * Takes a place in: alone, without the fields that say how the call went.
   * @param {Place & { ok?: boolean, code?: string, path?: string }} status
   * @returns {Place}
   */
  #arrive({ ok, code, path, ...place }) {
    this.#furthest[place.branch] = place.last_position;
    return place;
  }

  /**
   * @template T
   * @param {string} method
   * @param {unknown[]} args
   * @param {(value: any, ms: number) => T} accept
   */
  #ask(method, args, accept) {
    if (this.#closed) throw new EngineError({ code: 'stale_id', message: 'This session was closed' });
    return this.#dispatcher.request(method, () => [this.status.id, ...args], accept);
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #inTurn(work) {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }
}

/** So many events are made again in one request. */
const RESTORE_EVENTS = 4096;

/**
 * To a place where the session has been before: as far as that branch had come, then back to the position, then the
 * clock, which may stand later than the last event. What the branch has done already is not done again.
 * @param {Send} send
 * @param {Place} here
 * @param {Pick<Place, 'branch' | 'position' | 'last_position' | 'now_us'>} goal
 * @returns {Promise<Place>}
 */
async function reach(send, here, goal) {
  const { id } = here;
  if (here.branch !== goal.branch) here = await send('seek', [id, 0, goal.branch]);
  while (here.last_position < goal.last_position) {
    const to = Math.min(here.last_position + RESTORE_EVENTS, goal.last_position);
    here = await send('seek', [id, to, -1]);
  }
  here = await send('seek', [id, goal.position, -1]);
  return here.now_us < goal.now_us ? send('step', [id, 1, goal.now_us]) : here;
}

/**
 * @param {string} name
 * @param {number} value
 * @param {number} least
 * @param {number} [most]
 */
function wantWhole(name, value, least, most = Number.MAX_SAFE_INTEGER) {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new EngineError({
    code: 'bad_input',
    message: `${name}: expected a whole number from ${least} to ${most}, found ${value}`,
    path: `/${name}`,
  });
}
