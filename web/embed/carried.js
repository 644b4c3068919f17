// The engine that a classic script carries, for its page: other people's pages, frames without an origin, and file://.
// `SYSTEMSIM` is what hosts and tests may use.
import { openEngine } from '../engine/client.js';
import { decodeLink, encodeLink } from '../engine/link.js';
import { pageEngine, setPageEngineSource } from '../engine/page-engine.js';

/** @param {{wasmBase64: string, workerText: string}} carried */
export function useCarriedEngine({ wasmBase64, workerText }) {
  const source = { workerText, wasmBytes: bytesOf(wasmBase64) };
  setPageEngineSource(source);
  const host = /** @type {any} */ (globalThis);
  host.SYSTEMSIM = {
    ...host.SYSTEMSIM,
    /** A new engine each time; without a source, the one that this script carries. */
    openEngine: (given = source) => openEngine(given),
    /** The one that the labs of this page share. */
    pageEngine,
    encodeLink,
    decodeLink,
  };
}

/** @param {string} base64 */
function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}
