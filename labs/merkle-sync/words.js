// What the lab says in words: numbers of things, bytes, and a round in one sentence.
import { formatMs, group } from '../../web/ui/format.js';

/** @import { Row } from './rows.js' */

/** @param {number} count @param {string} one @param {string} [many] */
export const plural = (count, one, many = `${one}s`) => `${group(count)} ${count === 1 ? one : many}`;

/** 726 bytes, 20.3 kB, 9.4 MB. @param {number} bytes */
export function formatSize(bytes) {
  if (bytes < 10_000) return plural(bytes, 'byte');
  const [size, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${size < 100 ? size.toFixed(1) : group(Math.round(size))} ${unit}`;
}

/** Always in seconds, so that the numbers beside it can be compared. @param {number} us */
export const formatSeconds = (us) => `${(us / 1e6).toFixed(2)} s`;

export { formatMs };

/** "Level 2: 15 of 16 equal, one differs; 128 bytes." @param {Row} row */
export function roundSentence({ level, asked, answered, differing, bytes }) {
  const head = `Level ${level}:`;
  if (!answered) return `${head} asking for ${plural(asked, 'hash', 'hashes')}.`;
  const unequal = differing.size;
  const crossed = `; ${formatSize(bytes)}.`;
  if (asked === 1) return `${head} the hash ${unequal ? 'differs' : 'is equal'}${crossed}`;
  if (unequal === 0) return `${head} all ${group(asked)} equal${crossed}`;
  const differ = unequal === 1 ? 'one differs' : `${group(unequal)} differ`;
  return `${head} ${group(asked - unequal)} of ${group(asked)} equal, ${differ}${crossed}`;
}

/** The whole stage for who does not see it. @param {Row[]} rows */
export function stageWords(rows) {
  const asked = rows.filter(({ groups }) => groups.length > 0);
  const waiting = rows.length - asked.length;
  const rest = waiting > 0 ? ` ${plural(waiting, 'level')} not asked.` : '';
  return `The trees of A and B, level by level. ${asked.map(roundSentence).join(' ') || 'Nothing has been asked yet.'}${rest}`;
}
