// What the reader may choose, and what the engine is asked for with it.
import { mostKeys } from './past.js';

/** @import { Drift, ReplicasEdit, ReplicasSetup, SyncAsked, TreeSettings } from '../../web/engine/engine.d.ts' */

/** @import { Past } from './past.js' */

/**
 * @typedef {object} Settings
 * @property {number} keys
 * @property {number} differ      how many keys differ
 * @property {boolean} clustered  in one stretch of the ring
 * @property {Drift[]} kinds      how they differ, in turn
 * @property {number} fanOut      children of a node
 * @property {number} leafKeys    keys in a leaf, on average, at most
 * @property {number | null} depth  levels instead of leafKeys, as the first minute has it
 * @property {number} rttMs
 * @property {number} mbps
 * @property {'64' | '128' | 'sha256'} hash
 * @property {number} writes      on either side meanwhile
 * @property {'dotted' | 'lww'} versions  what is kept of two writes that have not seen each other
 * @property {number} seed        of what is drawn
 * @property {Past | null} past   what has happened to B alone
 * @property {ReplicasEdit[]} edits  by hand, one after the other
 */

const k = 1024;

export const million = k * k;

/** The choices, each with its words. The first four are the rows of the side panel. */
export const choices = /** @type {const} */ ({
  keys: [
    [16, '16'],
    [k, '1 k'],
    [32 * k, '32 k'],
    [million, '1 M'],
  ],
  differ: [
    [0, '0'],
    [1, '1'],
    [10, '10'],
    [100, '100'],
    [1000, '1 k'],
    [10_000, '10 k'],
  ],
  fanOut: [
    [2, '2'],
    [4, '4'],
    [16, '16'],
    [64, '64'],
    [256, '256'],
  ],
  leafKeys: [
    [1, '1'],
    [8, '8'],
    [30, '30'],
    [256, '256'],
  ],
  rttMs: [
    [1, '1'],
    [50, '50'],
    [150, '150'],
    [600, '600'],
  ],
  mbps: [
    [1, '1'],
    [100, '100'],
    [1000, '1 000'],
  ],
  hash: [
    ['64', '8'],
    ['128', '16'],
    ['sha256', '32'],
  ],
  writes: [
    [0, 'none'],
    [5, '5'],
    [50, '50'],
  ],
  versions: [
    ['dotted', 'both'],
    ['lww', 'the last one'],
  ],
});

/** @type {[Drift, string, string][]} */
export const kinds = [
  ['missing', 'missing', 'one side never had the key'],
  ['stale', 'stale', 'one side has an older value'],
  ['deleted', 'deleted', 'one side has deleted it'],
  ['concurrent', 'both edited', 'each side has a value that the other has not seen'],
];

/** @type {Settings} */
export const standard = {
  keys: 32 * k,
  differ: 1,
  clustered: false,
  kinds: ['stale'],
  fanOut: 16,
  leafKeys: 1,
  depth: null,
  rttMs: 50,
  mbps: 100,
  hash: '64',
  writes: 0,
  versions: 'dotted',
  seed: 5,
  past: null,
  edits: [],
};

/** @param {Settings} settings @returns {ReplicasSetup} */
export const setupOf = ({ keys, differ, clustered, kinds, versions, seed }) => ({
  keys,
  differ,
  clustered,
  kinds,
  id_bytes: 8,
  versions,
  seed,
});

/** What the replicas are made from: as long as it stays the same, they need not be made again. @param {Settings} settings */
export const originOf = (settings) => JSON.stringify([setupOf(settings), settings.past, settings.edits]);

/** @param {Settings} settings @returns {TreeSettings} */
export const treeOf = ({ fanOut, leafKeys, depth, hash }) => ({
  fan_out: fanOut,
  ...(depth === null ? { leaf_keys: leafKeys } : { depth }),
  hash,
});

/** @param {Settings} settings @returns {SyncAsked} */
export const linkOf = ({ rttMs, mbps }) => ({ rtt_ms: rttMs, mbps });

/** @param {Settings} settings @returns {SyncAsked} */
export const askedOf = (settings) => ({
  ...treeOf(settings),
  ...linkOf(settings),
  ...(settings.writes > 0 ? { writes: settings.writes } : {}),
});

/**
 * Settings with a change; no more keys differ than there are.
 * @param {Settings} settings
 * @param {Partial<Settings>} change
 * @returns {Settings}
 */
export function changed(settings, change) {
  const next = { ...settings, ...change };
  const isTree = ['keys', 'fanOut', 'leafKeys'].some((name) => name in change);
  if (isTree && !('depth' in change)) next.depth = null;
  if (next.differ > next.keys) next.differ = choices.differ.filter(([n]) => n <= next.keys).at(-1)?.[0] ?? 0;
  const isDrawn = ['keys', 'differ', 'clustered', 'kinds'].some((name) => name in change);
  if (isDrawn && !('past' in change)) next.past = null;
  // What was done by hand was done to other replicas.
  const origin = (/** @type {Settings} */ made) => originOf({ ...made, edits: [] });
  return origin(next) !== origin(settings) && !change.edits ? { ...next, edits: [] } : next;
}

/**
 * What somebody else's link says, if it is one of the choices.
 * @param {any} found
 * @returns {Settings}
 */
export function readSettings(found) {
  const settings = { ...standard };
  for (const [name, list] of Object.entries(choices)) {
    const value = found?.[name];
    if (value === undefined) continue;
    const known = /** @type {readonly (readonly [unknown, string])[]} */ (list).some(
      ([one]) => one === value,
    );
    // The question of the first minute has a number of its own.
    const isCount = name === 'differ' && Number.isSafeInteger(value) && value >= 0;
    if (!known && !isCount)
      throw new Error(`This link asks for something that the lab does not have: ${name}.`);
    Object.assign(settings, { [name]: value });
  }
  settings.clustered = found?.clustered === true;
  const known = kinds.map(([kind]) => kind).filter((kind) => found?.kinds?.includes?.(kind));
  if (known.length > 0) settings.kinds = known;
  if (Number.isSafeInteger(found?.seed) && found.seed >= 0) settings.seed = found.seed;
  if (Number.isSafeInteger(found?.depth) && found.depth >= 0) settings.depth = found.depth;
  if (found?.past !== undefined && found.past !== null) settings.past = readPast(found.past, settings.keys);
  if (Array.isArray(found?.edits)) settings.edits = found.edits;
  return changed(settings, { edits: settings.edits, depth: settings.depth });
}

/** @param {unknown} past @param {number} keys @returns {Past} */
function readPast(past, keys) {
  if ((past === 'away' || past === 'disk') && keys <= mostKeys[past]) return past;
  throw new Error('This link asks for something that the lab does not have: past.');
}

/** What a tree means, in a sentence or two. @param {{fanOut: number, keys: number}} settings @param {{depth: number, leaves: number}} tree */
export function promise({ fanOut, keys }, { depth, leaves }) {
  if (depth === 0) return 'One leaf holds everything: one hash, and if it differs, every key is sent.';
  const levels = `${depth} ${depth === 1 ? 'level' : 'levels'} of ${fanOut}`;
  const trips =
    depth > 10 ? 'many trips, few hashes' : depth > 3 ? 'some trips, some hashes' : 'few trips, many hashes';
  const each = Math.round(keys / leaves);
  const leaf =
    each <= 1
      ? 'About one key in a leaf, so hardly any is sent for nothing.'
      : `About ${each} keys in a leaf: when one of them differs, all of them are sent.`;
  return `${levels}: ${trips}. ${leaf}`;
}
