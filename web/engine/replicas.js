/**
 * Two replicas that have drifted apart, as the page holds them: to look at, to change, and to make equal in one way
 * after the other (cpp/lab/replicas_job.h). Every method is asynchronous.
 *
 * The handle outlives the engine: it keeps what the replicas were made from and every edit, which is all it takes to
 * make them again in a new one.
 */
import { SliceSize } from './slices.js';

/** @import { KeysBelow, ReplicasEdit, ReplicasSetup, ReplicasState, SyncAsked, SyncRun, SyncTree, TreeSettings } from './engine.d.ts' */
/** @import { Dispatcher, Send } from './dispatcher.js' */

/** Between two calls of onProgress, but for the last. */
const progressMs = 100;

/** @typedef {{ onProgress?: (done: number, total: number) => void, signal?: AbortSignal }} MakeOptions */

export class Replicas {
  /** How many keys each has, and how many differ. @type {ReplicasState} */
  state = { keys: [0, 0], differing: 0 };
  #dispatcher;
  #text;
  #id = 0;
  /** @type {ReplicasEdit[]} */
  #edits = [];
  #closed = false;

  /**
   * Made by Engine.replicas.
   * @param {Dispatcher} dispatcher
   * @param {ReplicasSetup} setup
   */
  constructor(dispatcher, setup) {
    this.#dispatcher = dispatcher;
    this.#text = JSON.stringify({ ...setup, job: 'replicas' });
  }

  /** Draws and loads the keys. @param {MakeOptions} options */
  async make({ onProgress, signal } = {}) {
    signal?.throwIfAborted();
    await this.#dispatcher.request(
      'start',
      () => [this.#text],
      (json) => {
        this.#id = JSON.parse(json).job;
        this.#dispatcher.alive.add(this);
      },
    );
    const slice = new SliceSize({ least: 256, most: 100_000 });
    let toldAt = -progressMs;
    for (let done = 0; ; ) {
      const progress = await this.#dispatcher.request(
        'advance',
        () => [this.#id, slice.value],
        (json, ms) => {
          const progress = JSON.parse(json);
          slice.learn(progress.done - done, ms);
          done = progress.done;
          return progress;
        },
      );
      const now = performance.now();
      if (progress.finished || now - toldAt >= progressMs) {
        toldAt = now;
        onProgress?.(progress.done, progress.total);
      }
      if (progress.finished) {
        this.state = { keys: progress.keys, differing: progress.differing };
        return;
      }
      if (signal?.aborted) {
        await this.close();
        signal.throwIfAborted();
      }
    }
  }

  /** The trees that both have with these settings. @param {TreeSettings} settings @returns {Promise<SyncTree>} */
  tree(settings) {
    return this.#ask({ tree: settings });
  }

  /** Makes copies of both equal; these stay as they are. @param {SyncAsked} asked @returns {Promise<SyncRun>} */
  run(asked) {
    return this.#ask({ run: asked });
  }

  /**
   * The keys below a node of the trees, with what each side holds of them.
   * @param {TreeSettings & { level: number, index: number }} node
   * @returns {Promise<KeysBelow>}
   */
  keys(node) {
    return this.#ask({ keys: node });
  }

  /** A write on one side. @param {ReplicasEdit} edit @returns {Promise<ReplicasState>} */
  async edit(edit) {
    const state = await this.#ask({ edit });
    this.#edits.push(edit);
    this.state = state;
    return state;
  }

  /** Gives the memory back; further calls are refused. @returns {Promise<void>} */
  async close() {
    if (this.#closed) return;
    this.#closed = true;
    const forget = () => this.#dispatcher.alive.delete(this);
    await this.#dispatcher.request('close', () => [this.#id], forget).catch(forget);
  }

  /** Made again in a new engine. @param {Send} send */
  async restore(send) {
    this.#id = JSON.parse(await send('start', [this.#text])).job;
    for (let finished = false; !finished; ) {
      finished = JSON.parse(await send('advance', [this.#id, 100_000])).finished;
    }
    for (const edit of this.#edits) await send('ask', [this.#id, JSON.stringify({ edit })]);
  }

  /** @param {object} question @returns {Promise<any>} */
  #ask(question) {
    const text = JSON.stringify(question);
    return this.#dispatcher.request(
      'ask',
      () => [this.#id, text],
      (json) => JSON.parse(json),
    );
  }
}
