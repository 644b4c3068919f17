// Fig 6-12 b's five records, what each of them needs, and the settings that a reader can give to one. A setting is a
// scenario: the same traffic, faults and luck for every setting, on a store that has it for all its records.
import base from '../../content/scenarios/five-records.json' with { type: 'json' };

/** @import { Scenario } from '../engine/engine.d.ts' */

/** @typedef {'last_login' | 'session' | 'cart' | 'feature' | 'counter'} RecordId */
/** @typedef {'lww' | 'vector-clocks' | 'dotted'} Versions */

/**
 * @typedef {object} Setting
 * @property {number} n
 * @property {number} w
 * @property {number} r
 * @property {Versions} versions
 * @property {boolean} [owner] one machine answers for each range, and writes are conditional; then of the others only n counts
 */

/**
 * @typedef {object} StoreRecord
 * @property {RecordId} id
 * @property {string} key
 * @property {string} what it is, in a few words
 * @property {string} needs one sentence
 * @property {string} broke what went wrong in a run that broke its promise
 * @property {Limits} limits besides its promise
 */

/**
 * What a store must keep to besides the promise, on average over its runs.
 * @typedef {object} Limits
 * @property {number} [answered] at least this share of the calls
 * @property {number} [readMs] p99.9 of the reads at most
 * @property {number} [stale] at most this share of the record's own reads; it then stands for the promise
 */

/** With one machine of five off, a store that waits for a copy on it gets well below this. */
const answered = 0.995;

/** @type {StoreRecord[]} */
export const records = [
  {
    id: 'last_login',
    key: 'user:42:last_login',
    what: 'a time that is overwritten at each login',
    needs: 'In the end all its copies are equal. An older time for a moment does no harm.',
    broke: 'its copies differed at the end',
    limits: { answered },
  },
  {
    id: 'session',
    key: 'session:9c3a…',
    what: 'one client writes it, and reads it back',
    needs: 'Its client reads what it has written, also while a machine is off.',
    broke: 'the client read an older session than its own',
    limits: { answered },
  },
  {
    id: 'cart',
    key: 'cart:shopper-17',
    what: 'a list that several clients change',
    needs: 'No change of the list is ever lost.',
    broke: 'a change of the cart was lost',
    limits: { answered },
  },
  {
    id: 'feature',
    key: 'feature:dark_mode',
    what: 'read all the time, hardly ever written',
    needs: 'It is read so often that reads must be fast. One stale read in a hundred does no harm.',
    broke: 'a read was stale',
    limits: { answered, readMs: 1, stale: 0.01 },
  },
  {
    id: 'counter',
    key: 'rate:ip:10.0.4.7',
    what: 'read n, then write n + 1',
    needs: 'Every confirmed increment counts.',
    broke: 'an increment was lost',
    limits: {},
  },
];

/** @param {RecordId} id */
export const recordOf = (id) => /** @type {StoreRecord} */ (records.find((record) => record.id === id));

export const machines = base.cluster.nodes;

/** What happens in every run, as its scenario has it. */
export const day = (() => {
  const done = /** @type {{do: string, at_ms: number, node?: string, loss?: number}[]} */ (base.actions);
  const second = (/** @type {number} */ at) => done[at].at_ms / 1000;
  return {
    seconds: base.workload.duration_ms / 1000,
    clients: base.workload.clients,
    patienceMs: base.cluster.patience_ms,
    timeoutMs: base.cluster.timeout_ms,
    off: { node: done[0].node, from: second(0), to: second(1) },
    lost: { share: done[2].loss ?? 0, from: second(2), to: second(3) },
  };
})();

/** @type {{id: Versions, name: string}[]} */
export const versionNames = [
  { id: 'lww', name: 'last write wins' },
  { id: 'vector-clocks', name: 'vector clocks, merged' },
  { id: 'dotted', name: 'dotted, merged' },
];

/** Many stores come with it, for all records. @type {Setting} */
export const usual = { n: 3, w: 2, r: 2, versions: 'lww' };

/** @typedef {Record<RecordId, Setting>} Settings */

/** @returns {Settings} */
export const untouched = () =>
  /** @type {Settings} */ (Object.fromEntries(records.map(({ id }) => [id, { ...usual }])));

/** W and R ask no more copies than there are. @param {Setting} setting @param {Partial<Setting>} change @returns {Setting} */
export function changed(setting, change) {
  const { n, w, r, ...rest } = { ...setting, ...change };
  return { n, w: Math.min(w, n), r: Math.min(r, n), ...rest };
}

/**
 * The run that a setting stands for.
 * @param {Setting} setting
 * @param {number} [seed]
 * @returns {Scenario}
 */
export function scenarioOf({ n, w, r, versions, owner }, seed = base.seed) {
  const { read_repair, patience_ms, ...cluster } = base.cluster;
  if (owner) {
    const { w: _, r: __, ...one } = cluster;
    return /** @type {Scenario} */ ({
      ...base,
      seed,
      cluster: { ...one, mode: 'single_owner', coordinator: 'replica', n },
      workload: { ...base.workload, conditional: true },
    });
  }
  return /** @type {Scenario} */ ({
    ...base,
    seed,
    cluster: {
      ...cluster,
      read_repair,
      patience_ms,
      n,
      w,
      r,
      ...(versions === 'lww' ? {} : { versions, resolve: 'union' }),
    },
  });
}

/** Short, for an address: 3.2.2.lww, or 3.owner. @param {Setting} setting */
export const nameOf = ({ n, w, r, versions, owner }) => (owner ? `${n}.owner` : `${n}.${w}.${r}.${versions}`);

/** Nothing when it is no setting. @param {string} name @returns {Setting | null} */
export function settingOf(name) {
  const [n, ...rest] = name.split('.');
  const copies = Number(n);
  const isCount = (/** @type {number} */ count, /** @type {number} */ most) =>
    Number.isInteger(count) && count >= 1 && count <= most;
  if (!isCount(copies, machines)) return null;
  if (rest.length === 1 && rest[0] === 'owner') return { ...changed(usual, { n: copies }), owner: true };
  const [w, r, versions] = [Number(rest[0]), Number(rest[1]), rest[2]];
  const known = versionNames.find(({ id }) => id === versions);
  if (rest.length !== 3 || !known || !isCount(w, copies) || !isCount(r, copies)) return null;
  return { n: copies, w, r, versions: known.id };
}

/** The settings of all five in their order, for an address. @param {Settings} settings */
export const settingsText = (settings) => records.map(({ id }) => nameOf(settings[id])).join('_');

/** @param {string | null | undefined} text @returns {Settings} the untouched ones where it says none */
export function settingsOf(text) {
  const names = (text ?? '').split('_');
  const settings = untouched();
  for (const [at, { id }] of records.entries()) {
    const setting = settingOf(names[at] ?? '');
    // One owner for each range is offered to the counter alone.
    if (setting && (!setting.owner || id === 'counter')) settings[id] = setting;
  }
  return settings;
}

/** @param {Setting} setting */
export function settingWords({ n, w, r, versions, owner }) {
  if (owner) return `N = ${n}, one owner per range, conditional writes`;
  return `N = ${n}, W = ${w}, R = ${r}, ${versionNames.find(({ id }) => id === versions)?.name}`;
}
