// Goal 05 of Fig 6-2: one more machine joins the running cluster, and may leave it again, while clients go on calling.
// Everything here is counted in one run of the engine, or read off its ring.
import base from '../../content/scenarios/goals.json' with { type: 'json' };
import { formatMs, formatShare, group } from '../ui/format.js';
import { joinerOf, joinUs, leaveUs, scenarioFor, twoSides } from './goals-switches.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Session } from '../engine/session.js' */
/** @import { RingNode } from '../engine/engine.d.ts' */
/** @import { Lamp } from './goals-measure.js' */
/** @import { Switches } from './goals-switches.js' */

/**
 * What is known while the change goes on.
 * @typedef {object} Progress
 * @property {number} handed copies, so far
 * @property {number} calls that ended meanwhile
 * @property {RingNode[]} before the share of the keys that each machine had
 * @property {RingNode[]} load and has
 */

/**
 * @typedef {object} Change
 * @property {string} name of the machine
 * @property {boolean} left again
 * @property {boolean} done
 * @property {number} withinMs after its beginning the join was complete
 * @property {number} calls that ended since it began
 * @property {number} failed of them
 * @property {number} stale of them: reads that missed a write
 * @property {number} copies in the store
 * @property {number} handed of them, to the machine that joined
 * @property {number} back of them, when it left
 * @property {RingNode[]} before the share of the keys that each machine has
 * @property {RingNode[]} after
 */

const records = Array.from({ length: 1000 }, (_, at) => ({ key: `k${at + 1}`, value: 'x' }));
/** Ten times the calls of the other lamps, so that there are some at every step of the change. */
const load = { ...base.workload, think_ms: base.workload.think_ms / 10, duration_ms: 300 };
export const stepUs = 2000;
/** Times the fair share: more than that must not move. */
const mostMoved = 1.5;

/**
 * @param {Engine} engine
 * @param {Switches} switches
 * @param {(progress: Progress) => Promise<void>} [watch] sees the last step of it go on
 * @returns {Promise<Change>}
 */
export async function runChange(engine, switches, watch) {
  // What fails is to be the change's fault: not that of a disk which makes calls late.
  const scenario = scenarioFor({ ...switches, quorum: majorityOf(switches.copies), memory: 'all' });
  const session = await engine.create({ ...scenario, workload: load, records });
  const name = joinerOf(switches.machines);
  const left = switches.change === 'left';
  try {
    await session.step({ untilUs: joinUs });
    const start = await countsOf(session);
    const { nodes: before } = await session.view('ring');
    await session.apply({ do: 'join', node: name });
    if (switches.cut) await session.apply({ do: 'partition', groups: twoSides(switches.machines, name) });
    const join = await follow(session, joinUs, left ? undefined : watch);
    await session.step({ untilUs: leaveUs });
    const joined = await countsOf(session);
    if (left) await session.apply({ do: 'leave', node: name });
    const leave = left ? await follow(session, leaveUs, watch) : join;
    await session.step();
    const end = await countsOf(session);
    const { nodes: after } = await session.view('ring');
    return {
      name,
      left,
      done: join.done && leave.done,
      withinMs: join.withinMs,
      calls: end.calls - start.calls,
      failed: end.failed - start.failed,
      stale: end.stale - start.stale,
      copies: records.length * switches.copies,
      handed: joined.handed,
      back: end.handed - joined.handed,
      before,
      after,
    };
  } finally {
    await session.close();
  }
}

/** So many are asked on every call: a read can then miss a write through the change alone. @param {number} copies */
const majorityOf = (copies) => Math.floor(copies / 2) + 1;

/** What is handed over. @param {number} copies */
export const unitOf = (copies) => (copies === 1 ? 'records' : 'copies');

/**
 * Goes on until the change that has begun is complete, or until it has had as much time as it gets.
 * @param {Session} session
 * @param {number} fromUs
 * @param {(progress: Progress) => Promise<void>} [watch]
 */
async function follow(session, fromUs, watch) {
  const start = await countsOf(session);
  const { nodes: before } = await session.view('ring');
  for (let us = fromUs + stepUs; ; us += stepUs) {
    await session.step({ untilUs: us });
    const { nodes, change, waiting } = await session.view('ring');
    if (watch) {
      const { calls, handed } = await countsOf(session);
      await watch({ handed: handed - start.handed, calls: calls - start.calls, before, load: nodes });
    }
    const done = change?.phase === 3 && waiting.length === 0;
    if (done || us >= fromUs + leaveUs - joinUs) return { done, withinMs: (us - fromUs) / 1000 };
  }
}

/** So far. @param {Session} session */
async function countsOf(session) {
  const { ops, moved } = await session.view('summary');
  return {
    calls: ops.ok + ops.timeout + ops.refused,
    failed: ops.timeout + ops.refused,
    stale: ops.stale,
    handed: moved?.records ?? 0,
  };
}

const rule = `lit if none does, and less than ${mostMoved} × a fair share moves`;

/**
 * @param {Switches} switches
 * @param {Change | null} change null: nothing has joined yet
 * @returns {Lamp}
 */
export function joinLamp({ machines, copies, cut }, change) {
  const number = '05';
  if (!change) {
    return {
      number,
      value: 'not tried',
      says: `does a call fail, or miss a write, while ${joinerOf(machines)} joins?`,
      rule,
      lit: false,
    };
  }
  const { name, left, done, calls, failed, stale, handed, back, before, withinMs } = change;
  if (!done) {
    return {
      number,
      value: 'stands still',
      says: `${name} has not finished ${left ? 'joining and leaving' : 'joining'} in ${formatMs(withinMs)} of simulated time${cut ? ': some machines are beyond the cut' : ''}`,
      rule,
      lit: false,
    };
  }
  const share = handed / change.copies;
  const fair = 1 / (before.length + 1);
  const what = unitOf(copies);
  const percent = (/** @type {number} */ part) => formatShare(part, 1).replace(' ', '\u00a0');
  return {
    number,
    value: `${group(failed + stale)} of ${group(calls)} calls`,
    says: `failed or missed a write since ${name} began to join${copies === 1 ? '' : `; each asked ${majorityOf(copies)} of ${copies} copies, so that only the join could make it miss one`}`,
    also: left
      ? `${name} took ${group(handed)} of ${group(change.copies)} ${what} and handed ${group(back)} back.`
      : `${name} took ${percent(share)} of the ${what} in ${formatMs(withinMs)} of simulated time; ${percent(fair)} is a fair share.`,
    rule,
    lit: failed + stale === 0 && share < mostMoved * fair,
  };
}
