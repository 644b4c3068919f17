// One explanation: the calls that broke a promise, as they stood when it was asked for, and the orders that were tried.
// It stays while the reader walks back to the moments that it names.
import { explain } from './explain.js';
import { storyOf } from './told.js';

/** @import { Operation, PromiseId, Verdict } from '../../web/engine/engine.d.ts' */

/** @type {PromiseId[]} */
const aboutKnowing = ['monotonic_writes', 'writes_follow_reads', 'causal'];

export class Why {
  /** Which of the tried orders is shown. */
  step = 0;

  /**
   * @param {Verdict} verdict
   * @param {PromiseId} promise
   * @param {Operation[]} operations of the same place
   */
  constructor(verdict, promise, operations) {
    this.promise = promise;
    this.position = verdict.position;
    const guilty = verdict.verdict[promise].ops;
    const found = verdict.counterexample;
    // The orders belong to the counterexample; they explain another promise when its guilty calls are the same ones.
    const isSame = found !== null && [...guilty].sort().join() === [...found.ops].sort().join();
    const hasOrders = found !== null && (promise === 'linearizable' || isSame);
    this.ops = hasOrders ? found.ops : guilty;
    this.tried = hasOrders ? found.tried : [];
    /** In words: what was told, and why that cannot be. */
    this.story = storyOf(
      promise,
      operations.filter(({ op }) => guilty.includes(op)),
    );
    this.calls = operations.filter(
      (call) =>
        this.ops.includes(call.op) ||
        (!hasOrders && (this.#isContext(call.op, operations) || this.#isHearing(call, operations))),
    );
  }

  /**
   * A read by which a guilty client had come to know a guilty write: where a promise is about what was known.
   * @param {Operation} call
   * @param {Operation[]} operations
   */
  #isHearing(call, operations) {
    return (
      aboutKnowing.includes(this.promise) &&
      this.ops.includes(call.returned_op ?? -1) &&
      operations.some(
        ({ op, client, begin_position: begin }) =>
          this.ops.includes(op) && client === call.client && (call.end_position ?? begin) < begin,
      )
    );
  }

  /**
   * A write that a guilty read returned or missed: without it the read cannot be understood.
   * @param {number} op
   * @param {Operation[]} operations
   */
  #isContext(op, operations) {
    return operations.some(
      (read) => this.ops.includes(read.op) && (read.returned_op === op || read.missed_op === op),
    );
  }

  /** The order that is shown. */
  get attempt() {
    return this.tried[this.step] ?? null;
  }

  /** It, in words. */
  get explained() {
    return this.attempt ? explain(this.calls, this.attempt) : null;
  }

  /** The call that has no place in it; where no order was tried, the last guilty read. */
  get misfit() {
    if (this.explained) return this.explained.misfits[0]?.op ?? null;
    return this.calls.filter((call) => call.do === 'get' && this.ops.includes(call.op)).at(-1)?.op ?? null;
  }
}
