// Fig 6-8's engine side. Two clients change one cart on two sides of a cut; how wrong B's clock is, and what client 3
// makes of several versions, become part of a scenario. It is run twice with the same luck, once with last write wins and
// once with vector clocks, and what the machines kept is read back from the runs' views.
import base from '../../content/scenarios/vector-clocks.json' with { type: 'json' };
import { formatBytes } from '../ui/format.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Clock } from './clock.js' */
/** @import { Action, Copy, Operation, Scenario, Stage } from '../engine/engine.d.ts' */

/** @typedef {'lww' | 'vector-clocks'} Rule by which a store chooses between versions */

/** @typedef {'none' | 'union' | 'first' | 'second'} Merge what client 3 writes back: nothing, all, or one of the two */

/** @typedef {{skew: number, merge: Merge}} Setting skew: how many ms B’s clock is ahead */

/**
 * @typedef {object} Version
 * @property {number | null} op the write that made it; null: it was there when time began
 * @property {string} value
 * @property {number} stampUs what the clock of the machine that took it said
 * @property {Clock | null} clock
 */

/** @typedef {{machine: string, versions: Version[]}} Held what a machine has of the cart */

/** @typedef {{add: boolean, remove: boolean}} Fate which of the two changes is still there */

/**
 * @typedef {object} Played
 * @property {Held[]} start before the two changes
 * @property {Held[]} cut just before the cut heals
 * @property {Held[]} healed once client 3 has read
 * @property {Held[]} end
 * @property {Fate} kept by the store, before anybody merges
 * @property {Operation[]} operations
 * @property {string} hash
 */

/** @typedef {{lww: Played, clocks: Played}} Pair the same people, the same luck, two rules */

export const key = base.records[0].key;
export const before = base.records[0].value;
export const added = 'sku-333';
export const removed = 'sku-742';

/** How far the dial turns, in ms. */
export const most = 50;

const indexOf = (/** @type {string} */ client, verb = 'put') =>
  base.actions.findIndex((action) => action.client === client && action.do === verb);

/** The two changes, and the read after the cut, by their numbers in the run. */
export const addition = indexOf('c1');
export const removal = indexOf('c2');
/** Who reads after the cut, and then writes back. */
export const reader = 'c3';
const reading = indexOf(reader, 'get');
export const merging = base.actions.length;

/** Who makes a call, and through which machine. @param {number} op */
export const clientOf = (op) => (op === merging ? reader : (base.actions[op].client ?? ''));
/** @param {number} op */
export const machineOf = (op) => base.actions[op === merging ? reading : op].coordinator ?? '';

/** The machine whose clock the dial turns. */
export const dialled = machineOf(removal);

/** The machines on each side of the cut. */
export const sides = base.actions
  .flatMap(({ groups }) => groups ?? [])
  .map((group) => group.filter((name) => !/^c\d/.test(name)));

const timeOf = (/** @type {number} */ index) => base.actions[index].at_ms;
const healMs = timeOf(base.actions.findIndex((action) => action.do === 'heal'));
const mergeMs = timeOf(reading) + 100;

/** So much later than the addition the removal is made, in ms. */
export const later = timeOf(removal) - timeOf(addition);

/** @type {Record<Exclude<Merge, 'none'>, string | number>} */
const resolves = { union: 'union', first: addition, second: removal };

/** @param {Rule} rule @param {Setting} setting @returns {Scenario} */
export function scenarioOf(rule, { skew, merge }) {
  const clocks = skew === 0 ? {} : { clocks: [{ node: dialled, skew_ms: skew }] };
  /** @type {Action[]} */
  const merged =
    rule === 'lww' || merge === 'none'
      ? []
      : [
          {
            do: 'put',
            client: reader,
            key,
            resolve: resolves[merge],
            coordinator: machineOf(merging),
            at_ms: mergeMs,
          },
        ];
  return {
    ...base,
    cluster: { ...base.cluster, versions: rule, ...clocks },
    actions: [...base.actions, ...merged],
  };
}

/** Back from a link's scenario. @param {any} scenario @returns {Setting} */
export function settingOf(scenario) {
  const skew = scenario?.cluster?.clocks?.[0]?.skew_ms;
  const resolve = scenario?.actions?.[merging]?.resolve;
  const merge = /** @type {(keyof typeof resolves)[]} */ (Object.keys(resolves)).find(
    (name) => resolves[name] === resolve,
  );
  return { skew: clamp(skew), merge: merge ?? 'none' };
}

/** @param {unknown} skew */
export function clamp(skew) {
  return typeof skew === 'number' && Number.isSafeInteger(skew) ? Math.min(most, Math.max(-most, skew)) : 0;
}

/** @param {Engine} engine @param {Rule} rule @param {Setting} setting @returns {Promise<Played>} */
async function play(engine, rule, setting) {
  const session = await engine.create(scenarioOf(rule, setting));
  try {
    const until = async (/** @type {number} */ ms) => {
      await session.step({ untilUs: ms * 1000 - 1 });
      return heldIn(await session.view('stage'));
    };
    const start = await until(timeOf(addition));
    const cut = await until(healMs);
    const healed = await until(mergeMs);
    await session.step();
    const end = heldIn(await session.view('stage'));
    const { operations } = await session.view('history');
    const { trace_sha256: hash } = await session.view('hash');
    return { start, cut, healed, end, kept: fateOf(healed), operations, hash };
  } finally {
    await session.close();
  }
}

/** @param {Engine} engine @param {Setting} setting @returns {Promise<Pair>} */
export async function playBoth(engine, setting) {
  return {
    lww: await play(engine, 'lww', setting),
    clocks: await play(engine, 'vector-clocks', setting),
  };
}

/** A call, by its number among the actions. @param {Played} played @param {number} op */
export function callOf({ operations }, op) {
  const call = operations.find((one) => one.op === op);
  if (!call) throw new Error(`there is no call ${op}`);
  return call;
}

/** @param {Stage} stage @returns {Held[]} */
function heldIn({ nodes }) {
  return nodes.map(({ name, copies }) => ({ machine: name, versions: copies.flatMap(versionsOf) }));
}

/** In the order in which they were written. @param {Copy} copy @returns {Version[]} */
function versionsOf({ op, value, stamp_us, siblings }) {
  if (!siblings) return [{ op, value: formatBytes(value), stampUs: stamp_us, clock: null }];
  return siblings
    .map((one) => ({
      op: one.op,
      value: formatBytes(one.value),
      stampUs: one.stamp_us,
      clock: one.clock ?? null,
    }))
    .sort((left, right) => (left.op ?? -1) - (right.op ?? -1));
}

/** What all machines hold, where they hold the same. @param {Held[]} held @returns {Version[] | null} */
export function agreed(held) {
  const [first, ...others] = held.map(({ versions }) => versions);
  const ops = (/** @type {Version[]} */ versions) => versions.map(({ op }) => op).join();
  return others.every((versions) => ops(versions) === ops(first)) ? first : null;
}

/** The version that a call wrote, wherever it is. @param {Held[]} held @param {number | null} op */
export function versionOf(held, op) {
  const version = held.flatMap(({ versions }) => versions).find((one) => one.op === op);
  if (!version) throw new Error(`no machine has the version of call ${op}`);
  return version;
}

/** @param {string} cart "[a, b]" */
export const itemsOf = (cart) => cart.slice(1, -1).split(', ').filter(Boolean);

/** The addition is there if some version has what was added, the removal if some version lacks what was removed. @param {Held[]} held @returns {Fate} */
export function fateOf(held) {
  const carts = held.flatMap(({ versions }) => versions.map(({ value }) => itemsOf(value)));
  return {
    add: carts.some((items) => items.includes(added)),
    remove: carts.some((items) => !items.includes(removed)),
  };
}
