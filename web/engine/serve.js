/**
 * The worker's side of the protocol: {seq, method, args} in, {seq, ok, value, ms} or {seq, ok, error} out, one answer
 * for each request and in their order. The first request is "load" and brings the wasm, by address or as bytes.
 */
import { EngineError } from './errors.js';
import { EngineHost } from './host.js';

/** @import { Glue } from './engine.d.ts' */

/**
 * @typedef {{ onmessage: ((event: MessageEvent) => void) | null,
 *             postMessage(message: unknown, transfer?: ArrayBuffer[]): void }} Scope
 */

/**
 * @param {Scope} scope the worker's global scope, or one end of a channel
 * @param {Glue} glue
 */
export function serveEngine(scope, glue) {
  /** @type {EngineHost | null} */
  let host = null;
  scope.onmessage = async ({ data: { seq, method, args } }) => {
    try {
      if (method === 'load') {
        host = await EngineHost.load({ glue, ...args[0] });
        scope.postMessage({ seq, ok: true, value: null, ms: 0 });
        return;
      }
      if (!host)
        throw new EngineError({ code: 'internal', message: 'The engine is asked before it is loaded' });
      const start = performance.now();
      const value = host.call(method, args);
      const ms = performance.now() - start;
      scope.postMessage({ seq, ok: true, value, ms }, buffersOf(value));
    } catch (error) {
      scope.postMessage({ seq, ok: false, error: EngineError.from(error).toJSON() });
    }
  };
}

/**
 * Bytes move to the page instead of being copied once more.
 * @param {unknown} value
 * @returns {ArrayBuffer[]}
 */
function buffersOf(value) {
  return value instanceof Uint8Array ? [/** @type {ArrayBuffer} */ (value.buffer)] : [];
}
