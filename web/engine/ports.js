/**
 * Two ways to reach an engine, with one face: a worker, and this very thread. On this thread the page is let breathe
 * between requests once a few milliseconds are used up; the client keeps each request short (slices.js).
 */
import { EngineError } from './errors.js';
import { EngineHost } from './host.js';
import { SLICE_MS } from './slices.js';

/** @import { EnginePort, EngineSource, Glue } from './engine.d.ts' */

/**
 * A worker if one can be made and answers, else this thread.
 * @param {EngineSource} source
 * @returns {Promise<EnginePort>}
 */
export async function openPort(source) {
  if (typeof Worker === 'function' && (source.workerUrl || source.workerText)) {
    try {
      return await WorkerPort.open(source);
    } catch {
      // Blocked by a policy, or no script: the same engine runs here. If the wasm itself is missing, that fails
      // below again, and is then reported.
    }
  }
  return ThreadPort.open(source);
}

/** @implements {EnginePort} */
class WorkerPort {
  /** @type {Map<number, { resolve(answer: { value: unknown, ms: number }): void, reject(error: EngineError): void }>} */
  #waiting = new Map();
  #seq = 0;
  /** @type {EngineError | null} */
  #dead = null;
  #worker;

  /** @param {Worker} worker */
  constructor(worker) {
    this.#worker = worker;
    worker.onmessage = ({ data: { seq, ok, value, ms, error } }) => {
      const waiting = this.#waiting.get(seq);
      this.#waiting.delete(seq);
      if (ok) waiting?.resolve({ value, ms });
      else waiting?.reject(new EngineError(error));
    };
    // The script did not load, or the worker died without an answer.
    worker.onerror = (event) => {
      event.preventDefault();
      this.#refuseAll('aborted', `The engine's worker stopped: ${event.message}`);
    };
  }

  /** @param {EngineSource} source */
  static async open({ workerUrl, workerText, wasmUrl, wasmBytes }) {
    const url = workerUrl ?? URL.createObjectURL(new Blob([workerText ?? ''], { type: 'text/javascript' }));
    try {
      const port = new WorkerPort(new Worker(url));
      try {
        // Seen from a Blob worker a relative address leads nowhere.
        const absolute = wasmUrl && new URL(wasmUrl, document.baseURI).href;
        await port.request('load', [{ wasmUrl: absolute, wasmBytes }]);
        return port;
      } catch (error) {
        port.close();
        throw error;
      }
    } finally {
      if (!workerUrl) URL.revokeObjectURL(url);
    }
  }

  /**
   * @param {string} method
   * @param {unknown[]} args
   * @returns {Promise<{ value: unknown, ms: number }>}
   */
  request(method, args) {
    return new Promise((resolve, reject) => {
      if (this.#dead) throw this.#dead;
      const seq = ++this.#seq;
      this.#waiting.set(seq, { resolve, reject });
      this.#worker.postMessage({ seq, method, args });
    });
  }

  close() {
    this.#worker.terminate();
    this.#refuseAll('closed', 'The engine was closed');
  }

  /**
   * @param {string} code
   * @param {string} message
   */
  #refuseAll(code, message) {
    this.#dead = new EngineError({ code, message });
    for (const { reject } of this.#waiting.values()) reject(this.#dead);
    this.#waiting.clear();
  }
}

/** @implements {EnginePort} */
class ThreadPort {
  #host;
  #breath = performance.now();

  /** @param {EngineHost} host */
  constructor(host) {
    this.#host = host;
  }

  /** @param {EngineSource} source */
  static async open(source) {
    const glue = source.glue ?? (await glueFromScript(source));
    return new ThreadPort(await EngineHost.load({ ...source, glue }));
  }

  /**
   * @param {string} method
   * @param {unknown[]} args
   */
  async request(method, args) {
    if (performance.now() - this.#breath >= SLICE_MS) {
      await breathe();
      this.#breath = performance.now();
    }
    const start = performance.now();
    const value = this.#host.call(method, args);
    return { value, ms: performance.now() - start };
  }

  close() {}
}

/** Lets the page draw and listen: a message to oneself comes after what waits, and is not held back like a timer. */
function breathe() {
  return /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    })
  );
}

/** By worker script: no script is run twice. @type {Map<string, Glue>} */
const glues = new Map();

/**
 * The worker script as an ordinary script: it leaves its glue in a global variable.
 * @param {EngineSource} source
 * @returns {Promise<Glue>}
 */
async function glueFromScript({ workerUrl, workerText }) {
  const name = workerUrl ?? workerText ?? '';
  if (!glues.has(name) && typeof document !== 'undefined') {
    const script = document.createElement('script');
    const loaded = new Promise((resolve) => {
      script.onload = script.onerror = resolve;
    });
    if (workerUrl) script.src = workerUrl;
    else script.textContent = workerText ?? '';
    document.head.append(script);
    // A script of text has run already, or has been blocked by the page's policy.
    if (workerUrl) await loaded;
    if (globalThis.systemsimGlue) glues.set(name, globalThis.systemsimGlue);
    globalThis.systemsimGlue = undefined;
  }
  const glue = glues.get(name);
  if (glue) return glue;
  throw new EngineError({
    code: 'internal',
    message: 'No worker starts here, and the engine has no other way in',
  });
}
