// Fig 6-6's numbers. The points, the lists of machines and the shares are the view "ring"'s, the answer to a `get` is a
// run's. Nothing here hashes a key, places a point or chooses a machine.
import base from '../../content/scenarios/data-replication.json' with { type: 'json' };
import { arcsOf } from './ring-arcs.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Action, Ring, Scenario } from '../engine/engine.d.ts' */

/** @typedef {'points' | 'machines' | 'racks'} Rule what is passed by: nothing, the same machine, the same rack as well */

/** @typedef {{rule: Rule, seed: number}} Setting which ring, and how it is walked */

/**
 * One point that a walk from the key meets.
 * @typedef {object} Stop
 * @property {string} node whose point it is
 * @property {number} rack
 * @property {number} at its place on the ring, 0..1
 * @property {'copy' | 'again' | 'machine' | 'rack'} kind it gets a copy; it counts, but its machine has one already; it is passed by, because its machine or its rack has one
 * @property {number} copies so many machines have a copy after it
 */

/** @typedef {{answeredBy: string | null}} Answer what a `get` of the key brings; null: nobody answers */

export const key = base.records[0].key;
export const copies = base.cluster.n;
export const racks = base.cluster.racks;
export const firstSeed = base.cluster.ring_seed;

/** @type {Rule[]} */
export const rules = ['points', 'machines', 'racks'];

/** @param {Setting} setting @returns {Scenario} */
export function scenarioFor({ rule, seed }) {
  const cluster = {
    ...base.cluster,
    ring_seed: seed,
    skip_same_machine: rule !== 'points',
    skip_same_rack: rule === 'racks',
  };
  return { ...base, cluster };
}

/** Back from a link's scenario. @param {any} scenario @returns {Setting} */
export function settingOf(scenario) {
  const { skip_same_machine: machine, skip_same_rack: rack, ring_seed: seed } = scenario?.cluster ?? {};
  return {
    rule: machine === false ? 'points' : rack === true ? 'racks' : 'machines',
    seed: Number.isSafeInteger(seed) && seed > 0 ? seed : firstSeed,
  };
}

/** @param {Engine} engine @param {Setting} setting @returns {Promise<Ring>} */
export async function measureRing(engine, setting) {
  const session = await engine.create(scenarioFor(setting));
  try {
    return await session.view('ring');
  } finally {
    await session.close();
  }
}

/**
 * The key is asked for while the machines of some racks are off.
 * @param {Engine} engine
 * @param {Setting} setting
 * @param {string[]} dark machines
 * @returns {Promise<Answer>}
 */
export async function askForKey(engine, setting, dark) {
  /** @type {Action[]} */
  const actions = [
    ...dark.map((node) => ({ do: 'crash', node, at_us: 1000 })),
    { do: 'get', client: 'c1', key, at_us: 2000 },
  ];
  const session = await engine.create({ ...scenarioFor(setting), actions });
  try {
    await session.step();
    const { operations } = await session.view('history');
    const { outcome, found, answered } = operations[0];
    return { answeredBy: outcome === 'ok' && found ? answered[0] : null };
  } finally {
    await session.close();
  }
}

/** The rack of each machine. @param {Ring} ring @returns {Map<string, number>} */
export const racksOf = ({ nodes }) => new Map(nodes.map(({ name, rack }) => [name, rack]));

/** The machines of each rack. @param {Ring} ring */
export function machinesByRack({ nodes }) {
  return Array.from({ length: racks }, (_, at) =>
    nodes.filter(({ rack }) => rack === at).map(({ name }) => name),
  );
}

/** Who holds the key's copies. @param {Ring} ring */
export const holdersOf = ({ keys }) => keys.find((entry) => entry.key === key)?.replicas ?? [];

/** The key's place on the ring. @param {Ring} ring */
export const keyPlace = ({ keys }) => keys.find((entry) => entry.key === key)?.at ?? 0;

/**
 * The points that a walk from the key meets, as far as it goes. Who gets a copy is the engine's list; why the others do
 * not follows from it.
 * @param {Ring} ring
 * @param {Rule} rule
 * @returns {Stop[]}
 */
export function walkOf(ring, rule) {
  const from = BigInt(ring.keys.find((entry) => entry.key === key)?.token ?? 0);
  const holders = holdersOf(ring);
  const rackOf = racksOf(ring);
  const first = ring.tokens.findIndex(({ token }) => BigInt(token) >= from);
  /** @type {Stop[]} */
  const stops = [];
  let have = 0;
  for (
    let met = 0;
    met < ring.tokens.length && (rule === 'points' ? met < copies : have < holders.length);
    met++
  ) {
    const { node, at } = ring.tokens[(Math.max(0, first) + met) % ring.tokens.length];
    const rack = rackOf.get(node) ?? 0;
    const has = holders.slice(0, have).includes(node);
    const kind = has ? (rule === 'points' ? 'again' : 'machine') : node === holders[have] ? 'copy' : 'rack';
    if (kind === 'copy') have += 1;
    stops.push({ node, rack, at, kind, copies: have });
  }
  return stops;
}

/**
 * The pieces of the ring all of whose copies are on these machines, and their share of the keys.
 * @param {Ring} ring
 * @param {string[]} dark
 */
export function withoutCopy(ring, dark) {
  const off = new Set(dark);
  const pieces = arcsOf(ring).filter(({ replicas }) => replicas.every((node) => off.has(node)));
  return { pieces, share: pieces.reduce((sum, { from, to }) => sum + to - from, 0) };
}
