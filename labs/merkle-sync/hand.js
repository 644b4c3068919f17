// The first question: the reader asks for one hash at a time. What an answer leaves possible is counted here, as the
// reader does it in the head; whether two hashes are equal is the engine's to say.

/** @import { SyncRun, TreeSettings } from '../../web/engine/engine.d.ts' */
/** @typedef {{level: number, index: number, differs: boolean}} Answer */

export const handDepth = 4;
export const handLeaves = 2 ** handDepth;

/** @type {TreeSettings} */
export const handTree = { fan_out: 2, depth: handDepth };

/** Fewer cannot tell sixteen leaves apart: each answer is one of two. */
export const fewest = handDepth;

/** The answers of a run by hand. @param {SyncRun} run @returns {Answer[]} */
export const answersOf = ({ log }) =>
  log
    .filter(({ part, level }) => part === 'compared' && level !== undefined)
    .flatMap(({ level = 0, runs = [], differing = [] }) => {
      const differs = new Set(differing);
      return Array.from({ length: runs[1] }, (_, i) => ({
        level,
        index: runs[0] + i,
        differs: differs.has(runs[0] + i),
      }));
    });

/** The leaves that may still be the one. @param {Answer[]} answers */
export function possible(answers) {
  const leaves = Array.from({ length: handLeaves }, (_, leaf) => leaf);
  return leaves.filter((leaf) =>
    answers.every(({ level, index, differs }) => (leaf >> (handDepth - level) === index) === differs),
  );
}

/**
 * What the best player asks for next: half of what is possible.
 * @param {Answer[]} answers
 * @returns {[number, number, number]} level, first, count
 */
export function bestAsk(answers) {
  const left = possible(answers);
  let level = 1;
  while (new Set(left.map((leaf) => leaf >> (handDepth - level))).size === 1) level++;
  return [level, left[0] >> (handDepth - level), 1];
}
