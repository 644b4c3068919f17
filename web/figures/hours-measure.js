// Fig 6-10's numbers: each comes out of one hour of the engine with the parts as they stand, and the lamps' rules are here
// too, as their rows print them. The filters are measured where there are files, on one machine's store.
import { formatMs, formatShare, group } from '../ui/format.js';
import { isOut, scenarioFor } from './hours-parts.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Brought, Fates, Finding, RecordFates, Ring, Summary, Verdict } from '../engine/engine.d.ts' */
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
 * @property {Brought | null} brought copies that had missed something, by who brought it; null where nobody would
 * @property {string} hash
 */

export const limits = { answered: 0.98, busiest: 1.5, absentUs: 10 };

/** The seven, with what each is lit for. @type {{id: LampId, name: string, rule: string}[]} */
export const lampNames = [
  { id: 'answers', name: 'Calls are answered', rule: `lit from ${formatShare(limits.answered, 1)}` },
  { id: 'session', name: 'A session reads what it wrote', rule: 'out at the first read that does not' },
  { id: 'saved', name: 'Nothing saved is lost', rule: 'out at the first write that is' },
  { id: 'cart', name: 'No change of the cart is lost', rule: 'out at the first one' },
  { id: 'agree', name: 'All copies agree in the end', rule: 'out at the first record that differs' },
  { id: 'load', name: 'The load is even', rule: `lit under ${limits.busiest} × the fair share` },
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
  const session = await engine.create(scenarioFor(out, hour));
  try {
    await session.step();
    const summary = await session.view('summary');
    const ring = await session.view('ring');
    const { verdict } = await session.view('verdict');
    const { fates } = await session.view('fates');
    if (!fates) throw new Error('the traffic is not the five records’');
    const absent = absentReads(summary, fates);
    const missUs = absent > 0 ? await measureMiss(engine, out) : null;
    return measuredOf({ summary, ring, verdict, fates, absent, missUs });
  } finally {
    await session.close();
  }
}

/** Who asks for a key that is none of the five asks for one that nobody ever put. @param {Summary} summary @param {RecordFates} fates */
function absentReads({ ops }, fates) {
  return ops.fresh + ops.stale - Object.values(fates).reduce((sum, { reads }) => sum + reads, 0);
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
 * @param {{summary: Summary, ring: Ring, verdict: Verdict['verdict'], fates: RecordFates, absent: number, missUs: number | null}} found
 * @returns {Measured}
 */
function measuredOf({ summary, ring, verdict, fates, absent, missUs }) {
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
      promised('agree', verdict.convergence, 'records'),
      {
        id: 'load',
        state: ring.max_over_mean < limits.busiest ? 'lit' : 'out',
        value: `${ring.max_over_mean.toFixed(2)} ×`,
        says: `the fair share on the busiest of ${ring.nodes.length} machines`,
      },
      missUs === null
        ? { id: 'absent', state: 'untested', value: '–', says: 'nobody asked for what is not there' }
        : {
            id: 'absent',
            state: missUs < limits.absentUs ? 'lit' : 'out',
            value: missUs < 1000 ? `${missUs.toFixed(1)} µs` : formatMs(missUs / 1000),
            says: `of disk for each of ${group(absent)} such reads`,
          },
    ],
    calls: ops.total,
    reads: ops.fresh + ops.stale,
    stale: ops.stale,
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
