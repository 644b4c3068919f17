// Fig 6-10's numbers: each comes out of one hour of the engine with the parts as they stand, and the lamps' rules are here
// too, as their rows print them. The filters are measured where there are files, on one machine's store.
import { formatBytes, formatShare, group } from '../ui/format.js';
import { isOut, machinesOf, scenarioFor } from './hours-parts.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Brought, Fates, Finding, RecordFates, Ring, Stage, Summary, Verdict } from '../engine/engine.d.ts' */
/** @import { Hour, Out } from './hours-parts.js' */

/** @typedef {'answers' | 'session' | 'saved' | 'cart' | 'agree' | 'load' | 'absent'} LampId */

/**
 * @typedef {object} Lamp
 * @property {LampId} id
 * @property {'lit' | 'out' | 'untested'} state
 * @property {string} value the measured number
 * @property {string} says what the number is
 */

/**
 * @typedef {object} Measured
 * @property {Lamp[]} lamps the seven
 * @property {number} calls
 * @property {number} reads answered
 * @property {number} stale of them
 * @property {number} vanished records that were there at the beginning, and of which no machine has a copy at the end
 * @property {number} records whose copies were compared at the end
 * @property {Brought | null} brought copies that had missed something, by who brought it; null where nobody would
 * @property {string} hash
 */

export const limits = { answered: 0.98, busiest: 1.5, absentUs: 10 };

/** The seven, with what each is lit for. @type {{id: LampId, name: string, rule: string}[]} */
export const lampNames = [
  { id: 'answers', name: 'Calls are answered', rule: `lit from ${formatShare(limits.answered, 1)}` },
  { id: 'session', name: 'A session reads what it wrote', rule: 'lit while every such read does' },
  { id: 'saved', name: 'Nothing saved is lost', rule: 'lit while all of them are kept' },
  { id: 'cart', name: 'No change of the cart is lost', rule: 'lit while all of them are kept' },
  { id: 'agree', name: 'All copies agree in the end', rule: 'lit while all copies of each are equal' },
  { id: 'load', name: 'The load is even', rule: `lit under ${limits.busiest} ×` },
  {
    id: 'absent',
    name: 'A read of what is not there is cheap',
    rule: `lit under ${limits.absentUs} µs of disk`,
  },
];

/**
 * @param {Engine} engine
 * @param {Out} out
 * @param {Hour} hour
 * @returns {Promise<Measured>}
 */
export async function measureHour(engine, out, hour) {
  const scenario = scenarioFor(out, hour);
  const session = await engine.create(scenario);
  try {
    await session.step();
    const summary = await session.view('summary');
    const ring = await session.view('ring');
    const { verdict } = await session.view('verdict');
    const stage = await session.view('stage');
    const { fates } = await session.view('fates');
    if (!fates) throw new Error('the traffic is not the five records’');
    const absent = absentReads(summary, fates);
    const missUs = absent > 0 ? await measureMiss(engine, out) : null;
    const vanished = vanishedFrom(stage, scenario);
    return measuredOf({ summary, ring, verdict, fates, absent, missUs, vanished, hour });
  } finally {
    await session.close();
  }
}

/** Who asks for a key that is none of the five asks for one that nobody ever put. @param {Summary} summary @param {RecordFates} fates */
function absentReads({ ops }, fates) {
  return ops.fresh + ops.stale - Object.values(fates).reduce((sum, { reads }) => sum + reads, 0);
}

/** Records with which the store began, and that are on no machine any more. @param {Stage} stage @param {any} scenario */
function vanishedFrom({ nodes }, { records }) {
  const kept = new Set(nodes.flatMap(({ copies }) => copies.map(({ key }) => formatBytes(key))));
  return records.filter((/** @type {{key: string}} */ { key }) => !kept.has(key)).length;
}

/** Bits of a filter for each key, as LevelDB’s users take. */
const filterBits = 10;

/** @type {WeakMap<Engine, Map<number, Promise<number>>>} */
const misses = new WeakMap();

/**
 * What one read of an absent key costs a machine’s disk, in µs; each setting is measured once.
 * @param {Engine} engine
 * @param {Out} out
 */
function measureMiss(engine, out) {
  const bits = isOut(out, 'filter') ? 0 : filterBits;
  const known = misses.get(engine) ?? new Map();
  misses.set(engine, known);
  if (!known.has(bits)) {
    known.set(
      bits,
      engine.runJob({ job: 'lookups', reads: 2000, bloom_bits: bits }).then(({ miss }) => {
        if (!miss) throw new Error('the engine read no absent keys');
        return miss.us_a_read;
      }),
    );
  }
  return /** @type {Promise<number>} */ (known.get(bits));
}

/**
 * @param {{summary: Summary, ring: Ring, verdict: Verdict['verdict'], fates: RecordFates, absent: number, missUs: number | null, vanished: number, hour: Hour}} found
 * @returns {Measured}
 */
function measuredOf({ summary, ring, verdict, fates, absent, missUs, vanished, hour }) {
  const { ops, healing, trace_sha256 } = summary;
  const share = ops.ok / ops.total;
  return {
    lamps: [
      {
        id: 'answers',
        state: share >= limits.answered ? 'lit' : 'out',
        value: formatShare(ops.ok, ops.total),
        says: `of ${group(ops.total)} calls`,
      },
      promised('session', fates.session, 'reads after own writes'),
      promised('saved', verdict.no_lost_write, 'writes'),
      promised('cart', fates.cart, 'changes'),
      agreed(verdict.convergence, vanished),
      {
        id: 'load',
        state: ring.max_over_mean < limits.busiest ? 'lit' : 'out',
        value: `${ring.max_over_mean.toFixed(2)} ×`,
        says: busiestWords(ring, machinesOf(hour).length),
      },
      missUs === null
        ? { id: 'absent', state: 'untested', value: '–', says: 'nobody asked for what is not there' }
        : {
            id: 'absent',
            state: missUs < limits.absentUs ? 'lit' : 'out',
            value: `${missUs.toFixed(1)} µs`,
            says: `of disk a read, measured apart on one machine’s files; here ${group(absent)} reads asked so`,
          },
    ],
    calls: ops.total,
    reads: ops.fresh + ops.stale,
    stale: ops.stale,
    vanished,
    records: verdict.convergence.tests,
    brought: healing?.brought ?? null,
    hash: trace_sha256,
  };
}

/**
 * @param {LampId} id
 * @param {Pick<Finding, 'state' | 'tests'>} finding
 * @param {string} what was put to the test
 * @returns {Lamp}
 */
function promised(id, { state, tests }, what) {
  const says = `in ${group(tests)} ${what}`;
  if (state === 'held') return { id, state: 'lit', value: 'held', says };
  if (state === 'broken') return { id, state: 'out', value: 'broken', says };
  return { id, state: 'untested', value: '–', says: 'not put to the test' };
}

/** Where no machine has a record any more, no two copies of it differ. @param {Finding} finding @param {number} vanished */
function agreed(finding, vanished) {
  const lamp = promised('agree', finding, 'records');
  return vanished > 0
    ? { ...lamp, says: `${lamp.says}, of which ${group(vanished)} are on no machine any more` }
    : lamp;
}

/** @param {Ring} ring @param {number} machines that there were at the beginning */
function busiestWords({ nodes }, machines) {
  const busiest = nodes.reduce((most, node) => (node.share > most.share ? node : most));
  return nodes.length === machines
    ? `the fair share on ${busiest.name}, the busiest of ${machines}; this ring is a kind one`
    : `the fair share on ${busiest.name}, the busiest of the ${nodes.length} that are left`;
}
