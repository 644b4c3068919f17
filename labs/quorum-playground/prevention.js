// What would have prevented it: the run on the stage again, with the same luck and the same calls and one switch other
// than it was, one after the other; then each of them with other lucks. Nothing is said but what these runs show.
import { measureRuns } from '../../web/engine/measure-runs.js';
import { OneJob } from '../../web/engine/one-job.js';
import { Run } from './run.js';
import { switchesOf } from './switches.js';

/** @import { Finding, PromiseId, Scenario } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */

/** How many other lucks, and which: none that the lab shows elsewhere. */
export const otherLucks = { from: 9_900_001, to: 9_900_100 };
const luckCount = otherLucks.to - otherLucks.from + 1;
/** So many of them are looked at first: where each makes the very same run, luck has no part in it. */
const looksAt = 3;

/**
 * A run with one switch. `state`: of the promise in this very run; null: not known yet. `answered` of `calls` calls.
 * `lucks`: of the other lucks so many break the promise and so many keep it, the rest does not put it to the test;
 * 'same': they make the same run; null: not known. `refused`: why the engine does not take it.
 * @typedef {object} Tried
 * @property {string} words
 * @property {Scenario} scenario
 * @property {Finding['state'] | null} state
 * @property {number} answered
 * @property {number} calls
 * @property {{broken: number, held: number} | 'same' | null} lucks
 * @property {string} hash of its trace, with the same luck
 * @property {string} refused
 */

/** @typedef {{says: string, done: number, total: number}} Progress */

export class Prevention {
  /** The open list: what is tried against which promise. @type {{promise: PromiseId, about: string, rows: Tried[]} | null} */
  #open = null;
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

  /** What was tried about the run on the stage. */
  get open() {
    return this.#open && this.#open.about === this.lab.judging?.subject ? this.#open : null;
  }

  /** How many other lucks were tried in each row. */
  get lucks() {
    return luckCount;
  }

  /** @param {PromiseId} promise */
  async start(promise) {
    const { lab } = this;
    const { run } = lab;
    if (!run || !lab.helps) return;
    lab.player.pause();
    if (lab.judging) lab.judging.why = null;
    await this.#job.run({ says: 'the same luck', done: 0, total: 1 }, async (signal, report) => {
      const own = await run.scenario();
      signal.throwIfAborted();
      const rows = [{ words: 'as it was', scenario: own }, ...switchesOf(own)].map(untried);
      this.#open = { promise, about: JSON.stringify(own), rows };
      lab.around.draw();
      lab.around.focus('.prevention h2');
      for (const [done, row] of rows.entries()) {
        report({ says: `the same luck: ${row.words}`, done, total: rows.length });
        await this.#sameLuck(row, promise);
        signal.throwIfAborted();
      }
      this.#saySame(rows);
      const tried = rows.filter(({ refused }) => refused === '');
      for (const [index, row] of tried.entries()) {
        const soFar = (/** @type {number} */ done) =>
          report({
            says: `${luckCount} other lucks: ${row.words}`,
            done: index * luckCount + done,
            total: tried.length * luckCount,
          });
        soFar(0);
        const same = await this.#isSame(row, signal);
        row.lucks = same ? 'same' : await this.#otherLucks(row, promise, signal, soFar);
      }
      lab.around.say('The other lucks are tried.');
    });
  }

  /** @param {Tried} row @param {PromiseId} promise */
  async #sameLuck(row, promise) {
    try {
      const run = await Run.open(this.lab.engine, row.scenario, Number.MAX_SAFE_INTEGER);
      const { verdict } = await run.session.view('verdict');
      row.calls = run.operations.length;
      row.answered = run.operations.filter(({ outcome }) => outcome === 'ok').length;
      row.state = verdict[promise].state;
      row.hash = run.hash?.trace_sha256 ?? '';
      await run.close();
    } catch (error) {
      if (/** @type {any} */ (error).code !== 'bad_input') throw error;
      row.refused = /** @type {Error} */ (error).message;
    }
  }

  /** @param {Tried} row @param {AbortSignal} signal */
  async #isSame({ scenario, hash }, signal) {
    for (let seed = otherLucks.from; seed < otherLucks.from + looksAt; seed++) {
      const run = await Run.open(this.lab.engine, { ...scenario, seed }, Number.MAX_SAFE_INTEGER);
      const other = run.hash?.trace_sha256;
      await run.close();
      signal.throwIfAborted();
      if (other !== hash) return false;
    }
    return true;
  }

  /**
   * @param {Tried} row
   * @param {PromiseId} promise
   * @param {AbortSignal} signal
   * @param {(done: number) => void} report
   */
  async #otherLucks({ scenario }, promise, signal, report) {
    const counted = ['broken', 'held'].map((state) => ({
      says: state,
      measure: { count: `/verdict/${promise}/state`, equals: state },
    }));
    const found = await measureRuns(this.lab.engine, scenario, otherLucks, counted, {
      signal,
      onProgress: ({ done }) => report(done),
    });
    signal.throwIfAborted();
    const [broken, held] = found.map(({ measured }) => Number(measured));
    return { broken, held };
  }

  /** @param {Tried[]} rows */
  #saySame([, ...rows]) {
    const keeps = rows.filter(({ state }) => state === 'held').map(({ words }) => words);
    this.lab.around.say(
      keeps.length > 0
        ? `With the same luck, the promise is kept with: ${keeps.join('; ')}.`
        : 'With the same luck, none of these switches keeps the promise.',
    );
  }

  /** The run of a row comes on the stage. @param {Tried} row */
  show(row) {
    return this.lab.guard(async () => {
      const { lab } = this;
      const open = this.#open;
      if (!open) return;
      this.stop();
      const { found } = lab.detour;
      const from = { scenario: open.rows[0].scenario, found };
      await lab.detour.visit(row.scenario, {
        promise: open.promise,
        seed: Number(row.scenario.seed),
        small: false,
        ops: [],
        key: lab.key,
        position: Number.MAX_SAFE_INTEGER,
        writes: 0,
        reads: 0,
        with: { words: row.words, from },
      });
    });
  }

  stop() {
    this.#job.stop();
  }

  close() {
    this.stop();
    this.#open = null;
    this.lab.around.draw();
    this.lab.around.focus('.broken-promise .btn');
  }
}

/** @param {import('./switches.js').Switched} switched @returns {Tried} */
const untried = (switched) => ({
  ...switched,
  state: null,
  answered: 0,
  calls: 0,
  lucks: null,
  hash: '',
  refused: '',
});
