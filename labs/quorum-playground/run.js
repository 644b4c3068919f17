// One run on the stage: a session of the engine and the views of it that the page draws. The views are asked for again
// after each move, all of the same position.
import { failed, sameBytes } from '../../web/ui/format.js';

/** @import { Action, Hash, Message, Operation, Ring, Scenario, Stage } from '../../web/engine/engine.d.ts' */
/** @import { Engine } from '../../web/engine/client.js' */
/** @import { Session } from '../../web/engine/session.js' */

export class Run {
  /** @type {Stage} */
  stage = /** @type {any} */ (null);
  /** @type {Operation[]} */
  operations = [];
  /** @type {Message[]} */
  messages = [];
  /** @type {Hash | null} */
  hash = null;
  /** @type {Ring | null} */
  ring = null;
  /** How often something was done to it by hand. */
  changes = 0;
  /** The keys and replicas that `ring` was asked for. */
  #ringKeys = '';

  /** Use Run.open. @param {Session} session */
  constructor(session) {
    this.session = session;
  }

  /**
   * @param {Engine} engine
   * @param {Scenario} scenario
   * @param {number} [position]
   */
  static async open(engine, scenario, position = 0) {
    const run = new Run(await engine.create(scenario));
    if (position > 0) await run.session.seek(position);
    await run.refresh();
    return run;
  }

  get status() {
    return this.session.status;
  }

  /** Nothing is on its way and nobody waits: what is left in the queue, if anything, changes nothing to be seen. */
  get quiet() {
    return this.status.next_us < 0;
  }

  /**
   * What a verdict on the run depends on: the branch, which of its calls have begun and ended, whether anything can
   * still happen, and what was changed by hand.
   */
  get judgedBy() {
    const ended = this.operations.filter(({ outcome }) => outcome !== 'open').length;
    return [this.status.branch, this.operations.length, ended, this.quiet, this.changes].join(' ');
  }

  /** @param {{maxEvents?: number, untilUs?: number}} bounds */
  async step(bounds) {
    await this.session.step(bounds);
    await this.refresh();
  }

  /** @param {number} position */
  async seek(position) {
    await this.session.seek(position);
    await this.refresh();
  }

  /**
   * Forward, one event at a time, to the first position at which `reached` holds.
   * @param {() => boolean} reached
   */
  async stepUntil(reached) {
    while (!reached() && this.status.next_us >= 0) await this.step({ maxEvents: 1 });
  }

  /** Makes an action happen now, and takes the step in which it happens. @param {Action} action */
  async act(action) {
    this.changes += 1;
    await this.session.apply(action);
    await this.step({ untilUs: this.status.now_us + 1 });
  }

  /** @returns {Promise<Scenario>} with every action made so far */
  scenario() {
    return this.session.view('scenario');
  }

  async refresh() {
    const [stage, history, messages, hash] = await Promise.all([
      this.session.view('stage'),
      this.session.view('history'),
      this.session.view('messages'),
      this.session.view('hash'),
    ]);
    // The ring is the dearest view, and it changes only when a key is added.
    const ringKeys = JSON.stringify(stage.keys);
    if (ringKeys !== this.#ringKeys) {
      this.ring = await this.session.view('ring');
      this.#ringKeys = ringKeys;
    }
    this.stage = stage;
    this.operations = history.operations;
    // A message is about the key of its operation.
    const keys = new Map(this.operations.map(({ op, key }) => [op, key]));
    this.messages = messages.messages.map((message) => ({
      ...message,
      key: keys.get(message.op) ?? message.key,
    }));
    this.hash = hash;
  }

  /** The last call of which there is something to say: a read that was answered, or a call that was not. */
  get lastJudged() {
    return this.operations
      .filter((call) => failed(call) || (call.outcome === 'ok' && call.do === 'get'))
      .sort((a, b) => (a.end_position ?? 0) - (b.end_position ?? 0))
      .at(-1);
  }

  /** In the order in which they began. @param {number[]} ops */
  operationsOf(ops) {
    return this.operations.filter(({ op }) => ops.includes(op));
  }

  /** @param {number | null} op */
  operation(op) {
    return this.operations.find((operation) => operation.op === op) ?? null;
  }

  /** The operation that an action of the scenario's list began. @param {number} action */
  operationOf(action) {
    return this.operations.find((operation) => operation.action === action) ?? null;
  }

  /**
   * The write that a read must not miss: of those acknowledged before it began, the one that began last.
   * @param {Operation} read
   */
  newestWriteBefore(read) {
    return this.operations
      .filter(
        (write) =>
          write.do !== 'get' &&
          write.outcome === 'ok' &&
          Number(write.end_position) < read.begin_position &&
          sameBytes(write.key, read.key),
      )
      .reduce(
        (newest, write) => (newest && newest.begin_position > write.begin_position ? newest : write),
        /** @type {Operation | null} */ (null),
      );
  }

  /** @param {import('../../web/engine/engine.d.ts').Data} key */
  replicasOf(key) {
    const name = JSON.stringify(key);
    return this.stage.keys.find((entry) => JSON.stringify(entry.key) === name)?.replicas ?? [];
  }

  close() {
    return this.session.close();
  }
}
