/**
 * The queue in front of the engine. One request at a time goes out, so an abort hits exactly one call: that call is
 * refused with code "aborted" and never sent again; then a new engine is opened, everything that lived in the old one
 * is made again in it (`restore`), and what waits in the queue goes on there.
 *
 * An engine that aborts three times, with nothing achieved in between, is given up: calls are refused from then on.
 */
import { EngineError } from './errors.js';

/** @import { EnginePort } from './engine.d.ts' */

/**
 * Sends one request straight to the engine.
 * @typedef {(method: string, args: unknown[]) => Promise<any>} Send
 */

/**
 * Something that lives in the engine and can be made again in a new one.
 * @typedef {{ restore(send: Send): Promise<void> }} Restorable
 */

const MOST_ABORTS_IN_A_ROW = 3;

/** Requests that only look: their success does not show that the engine gets any further. */
const LOOKS = new Set(['view', 'trace', 'branches', 'about']);

export class Dispatcher {
  /** @type {Set<Restorable>} */
  alive = new Set();
  /** @type {EnginePort | null} */
  #port = null;
  /** Why no request can be sent any more. @type {EngineError | null} */
  #over = null;
  #abortsInARow = 0;
  /** @type {Promise<unknown>} */
  #tail;
  #openPort;
  #onAbort;

  /**
   * @param {() => Promise<EnginePort>} openPort
   * @param {(error: EngineError, rebuilt: boolean) => void} onAbort called when a new engine has taken over, or none will
   */
  constructor(openPort, onAbort) {
    this.#openPort = openPort;
    this.#onAbort = onAbort;
    this.#tail = this.#open().catch((error) => {
      this.#over = EngineError.from(error);
    });
  }

  /** Whether every request is refused from now on. */
  get over() {
    return this.#over !== null;
  }

  /**
   * @template T
   * @param {string} method
   * @param {() => unknown[]} args asked for when the request goes out: an id may have changed while it waited
   * @param {(value: any, ms: number) => T} accept takes the answer in, before any other request can go out
   * @returns {Promise<T>}
   */
  request(method, args, accept) {
    const answer = this.#tail.then(async () => {
      const { value, ms } = await this.#reach().request(method, args());
      if (!LOOKS.has(method)) this.#abortsInARow = 0;
      return accept(value, ms);
    });
    this.#tail = answer.then(
      () => {},
      (error) => (error.code === 'aborted' && !this.#over ? this.#recover(error) : undefined),
    );
    return answer;
  }

  /** Refuses what waits and what comes; the worker ends. */
  close() {
    this.#over = new EngineError({ code: 'closed', message: 'The engine was closed' });
    this.#port?.close();
    this.alive.clear();
  }

  #reach() {
    if (this.#over || !this.#port)
      throw this.#over ?? new EngineError({ code: 'internal', message: 'No engine' });
    return this.#port;
  }

  async #open() {
    const port = await this.#openPort();
    if (this.#over) port.close();
    else this.#port = port;
  }

  /** @param {EngineError} error */
  async #recover(error) {
    let latest = error;
    while (!this.#over) {
      this.#port?.close();
      this.#abortsInARow += 1;
      if (this.#abortsInARow >= MOST_ABORTS_IN_A_ROW) break;
      try {
        await this.#open();
        /** @type {Send} */
        const send = async (method, args) => (await this.#reach().request(method, args)).value;
        for (const thing of this.alive) await thing.restore(send);
        this.#onAbort(error, true);
        return;
      } catch (failure) {
        latest = EngineError.from(failure);
        if (latest.code !== 'aborted') break;
      }
    }
    this.#over ??= new EngineError({
      code: 'aborted',
      message: `${latest.message}; it is not started again`,
    });
    this.#onAbort(error, false);
  }
}
