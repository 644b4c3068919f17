// The lab's settings and position as an address, and back: the form of every link to a run (web/engine/link.js). Two
// replicas have no trace, so its version is 0.
import { decodeLink, encodeLink } from '../../web/engine/link.js';
import { readSettings } from './settings.js';

/** @import { Settings } from './settings.js' */

const prefix = '#run=';
const lab = 'merkle-sync';

/** @param {{settings: Settings, hop: number}} place @returns {string} what stands after # */
export function fragmentOf({ settings, hop }) {
  const scenario = /** @type {any} */ ({ lab, ...settings });
  return `${prefix}${encodeLink({ scenario, position: hop, trace_version: 0 })}`;
}

/** The page's own address, with a place in it. @param {{settings: Settings, hop: number}} place */
export const addressOf = (place) => location.href.replace(/#.*$/s, '') + fragmentOf(place);

/**
 * @param {string} hash of the address
 * @returns {{settings: Settings, hop: number, from?: string} | null} null: it names no run; from: the page that made it, if one did. Throws an Error with a plain sentence when it cannot be read.
 */
export function readFragment(hash) {
  if (!hash.startsWith(prefix)) return null;
  const { scenario, position } = decodeLink(hash.slice(prefix.length));
  const found = /** @type {any} */ (scenario);
  if (found.lab !== lab) throw new Error('This link is of another lab.');
  const { from } = found;
  return {
    settings: readSettings(found),
    hop: position,
    ...(typeof from === 'string' ? { from } : {}),
  };
}
