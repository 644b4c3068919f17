// Fig 6-2's numbers: each one comes out of runs of the engine under the switches as they stand, all with the same
// seed. The lamps' rules are here too, as their cards print them; for goal 05 both are in goals-join.js.
import base from '../../content/scenarios/goals.json' with { type: 'json' };
import { formatMs, formatShare, group } from '../ui/format.js';
import { joinLamp, runChange } from './goals-join.js';
import { machineNames, scenarioFor, settledMachines } from './goals-switches.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Action, Ring, Summary } from '../engine/engine.d.ts' */
/** @import { Change, Progress } from './goals-join.js' */
/** @import { Cluster, Switches } from './goals-switches.js' */

/**
 * @typedef {object} Lamp
 * @property {string} number "01"
 * @property {string} value the measured number
 * @property {string} says what the number is
 * @property {string} [also] what else was measured
 * @property {string} rule when the lamp is lit
 * @property {boolean} lit
 */

/**
 * @typedef {object} Measured
 * @property {Switches} switches
 * @property {Lamp[]} lamps the seven
 * @property {Change | null} change of the running cluster, where one was made
 * @property {{reads: number, stale: number}} eighth
 */

const limits = { share: 0.5, busiest: 1.5, answered: 0.9, readMs: 5 };

/**
 * After a join all of it is measured on the cluster with one machine more. Rejected with the engine's sentence when it refuses these switches.
 * @param {Engine} engine
 * @param {Switches} switches
 * @param {(progress: Progress) => Promise<void>} [watch] sees a machine join, or leave
 * @returns {Promise<Measured>}
 */
export async function measureGoals(engine, switches, watch) {
  const change = switches.change === 'none' ? null : await runChange(engine, switches, watch);
  const machines = settledMachines(switches, change);
  const settled = { ...switches, machines };
  const usual = await runOf(engine, settled);
  const size = await recordSize(engine);
  const answered = switches.cut ? usual.summary.ops : await withEachMachineOff(engine, settled);
  const other = await runOf(engine, { ...settled, quorum: switches.quorum === 1 ? 2 : 1 }).catch(() => null);
  const { ring, summary } = usual;
  const fullest = Math.max(...ring.nodes.map(({ share }) => share));
  const answeredShare = answered.ok / answered.total;
  const readMs = summary.read_ms.p99 ?? Number.POSITIVE_INFINITY;

  return {
    switches,
    change,
    lamps: [
      {
        number: '01',
        value: `${group(size.largest)} bytes in`,
        says: `${group(size.largest + 1)} refused: one byte more, key and value together`,
        rule: 'lit if a larger record is refused',
        lit: size.refused,
      },
      {
        number: '02',
        value: formatShare(fullest, 1),
        says: 'of the keys have the fullest machine as their first home',
        rule: `lit under ${formatShare(limits.share, 1)}`,
        lit: fullest < limits.share,
      },
      {
        number: '03',
        value: formatShare(answered.ok, answered.total),
        says: switches.cut ? 'of calls answered during the cut' : 'of calls answered with one machine off',
        rule: `lit from ${formatShare(limits.answered, 1)}`,
        lit: answeredShare >= limits.answered,
      },
      {
        number: '04',
        value: machines === 1 ? 'one machine' : `${ring.max_over_mean.toFixed(2)} ×`,
        says:
          machines === 1 ? 'there is no other to share the load' : 'the average load on the busiest machine',
        rule: `lit under ${limits.busiest} ×, with more than one machine`,
        lit: machines > 1 && ring.max_over_mean < limits.busiest,
      },
      joinLamp(switches, change),
      tunable(switches, summary, other?.summary),
      {
        number: '07',
        value: formatMs(readMs),
        says:
          switches.memory === 'none'
            ? '99 of 100 reads are faster; each goes to the disk'
            : '99 of 100 reads are faster; each finds its value in memory',
        rule: `lit under ${formatMs(limits.readMs)}`,
        lit: readMs < limits.readMs,
      },
    ],
    eighth: { reads: summary.ops.fresh + summary.ops.stale, stale: summary.ops.stale },
  };
}

/**
 * Goal 06: does another W and R, with the same luck, give another share of stale reads?
 * @param {Switches} switches
 * @param {Summary} now
 * @param {Summary | undefined} other with the other W and R; absent when the engine refused them
 * @returns {Lamp}
 */
function tunable({ quorum }, now, other) {
  const rule = 'lit if W · R changes it';
  if (!other) {
    return {
      number: '06',
      value: 'no choice',
      says: 'with one copy there is nothing to tune',
      rule,
      lit: false,
    };
  }
  const stale = (/** @type {Summary} */ { ops }) => formatShare(ops.stale, ops.fresh + ops.stale);
  const [atOne, atTwo] = quorum === 1 ? [stale(now), stale(other)] : [stale(other), stale(now)];
  return {
    number: '06',
    value: `${atOne} or ${atTwo}`,
    says: 'of reads stale, with W\u00a0·\u00a0R 1\u00a0·\u00a01 or 2\u00a0·\u00a02',
    rule,
    lit: atOne !== atTwo,
  };
}

/**
 * @param {Engine} engine
 * @param {Cluster} switches
 * @param {Action[]} [more]
 * @returns {Promise<{summary: Summary, ring: Ring}>}
 */
async function runOf(engine, switches, more) {
  const session = await engine.create(scenarioFor(switches, more));
  try {
    await session.step();
    return { summary: await session.view('summary'), ring: await session.view('ring') };
  } finally {
    await session.close();
  }
}

/**
 * The same load once for each machine, with that machine off from the start.
 * @param {Engine} engine
 * @param {Cluster} switches
 */
async function withEachMachineOff(engine, switches) {
  const sum = { ok: 0, total: 0 };
  for (const node of machineNames(switches.machines)) {
    const { summary } = await runOf(engine, switches, [{ do: 'crash', node, at_us: 0 }]);
    sum.ok += summary.ops.ok;
    sum.total += summary.ops.total;
  }
  return sum;
}

/**
 * A record of the largest size is really put, and one byte more really refused.
 * @param {Engine} engine
 */
async function recordSize(engine) {
  const { max_record_bytes: largest } = await engine.about();
  const { workload, ...quiet } = base;
  const session = await engine.create(quiet);
  const put = async (/** @type {number} */ size) => {
    await session.apply({ do: 'put', client: 'c1', key: 'k', value: 'x'.repeat(size - 1) });
    await session.step();
  };
  try {
    await put(largest);
    const refused = await put(largest + 1).then(
      () => false,
      () => true,
    );
    return { largest, refused };
  } finally {
    await session.close();
  }
}
