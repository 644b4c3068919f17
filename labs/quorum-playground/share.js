// A run as an address, and back. The fragment holds the scenario with every action and the position.
import { decodeLink, encodeLink } from '../../web/engine/link.js';

const prefix = '#run=';

/**
 * @param {{scenario: object, position: number, trace_version: number}} run
 * @returns {string} the whole address
 */
export function addressOf(run) {
  const fragment = `${prefix}${encodeLink(/** @type {any} */ (run))}`;
  return location.href.replace(/#.*$/s, '') + fragment;
}

/** The run that the page's own address names, if any. Throws an Error with a plain sentence when it cannot be read. */
export function runInAddress() {
  if (!location.hash.startsWith(prefix)) return null;
  return decodeLink(location.hash.slice(prefix.length));
}

/**
 * Puts a text on the clipboard where that is allowed.
 * @param {string} text
 * @returns {Promise<boolean>} whether it is there
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Shows the address of a run in the address bar, where the page may do that. @param {string} address */
export function showAddress(address) {
  try {
    history.replaceState(history.state, '', address);
  } catch {
    // A page without an address of its own, such as a frame's srcdoc.
  }
}
