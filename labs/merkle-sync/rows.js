// The rows of the stage, read off a run's log: which nodes of each level were asked for, and what came back. Nothing
// here knows how trees are compared; what was not in a message is not known.

/** @import { SyncMessage } from '../../web/engine/engine.d.ts' */

/** @typedef {'asking' | 'equal' | 'differs' | 'hidden'} CellState */

/**
 * Children of one node that were asked for.
 * @typedef {object} Group
 * @property {number} first  index of the first in its level
 * @property {number} count
 */

/**
 * @typedef {object} Row
 * @property {number} level
 * @property {Group[]} groups  empty: not asked
 * @property {number} asked    how many nodes
 * @property {boolean} answered
 * @property {Set<number>} differing
 * @property {number} bytes    of its question and answer
 * @property {Set<number>} [hidden]  by hand: nodes that lie open, face down
 */

/**
 * @param {SyncMessage[]} log
 * @param {number} hop         messages up to this one are known
 * @param {{depth: number, fanOut: number}} tree
 * @returns {Row[]} one for each level
 */
export function rowsAt(log, hop, { depth, fanOut }) {
  /** @type {Row[]} */
  const rows = Array.from({ length: depth + 1 }, (_, level) => ({
    level,
    groups: [],
    asked: 0,
    answered: false,
    differing: new Set(),
    bytes: 0,
  }));
  for (const message of log) {
    const row = message.level === undefined ? undefined : rows[message.level];
    if (!row || message.hop > hop || !message.runs) continue;
    row.bytes += message.bytes;
    if (message.part === 'compare') {
      const groups = groupsOf(message.runs, message.level === 0 ? 1 : fanOut);
      row.groups.push(...groups);
      row.asked += groups.reduce((sum, { count }) => sum + count, 0);
      row.answered = false;
    } else {
      row.answered = true;
      for (const index of message.differing ?? []) row.differing.add(index);
    }
  }
  return rows;
}

/**
 * Runs of nodes, cut where another parent begins.
 * @param {number[]} runs  first, count, first, count, ...
 * @param {number} fanOut
 * @returns {Group[]}
 */
export function groupsOf(runs, fanOut) {
  const groups = [];
  for (let at = 0; at < runs.length; at += 2) {
    const end = runs[at] + runs[at + 1];
    for (let first = runs[at]; first < end; ) {
      const next = Math.min(end, (Math.floor(first / fanOut) + 1) * fanOut);
      groups.push({ first, count: next - first });
      first = next;
    }
  }
  return groups;
}

/** @param {Row} row @param {number} index @returns {CellState} */
export function stateOf(row, index) {
  if (row.hidden?.has(index)) return 'hidden';
  if (!row.answered) return 'asking';
  return row.differing.has(index) ? 'differs' : 'equal';
}

/** The row that the run is at: the last one that was asked for. @param {Row[]} rows */
export const currentLevel = (rows) => rows.filter(({ groups }) => groups.length > 0).at(-1)?.level ?? 0;

/** Nodes whose parents were equal, so that nobody had to ask. @param {Row[]} rows @param {number} fanOut */
export function neverAsked(rows, fanOut) {
  let nodes = 0;
  for (const { level, asked, answered } of rows) {
    if (level > 0) nodes += fanOut ** level - asked;
    else if (!answered) return 0;
  }
  return nodes;
}

/** Nodes that were asked for and equal: below each of them nothing is ever asked. @param {Row[]} rows */
export const equalNodes = (rows) =>
  rows.reduce((sum, { asked, answered, differing }) => sum + (answered ? asked - differing.size : 0), 0);

/**
 * One way down: through a node, to the first that differs below it. An index for each level, -1 where there is none.
 * @param {Row[]} rows
 * @param {{level: number, index: number}} through
 * @param {number} fanOut
 */
export function pathThrough(rows, { level, index }, fanOut) {
  const path = rows.map(() => -1);
  for (let at = level, node = index; at >= 0; at--, node = Math.floor(node / fanOut)) {
    if (at < path.length) path[at] = node;
  }
  for (let at = level + 1; at < rows.length; at++) {
    const parent = path[at - 1];
    const group = rows[at].groups.find(({ first }) => Math.floor(first / fanOut) === parent);
    if (!group) break;
    path[at] = group.first;
    for (let i = group.first; i < group.first + group.count; i++) {
      if (!rows[at].differing.has(i)) continue;
      path[at] = i;
      break;
    }
  }
  return path;
}

/** The group of a row in which a node is. @param {Row} row @param {number} index */
export const groupAt = ({ groups }, index) =>
  groups.find(({ first, count }) => first <= index && index < first + count) ?? groups[0];
