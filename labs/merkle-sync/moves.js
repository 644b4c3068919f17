// Where an arrow key leads on the stage: along what was asked for, up to the parent, down to the children.

/** @import { Node } from './lab.js' */
/** @import { Row } from './rows.js' */

/**
 * @param {Row[]} rows
 * @param {Node} from
 * @param {number[]} path   one way down through the node
 * @param {string} key
 * @param {number} fanOut
 * @returns {Node | null} null: not a key that moves
 */
export function moved(rows, from, path, key, fanOut) {
  const { level, index } = from;
  const { groups, differing } = rows[level] ?? { groups: [], differing: new Set() };
  if (key === 'ArrowUp') return level === 0 ? from : { level: level - 1, index: Math.floor(index / fanOut) };
  if (key === 'ArrowDown') {
    const next = rows[level + 1];
    if (!next || next.groups.length === 0) return from;
    return { level: level + 1, index: path[level + 1] >= 0 ? path[level + 1] : next.groups[0].first };
  }
  const ascending = [...differing].sort((a, b) => a - b);
  if (key === 'Home') return { level, index: ascending[0] ?? index };
  if (key === 'End') return { level, index: ascending.at(-1) ?? index };
  // From one that differs to the next.
  if (key === 'PageDown') return { level, index: ascending.find((one) => one > index) ?? index };
  if (key === 'PageUp') return { level, index: ascending.filter((one) => one < index).at(-1) ?? index };
  const at = groups.findIndex(({ first, count }) => first <= index && index < first + count);
  const group = groups[at];
  if (!group) return key === 'ArrowLeft' || key === 'ArrowRight' ? from : null;
  if (key === 'ArrowRight') {
    if (index + 1 < group.first + group.count) return { level, index: index + 1 };
    return { level, index: groups[at + 1]?.first ?? index };
  }
  if (key === 'ArrowLeft') {
    if (index > group.first) return { level, index: index - 1 };
    const before = groups[at - 1];
    return { level, index: before ? before.first + before.count - 1 : index };
  }
  return null;
}
