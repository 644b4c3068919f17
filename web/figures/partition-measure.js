// Fig 6-5's numbers. Each comes from the engine: the shares from the view "ring", the rest counted in runs. Nothing here
// hashes a key or places a point.
import base from '../../content/scenarios/data-partition.json' with { type: 'json' };

export { arcsOf } from './ring-arcs.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Action, Ring, RingKey, Scenario } from '../engine/engine.d.ts' */

/** @typedef {1 | 16 | 256} Points of each server on the ring */

/** @typedef {{points: Points, seed: number}} Setting which ring: so many points a server, and how the dice fell */

/** @typedef {{setting: Setting, ring: Ring}} Roll */

/**
 * One more server, on paper: the ring before it and with it.
 * @typedef {object} Join
 * @property {Ring} before
 * @property {Ring} after
 * @property {string} name of the one that joined
 */

/**
 * One more server, while clients call.
 * @typedef {object} LiveJoin
 * @property {string} name
 * @property {number} records in the store
 * @property {{name: string, records: number}[]} givers who sent it some, and how many
 * @property {number} tookMs from the first message about it to the last
 * @property {number} calls that were open at some time in between
 * @property {number} answered of them
 * @property {number} stale reads among them
 */

/**
 * @typedef {object} Heat how the reads of one run fell on the servers
 * @property {number} servers
 * @property {number} reads
 * @property {string} busiest
 * @property {number} busiestReads
 * @property {number} hotReads of the busiest: for the one key
 */

export const hotKey = 'feature:dark_mode';

/**
 * The first ring that is rolled; the next ones follow. The five from here are as the many are: their busiest server has
 * on average what thousands of rings have, for each number of points, and they differ among themselves as those do.
 */
export const firstRing = base.cluster.ring_seed;

/** The ten servers' ring under a setting. @param {Setting} setting @returns {Scenario} */
export function scenarioFor({ points, seed }, nodes = base.cluster.nodes) {
  return { ...base, cluster: { ...base.cluster, nodes, vnodes: points, ring_seed: seed } };
}

/** Back from a link's scenario. @param {any} scenario @returns {Setting} */
export function settingOf(scenario) {
  const { vnodes, ring_seed } = scenario?.cluster ?? {};
  return {
    points: vnodes === 16 || vnodes === 256 ? vnodes : 1,
    seed: Number.isSafeInteger(ring_seed) && ring_seed > 0 ? ring_seed : firstRing,
  };
}

/** @param {Engine} engine @param {Setting} setting @returns {Promise<Roll>} */
export async function measureRoll(engine, setting) {
  return { setting, ring: await ringOf(engine, scenarioFor(setting)) };
}

/** @param {Engine} engine @param {Roll} roll @returns {Promise<Join>} */
export async function measureJoin(engine, { setting, ring }) {
  const after = await ringOf(engine, scenarioFor(setting, ring.nodes.length + 1));
  return { before: ring, after, name: after.nodes[ring.nodes.length].name };
}

/** @param {Engine} engine @param {Scenario} scenario @returns {Promise<Ring>} */
async function ringOf(engine, scenario) {
  const session = await engine.create(scenario);
  try {
    return await session.view('ring');
  } finally {
    await session.close();
  }
}

/** The key that is marked on the ring. @param {Ring} ring @returns {RingKey} */
export const keyOf = ({ keys }) => keys[0];

const load = { clients: 20, duration_ms: 200, think_ms: 4, read_share: 0.8, keys: 5000 };
const joinAtUs = 50_000;
/** By then every server has heard of it and has sent what it gives. */
const givenByUs = 52_000;

/**
 * The same join, carried out: the records move by messages while clients go on calling.
 * @param {Engine} engine
 * @param {Join} join
 * @param {Setting} setting
 * @returns {Promise<LiveJoin>}
 */
export async function runJoin(engine, { name }, setting) {
  const records = Array.from({ length: load.keys }, (_, at) => ({ key: `k${at + 1}`, value: '0' }));
  const session = await engine.create({ ...scenarioFor(setting), records, workload: load });
  try {
    await session.step({ untilUs: joinAtUs });
    await session.apply({ do: 'join', node: name });
    // Event by event, since a message does not tell how many records it has: the count before it and with it do.
    /** @type {Map<number, number>} by position */
    const given = new Map();
    for (let before = 0, now = 0; now < givenByUs; ) {
      await session.step({ maxEvents: 1 });
      const { events, sim_ms, moved } = await session.view('summary');
      const all = moved?.records ?? 0;
      given.set(events, all - before);
      before = all;
      now = sim_ms * 1000;
    }
    await session.step();
    const { messages } = await session.view('messages');
    const { operations } = await session.view('history');
    // Messages of a change belong to no call; the first is the announcement, the last says that all is settled.
    const change = messages.filter(({ kind }) => changeKinds.has(kind));
    const from = Math.min(...change.map(({ sent_us }) => sent_us));
    const until = Math.max(...change.map(({ arrive_us, sent_us }) => arrive_us ?? sent_us));
    const meanwhile = operations.filter(
      ({ begin_us, end_us }) => begin_us <= until && (end_us === null || end_us >= from),
    );
    return {
      name,
      records: records.length,
      givers: change
        .filter(({ kind }) => kind === 'stream')
        .map((message) => ({ name: message.from, records: given.get(message.position_sent) ?? 0 }))
        .filter(({ records }) => records > 0),
      tookMs: (until - from) / 1000,
      calls: meanwhile.length,
      answered: meanwhile.filter(({ outcome }) => outcome === 'ok').length,
      stale: meanwhile.filter(({ label }) => label === 'stale').length,
    };
  } finally {
    await session.close();
  }
}

/** @type {Set<string>} */
const changeKinds = new Set(['announce', 'prepare', 'stream', 'streamed', 'settle', 'settled']);

/** Of so many reads every fifth is for the one key, the others are for a key each. */
const heatReads = 1000;
const everyHot = 5;

/**
 * Reads of which a fifth are for one key, on a ring of so many servers: who answered them?
 * @param {Engine} engine
 * @param {Setting} setting
 * @param {number} servers
 * @returns {Promise<Heat>}
 */
export async function measureHeat(engine, setting, servers) {
  const keys = Array.from({ length: heatReads }, (_, at) => (at % everyHot === 0 ? hotKey : `k${at + 1}`));
  /** @type {Action[]} */
  const actions = keys.map((key, at) => ({ do: 'get', client: 'c1', key, at_us: (at + 1) * 3000 }));
  const records = [...new Set(keys)].map((key) => ({ key, value: 'on' }));
  const session = await engine.create({ ...scenarioFor(setting, servers), records, actions });
  try {
    await session.step();
    const { operations } = await session.view('history');
    /** @type {Map<string, {all: number, hot: number}>} */
    const load = new Map();
    for (const { key, answered } of operations) {
      for (const server of answered) {
        const sum = load.get(server) ?? { all: 0, hot: 0 };
        sum.all += 1;
        sum.hot += key === hotKey ? 1 : 0;
        load.set(server, sum);
      }
    }
    const [busiest, { all, hot }] = [...load].reduce((most, one) => (one[1].all > most[1].all ? one : most));
    return { servers, reads: operations.length, busiest, busiestReads: all, hotReads: hot };
  } finally {
    await session.close();
  }
}

/** @param {LiveJoin} join */
export const handedBy = ({ givers }) => givers.reduce((sum, { records }) => sum + records, 0);

/** @param {Ring} ring */
export function busiestOf({ nodes }) {
  return nodes.reduce((most, node) => (node.share > most.share ? node : most));
}

/** @param {Ring} ring */
export function idlestOf({ nodes }) {
  return nodes.reduce((least, node) => (node.share < least.share ? node : least));
}
