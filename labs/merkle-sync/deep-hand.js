// A tree of two children a node, asked by hand, one hash at a time: what was answered, and the rows of the stage that
// come of it. That the one child that is left must differ is counted here, as the reader does it in the head; whether two
// hashes are equal is the engine's to say.
import { answersOf } from './hand.js';
import { treeOf } from './settings.js';

/** @import { SyncAsked, SyncRun } from '../../web/engine/engine.d.ts' */
/** @import { Answer } from './hand.js' */
/** @import { Row } from './rows.js' */
/** @import { Settings } from './settings.js' */

export const handFanOut = 2;

export class DeepHand {
  /** @type {[number, number, number][]} */
  asks = [];
  /** @type {Answer[]} */
  answers = [];

  /** @param {number} depth */
  constructor(depth) {
    this.depth = depth;
  }

  get rows() {
    return rowsByHand(this.answers, this.depth);
  }

  /** Leaves that are known to differ. */
  get found() {
    return [.../** @type {Row} */ (this.rows.at(-1)).differing];
  }

  /** Whether a node lies open, face down. @param {number} level @param {number} index */
  canAsk(level, index) {
    const isAsked = this.asks.some(([at, first]) => at === level && first === index);
    return !isAsked && (this.rows[level]?.hidden?.has(index) ?? false);
  }

  /** What the engine is asked for. @param {Settings} settings @returns {SyncAsked} */
  askedOf(settings) {
    return { ...treeOf(settings), method: 'hand', asks: [...this.asks] };
  }

  /** @param {SyncRun} run with `asks` */
  take(run) {
    this.answers = answersOf(run);
  }
}

/**
 * @param {Answer[]} answers
 * @param {number} depth
 * @returns {Row[]}
 */
export function rowsByHand(answers, depth) {
  /** @type {Row[]} */
  const rows = Array.from({ length: depth + 1 }, (_, level) => {
    const told = answers.filter((answer) => answer.level === level);
    return {
      level,
      groups: [],
      asked: told.length,
      answered: true,
      differing: new Set(told.filter(({ differs }) => differs).map(({ index }) => index)),
      hidden: new Set(),
      bytes: 0,
    };
  });
  rows[0].groups = [{ first: 0, count: 1 }];
  rows[0].differing = new Set([0]);
  for (let level = 1; level <= depth; level++) {
    const row = rows[level];
    const known = new Map(
      answers.filter((answer) => answer.level === level).map(({ index, differs }) => [index, differs]),
    );
    for (const parent of rows[level - 1].differing) {
      const children = [parent * handFanOut, parent * handFanOut + 1];
      row.groups.push({ first: children[0], count: handFanOut });
      const unknown = children.filter((child) => !known.has(child));
      const isLeft = unknown.length === 1 && children.some((child) => known.get(child) === false);
      for (const child of unknown) (isLeft ? row.differing : row.hidden)?.add(child);
    }
    row.groups.sort((a, b) => a.first - b.first);
  }
  return rows;
}
