// The promises in words, and how one stands in a verdict: broken, held so many times, not put to the test, undecided.
import promises from '../../content/promises.json' with { type: 'json' };

import { group } from './format.js';

/** @import { Finding, PromiseId, Verdict } from '../engine/engine.d.ts' */

/**
 * @typedef {object} Words
 * @property {PromiseId} id
 * @property {string} promise  as one would say it to a client
 * @property {string} broken   the sentence when it is broken
 * @property {string} needs    what puts it to the test
 * @property {string} name     as textbooks call it
 * @property {string} source
 */

const words = /** @type {Words[]} */ (promises);

/** @param {PromiseId} id */
export function wordsOf(id) {
  const found = words.find((one) => one.id === id);
  if (!found) throw new Error(`no words for the promise "${id}"`);
  return found;
}

/**
 * The broken ones first, then the undecided, then those that held; each group in the engine's order.
 * @param {Verdict} verdict
 * @returns {{words: Words, finding: Finding}[]}
 */
export function standing({ verdict }) {
  const states = ['broken', 'undecided', 'held', 'untested'];
  return words
    .map((one) => ({ words: one, finding: verdict[one.id] }))
    .sort((a, b) => states.indexOf(a.finding.state) - states.indexOf(b.finding.state));
}

/**
 * How it stands, with its count: one test never looks like a proof.
 * @param {Finding} finding
 */
export function standingWords({ state, tests }) {
  if (state === 'broken') return 'broken';
  if (state === 'undecided') return 'undecided';
  if (state === 'untested') return 'not put to the test';
  return `held ${times(tests)}`;
}

/** @param {number} count */
export function times(count) {
  if (count === 1) return 'once';
  return count === 2 ? 'twice' : `${group(count)} times`;
}

/**
 * How many stand in each way, in a sentence.
 * @param {Verdict} verdict
 */
export function tally(verdict) {
  const all = standing(verdict).map(({ finding }) => finding.state);
  /** @param {string} state */
  const count = (state) => all.filter((one) => one === state).length;
  const parts = [
    count('broken') > 0 ? `${count('broken')} broken` : '',
    count('undecided') > 0 ? `${count('undecided')} undecided` : '',
    count('held') > 0 ? `${count('held')} held` : '',
    count('untested') > 0 ? `${count('untested')} not put to the test` : '',
  ];
  return parts.filter(Boolean).join(', ');
}

/** How far behind a read was at most. @param {Verdict} verdict */
export function behindWords({ verdict: { k_staleness } }) {
  if (k_staleness.state === 'untested') return '';
  const { k, tests } = k_staleness;
  const reads = tests === 1 ? 'The one read' : `Of ${group(tests)} reads, each`;
  if (k === 1) return `${reads} got the newest version.`;
  return `${reads} was at most ${k - 1} ${k === 2 ? 'version' : 'versions'} behind.`;
}
