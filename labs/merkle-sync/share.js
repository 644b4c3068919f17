// The lab's settings and position as an address, and back: the form of every link to a run (web/engine/link.js). Two
// replicas have no trace, so its version is 0.
import { decodeLink, encodeLink } from '../../web/engine/link.js';
import { readSettings } from './settings.js';

/** @import { SyncScenario } from '../../web/engine/engine.d.ts' */
/** @import { ChallengeRun } from './challenge-run.js' */
/** @import { Settings } from './settings.js' */
/** from: the page that made it, if one did. @typedef {{settings: Settings, hop: number, from?: string}} RunPlace */
/** What is handed in for a challenge. @typedef {{challenge: string, scenario: SyncScenario}} HandInPlace */
/** @typedef {RunPlace | HandInPlace} Place */

const prefix = '#run=';
const lab = 'merkle-sync';

/** @param {{settings: Settings, hop: number}} place @returns {string} what stands after # */
export function fragmentOf({ settings, hop }) {
  const scenario = /** @type {any} */ ({ lab, ...settings });
  return `${prefix}${encodeLink({ scenario, position: hop, trace_version: 0 })}`;
}

/** The page's own address, with a place in it. @param {{settings: Settings, hop: number}} place */
export const addressOf = (place) => location.href.replace(/#.*$/s, '') + fragmentOf(place);

/** The page's own address, with what is handed in. @param {ChallengeRun} run */
export function handInAddress({ id, scenario }) {
  const link = { scenario: /** @type {any} */ (scenario), position: 0, trace_version: 0, challenge: id };
  return `${location.href.replace(/#.*$/s, '')}${prefix}${encodeLink(link)}`;
}

/**
 * @param {string} hash of the address
 * @returns {Place | null} null: it names no run. Throws an Error with a plain sentence when it cannot be read.
 */
export function readFragment(hash) {
  if (!hash.startsWith(prefix)) return null;
  const { scenario, position, challenge } = decodeLink(hash.slice(prefix.length));
  const found = /** @type {any} */ (scenario);
  if (challenge && found.replicas) return { challenge, scenario: found };
  if (found.lab !== lab) throw new Error('This link is of another lab.');
  const { from } = found;
  return {
    settings: readSettings(found),
    hop: position,
    ...(typeof from === 'string' ? { from } : {}),
  };
}
