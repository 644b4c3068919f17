/**
 * The wasm module behind one method, `call`. It turns refused calls into EngineErrors and notices an abort: from then
 * on the memory of the module cannot be trusted, so the host is dead and every further call is refused.
 *
 * It runs inside the worker (serve.js) or on the page's own thread (ports.js). Nothing here waits: a call lasts as
 * long as the engine works on it.
 */
import { EngineError } from './errors.js';

/** @import { Glue, RawModule, Status, Text, Bytes, EngineSource } from './engine.d.ts' */

/** What each function takes and gives. A Status is given as it is, a Text as its JSON text, Bytes as a Uint8Array. */
const METHODS = /** @type {const} */ ({
  create: { takes: ['string'], gives: 'status' },
  apply: { takes: ['number', 'string'], gives: 'status' },
  step: { takes: ['number', 'number', 'number'], gives: 'status' },
  seek: { takes: ['number', 'number', 'number'], gives: 'status' },
  seek_time: { takes: ['number', 'number'], gives: 'status' },
  fork: { takes: ['number'], gives: 'status' },
  branches: { takes: ['number'], gives: 'json' },
  view: { takes: ['number', 'string'], gives: 'json' },
  trace: { takes: ['number', 'number', 'number'], gives: 'bytes' },
  close: { takes: ['number'], gives: 'status' },
  start: { takes: ['string'], gives: 'json' },
  advance: { takes: ['number', 'number'], gives: 'json' },
  ask: { takes: ['number', 'string'], gives: 'json' },
  about: { takes: [], gives: 'json' },
});

export class EngineHost {
  /** @type {RawModule | null} */
  #module;

  /** @param {RawModule} module */
  constructor(module) {
    this.#module = module;
  }

  /** @param {{ glue: Glue, wasmUrl?: string, wasmBytes?: Uint8Array }} source */
  static async load({ glue, wasmUrl, wasmBytes }) {
    if (wasmBytes) return new EngineHost(await glue({ wasmBinary: wasmBytes }));
    if (!wasmUrl)
      throw new EngineError({ code: 'internal', message: 'The engine needs wasmUrl or wasmBytes' });
    return new EngineHost(await loadFromUrl(glue, wasmUrl));
  }

  /**
   * @param {string} method
   * @param {unknown[]} args
   * @returns {unknown}
   */
  call(method, args) {
    if (!this.#module) {
      throw new EngineError({ code: 'aborted', message: 'The engine stopped in an earlier call' });
    }
    const shape = METHODS[/** @type {keyof typeof METHODS} */ (method)];
    if (!shape)
      throw new EngineError({ code: 'internal', message: `The engine has no function "${method}"` });
    checkArguments(method, shape.takes, args);
    const answer = this.#enter(method, args);
    if (!answer.ok) throw new EngineError(answer);
    if (shape.gives === 'json') return /** @type {Text} */ (answer).json;
    if (shape.gives === 'bytes') return /** @type {Bytes} */ (answer).bytes;
    return answer;
  }

  /**
   * The step into wasm. Whatever is thrown there left the module in an unknown state.
   * @param {string} method
   * @param {unknown[]} args
   * @returns {Status | Text | Bytes}
   */
  #enter(method, args) {
    try {
      return /** @type {any} */ (this.#module)[method](...args);
    } catch (error) {
      this.#module = null;
      const reason = error instanceof Error ? error.message : String(error);
      throw new EngineError({ code: 'aborted', message: `The engine stopped during ${method}: ${reason}` });
    }
  }
}

/**
 * A wrong type would be thrown by Embind, and be taken for an abort; so types are looked at here.
 * @param {string} method
 * @param {readonly string[]} takes
 * @param {unknown[]} args
 */
function checkArguments(method, takes, args) {
  for (let i = 0; i < takes.length; i++) {
    const fits = takes[i] === 'number' ? Number.isSafeInteger(args[i]) : typeof args[i] === takes[i];
    if (fits) continue;
    const wanted = takes[i] === 'number' ? 'a whole number' : 'a text';
    throw new EngineError({ code: 'bad_input', message: `${method}: expected ${wanted}, found ${args[i]}` });
  }
}

/**
 * Compiles while the bytes arrive where the server says application/wasm, else after they have arrived.
 * @param {Glue} glue
 * @param {string} url
 * @returns {Promise<RawModule>}
 */
function loadFromUrl(glue, url) {
  // The glue's own promise stays open for ever when instantiateWasm fails, hence this one around it.
  return new Promise((resolve, reject) => {
    glue({
      instantiateWasm(imports, receive) {
        instantiate(url, imports).then(({ instance, module }) => receive(instance, module), reject);
        return {};
      },
    }).then(resolve, reject);
  });
}

/**
 * @param {string} url
 * @param {WebAssembly.Imports} imports
 */
async function instantiate(url, imports) {
  const response = await fetch(url);
  if (!response.ok) {
    throw new EngineError({
      code: 'internal',
      message: `The engine did not arrive: ${response.status} for ${url}`,
    });
  }
  const streams = response.headers.get('content-type')?.startsWith('application/wasm');
  if (streams && WebAssembly.instantiateStreaming) return WebAssembly.instantiateStreaming(response, imports);
  return WebAssembly.instantiate(await response.arrayBuffer(), imports);
}
