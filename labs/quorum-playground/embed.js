// The lab with its engine inside, as a classic script: for other people's pages, frames without an origin, and file://.
// `SYSTEMSIM` is what hosts and tests may use.
import { wasmBase64, workerText } from 'virtual:engine';
import { openEngine } from '../../web/engine/client.js';
import { decodeLink, encodeLink } from '../../web/engine/link.js';
import { pageEngine, setPageEngineSource } from '../../web/engine/page-engine.js';
import { defineQuorumPlayground } from './quorum-playground.js';

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
defineQuorumPlayground();

/** @param {string} base64 */
function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}
