// Fig 6-10's nine parts and two hours, and the scenarios that they stand for. Each hour has its own scenario with every part
// in; a part that is taken out changes that scenario's cluster, and nothing else.
import bad from '../../content/scenarios/hours-bad.json' with { type: 'json' };
import quiet from '../../content/scenarios/hours-quiet.json' with { type: 'json' };

/** @import { Scenario } from '../engine/engine.d.ts' */

/** @typedef {'quiet' | 'bad'} Hour */
/** @typedef {'gossip' | 'hints' | 'repair' | 'trees' | 'log' | 'points' | 'filter' | 'clocks' | 'quorum'} PartId */

/**
 * @typedef {object} Part
 * @property {PartId} id
 * @property {string} name
 * @property {string} does
 * @property {string} section that explains it
 * @property {string} [term] what that section calls it, where it comes later
 */

/** @type {Part[]} */
export const parts = [
  { id: 'gossip', name: 'gossip', does: 'machines tell one another who is there', section: '07' },
  {
    id: 'hints',
    name: 'stand-ins and hints',
    does: 'another machine takes a write for one that is away, as a hint, and hands it over later',
    section: '07',
  },
  { id: 'repair', name: 'read repair', does: 'a read mends the copies that it finds behind', section: '05' },
  {
    id: 'trees',
    name: 'Merkle trees',
    does: 'once a minute each machine compares all it holds with another',
    section: '07',
  },
  {
    id: 'log',
    name: 'log',
    does: 'a file: each write is in it before it is confirmed',
    section: '09',
    term: 'write-ahead log',
  },
  {
    id: 'points',
    name: 'virtual nodes',
    does: '16 points of each machine on the ring instead of one',
    section: '03',
  },
  {
    id: 'filter',
    name: 'filters',
    does: 'tell which keys a file on disk cannot hold',
    section: '09',
    term: 'Bloom filter',
  },
  { id: 'clocks', name: 'vector clocks', does: 'a version says what it had seen', section: '06' },
  { id: 'quorum', name: 'quorums', does: 'W = R = 2 of three copies instead of one', section: '05' },
];

/** @param {PartId} id */
export const partOf = (id) => /** @type {Part} */ (parts.find((part) => part.id === id));

/** @typedef {ReadonlySet<PartId>} Out the parts that are taken out */

const hours = { quiet, bad };

/** What happens in an hour besides the clients' own traffic. @param {Hour} hour */
export const actionsOf = (hour) => hours[hour].actions;
/** @param {Hour} hour */
export const machinesOf = (hour) =>
  Array.from({ length: hours[hour].cluster.nodes }, (_, at) => String.fromCharCode(65 + at));
export const minutes = bad.workload.duration_ms / 60_000;

/** Without gossip nobody knows for whom to keep a hint. @param {Out} out @param {PartId} id */
export const isOut = (out, id) => out.has(id) || (id === 'hints' && out.has('gossip'));

/**
 * The filters are no part of it: they are in files, which these machines do not have (hours-measure.js).
 * @param {Out} out
 * @param {Hour} hour
 * @returns {Scenario}
 */
export function scenarioFor(out, hour) {
  const { settle_ms, skip_idle, ...rest } = hours[hour];
  const { gossip, sloppy, hints, anti_entropy, read_repair, versions, resolve, ...cluster } = rest.cluster;
  const rounds = !out.has('gossip') || !out.has('trees');
  return {
    ...rest,
    cluster: {
      ...cluster,
      ...(out.has('gossip') ? {} : { gossip }),
      ...(isOut(out, 'hints') ? {} : { sloppy, hints }),
      ...(out.has('trees') ? {} : { anti_entropy }),
      ...(out.has('repair') ? {} : { read_repair }),
      ...(out.has('clocks') ? {} : { versions, resolve }),
      ...(out.has('log') ? { log: false } : {}),
      ...(out.has('points') ? { vnodes: 1 } : {}),
      ...(out.has('quorum') ? { w: 1, r: 1 } : {}),
    },
    ...(rounds ? { settle_ms, skip_idle } : {}),
  };
}

/**
 * Back from a link's scenario.
 * @param {any} scenario
 * @returns {{out: Set<PartId>, hour: Hour}}
 */
export function settingOf({ cluster = {}, actions = [] }) {
  /** @type {[PartId, boolean][]} */
  const missing = [
    ['gossip', !cluster.gossip],
    ['hints', !cluster.hints && Boolean(cluster.gossip)],
    ['repair', !cluster.read_repair],
    ['trees', !cluster.anti_entropy],
    ['log', cluster.log === false],
    ['points', cluster.vnodes === 1],
    ['clocks', !cluster.versions],
    ['quorum', cluster.w === 1],
  ];
  const isBad = actions.some((/** @type {{do: string}} */ action) => action.do === 'crash');
  return {
    out: new Set(missing.filter(([, gone]) => gone).map(([id]) => id)),
    hour: isBad ? 'bad' : 'quiet',
  };
}
