// The first question on the engine: sixteen ranges, one of which differs, and a reader who asks.
import { answersOf, bestAsk, handTree, possible } from './hand.js';

/** @import { Engine } from '../../web/engine/client.js' */
/** @import { Replicas } from '../../web/engine/replicas.js' */
/** @import { Answer } from './hand.js' */

export class HandPlay {
  /** @type {Replicas | null} */
  #replicas = null;
  /** @type {[number, number, number][]} */
  #asks = [];
  /** @type {Promise<unknown>} */
  #queue = Promise.resolve();
  /** What came back, in the order in which it was asked. @type {Answer[]} */
  answers = [];
  /** How many hashes crossed, as the engine counts. */
  used = 0;
  /** @type {{level: number, index: number}} */
  cursor = { level: 0, index: 0 };

  /** @param {Engine} engine */
  async open(engine) {
    this.#replicas ??= await engine.replicas({ keys: 16, differ: 1, kinds: ['stale'], id_bytes: 8, seed: 8 });
  }

  get found() {
    return possible(this.answers).length === 1;
  }

  get left() {
    return possible(this.answers).length;
  }

  /** @param {number} level @param {number} index */
  isAsked(level, index) {
    return this.#asks.some(([at, first]) => at === level && first === index);
  }

  /** @param {number} level @param {number} index @returns {Promise<Answer | null>} null: nothing new */
  ask(level, index) {
    if (this.found || this.isAsked(level, index)) return Promise.resolve(null);
    this.#asks.push([level, index, 1]);
    const asks = [...this.#asks];
    const asked = this.#queue.then(async () => {
      const run = await /** @type {Replicas} */ (this.#replicas).run({ ...handTree, method: 'hand', asks });
      this.answers = answersOf(run);
      this.used = run.report.hashes;
      return this.answers.at(-1) ?? null;
    });
    this.#queue = asked.catch(() => {});
    return asked;
  }

  /** The next ask of somebody who knows how. */
  askBest() {
    const [level, index] = bestAsk(this.answers);
    this.cursor = { level, index };
    return this.ask(level, index);
  }

  again() {
    this.#asks = [];
    this.answers = [];
    this.used = 0;
  }

  close() {
    this.#replicas?.close();
    this.#replicas = null;
  }
}
