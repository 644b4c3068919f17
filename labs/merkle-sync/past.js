// What has happened to replica B alone, as edits. Keys that are drawn to differ do so on either side in turn; a machine
// that was away, or has lost its disk, is behind with everything.
import { plural } from './words.js';

/** @import { KeysBelow, ReplicasEdit } from '../../web/engine/engine.d.ts' */
/** @import { Replicas } from '../../web/engine/replicas.js' */
/** @typedef {'away' | 'disk'} Past */

/** The most keys with which each can be told: every edit is a question to the engine. @type {Record<Past, number>} */
export const mostKeys = { away: 32 * 1024, disk: 1024 };

/** How much of a leaf the engine shows at once. */
const mostShown = 256;

/** What A was told while B was away. @param {number} keys */
export function missed(keys) {
  const all = keys < 1024 ? 4 : 20;
  const added = Math.round(all / 5);
  return { all, added, deleted: 1, changed: all - added - 1 };
}

/** @param {Past} past @param {number} keys */
export function pastWords(past, keys) {
  if (past === 'disk') return `B has a new disk, with nothing on it; A has all ${plural(keys, 'key')}.`;
  const { all, changed, added, deleted } = missed(keys);
  return `While B was down, A took ${all} changes: ${plural(changed, 'new value')}, ${plural(added, 'new key')} and ${plural(deleted, 'delete')}. B has heard of none.`;
}

/**
 * @param {Past | null} past
 * @param {Pick<Replicas, 'keys'>} replicas  as they were loaded
 * @param {number} keys
 * @returns {Promise<ReplicasEdit[]>}
 */
export async function editsOf(past, replicas, keys) {
  if (past === 'disk') {
    const parts = await partsOf(replicas, keys, Math.ceil(Math.log2(keys / 64)));
    return parts.flat().map(({ key }) => ({ side: 'B', do: 'forget', key }));
  }
  if (past !== 'away') return [];
  const { all, added, deleted } = missed(keys);
  const old = await someOf(replicas, keys, all - added);
  return [
    ...Array.from({ length: added }, (_, i) => ({
      ...{ side: /** @type {const} */ ('A'), do: /** @type {const} */ ('put') },
      key: `new-${String(i + 1).padStart(4, '0')}`,
      value: `new ${i + 1}`,
    })),
    ...old.map(({ key }, i) =>
      i < deleted
        ? { side: /** @type {const} */ ('A'), do: /** @type {const} */ ('delete'), key }
        : { side: /** @type {const} */ ('A'), do: /** @type {const} */ ('put'), key, value: `later ${i}` },
    ),
  ];
}

/** Keys from all round the ring. @param {Pick<Replicas, 'keys'>} replicas @param {number} keys @param {number} wanted */
async function someOf(replicas, keys, wanted) {
  if (keys <= mostShown) {
    const [all] = await partsOf(replicas, keys, 0);
    return Array.from({ length: wanted }, (_, i) => all[Math.floor((i * all.length) / wanted)]);
  }
  /** @type {KeysBelow['keys']} */
  const found = [];
  const depth = 8;
  for (let i = 0; i < wanted; i++) {
    // A small part of the ring may be empty: then the next one.
    for (let index = Math.floor((i * 2 ** depth) / wanted); found.length <= i; index++) {
      const { keys: some } = await replicas.keys({ fan_out: 2, depth, level: depth, index });
      found.push(...some.slice(0, 1));
    }
  }
  return found;
}

/** All keys, part by part of the ring. @param {Pick<Replicas, 'keys'>} replicas @param {number} keys @param {number} levels */
async function partsOf(replicas, keys, levels) {
  const depth = Math.max(0, levels);
  const parts = [];
  for (let index = 0; index < 2 ** depth; index++) {
    const part = await replicas.keys({ fan_out: 2, depth, level: depth, index });
    if (part.count > mostShown) throw new Error(`${keys} keys are too many for this story`);
    parts.push(part.keys);
  }
  return parts;
}
