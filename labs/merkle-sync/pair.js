// The two replicas that the lab holds: made when other ones are asked for, let go of when the new ones are there.
import { editsOf } from './past.js';
import { originOf, setupOf } from './settings.js';

/** @import { ReplicasEdit } from '../../web/engine/engine.d.ts' */
/** @import { Engine } from '../../web/engine/client.js' */
/** @import { Replicas } from '../../web/engine/replicas.js' */
/** @import { Settings } from './settings.js' */

/** More keys than this are held once only. */
const manyKeys = 100_000;

export class Pair {
  /** @type {Replicas | null} */
  replicas = null;
  #madeFrom = '';
  #isLarge = false;
  #stop = new AbortController();

  /**
   * The replicas that the settings describe. Throws an AbortError when it is stopped, or when others are asked for
   * meanwhile.
   * @param {Engine} engine
   * @param {Settings} settings
   * @param {(done: number, total: number) => void} onProgress
   */
  async of(engine, settings, onProgress) {
    const origin = originOf(settings);
    if (this.replicas && this.#madeFrom === origin) return this.replicas;
    this.stop();
    const { signal } = this.#stop;
    const isLarge = settings.keys > manyKeys;
    // Two pairs of a million keys need not be held at once.
    if (this.#isLarge || isLarge) this.#drop();
    onProgress(0, 2 * settings.keys);
    const replicas = await engine.replicas(setupOf(settings), { signal, onProgress });
    try {
      const past = await editsOf(settings.past, replicas, settings.keys);
      for (const edit of [...past, ...settings.edits]) {
        signal.throwIfAborted();
        await replicas.edit(edit);
      }
      signal.throwIfAborted();
    } catch (error) {
      await replicas.close();
      throw error;
    }
    this.#drop();
    this.replicas = replicas;
    this.#madeFrom = origin;
    this.#isLarge = isLarge;
    return replicas;
  }

  /** A write on one side of what is there. @param {ReplicasEdit} edit @param {Settings} after the settings with it */
  async edit(edit, after) {
    await this.replicas?.edit(edit);
    this.#madeFrom = originOf(after);
  }

  /** What is being made is not wanted any more. */
  stop() {
    this.#stop.abort();
    this.#stop = new AbortController();
  }

  close() {
    this.stop();
    this.#drop();
  }

  #drop() {
    this.replicas?.close();
    this.replicas = null;
  }
}
