// Fig 6-9's engine side. Machine C is away for a while, and twenty records are changed meanwhile, evenly spread. How
// long it is away becomes part of a scenario; who brought C each of them is read from the run's own views.
import base from '../../content/scenarios/failure-handling.json' with { type: 'json' };
import { formatBytes } from '../ui/format.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Action, HealingView, Scenario, Stage } from '../engine/engine.d.ts' */

/** @typedef {'itself' | 'read_repair' | 'hint' | 'merkle' | 'nobody'} Carrier who brought C a change; itself: the write, late */

/**
 * @typedef {object} Change a record that was changed while C was away
 * @property {string} key
 * @property {boolean} deleted
 * @property {number} afterMs since C left
 * @property {Carrier} by
 * @property {number | null} withinMs of C's return it was there; null: it was not, or came by itself
 */

/**
 * @typedef {object} Played
 * @property {number} ms how long C was away
 * @property {Change[]} changes in the order in which they were made
 * @property {string[]} back the machines that have the deleted record again at the end
 * @property {string} hash
 */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long C can be away, in ms. */
export const lengths = [
  ...[10, 100],
  ...[1, 2, 5, 10].map((seconds) => seconds * second),
  ...[1, 10].map((minutes) => minutes * minute),
  ...[1, 2, 3, 4, 8].map((hours) => hours * hour),
  ...[1, 3, 9, 11, 30].map((days) => days * day),
];

/** After so long a machine gets no new hints, and is a deletion's marker forgotten. */
export const windowMs = base.cluster.hints.window_ms;
export const graceMs = base.cluster.gc_grace_ms;

const timeOf = (/** @type {string} */ verb) => base.actions.find((action) => action.do === verb)?.at_ms ?? 0;
const leaves = timeOf('crash');
const baseMs = timeOf('restart') - leaves;
const isChange = (/** @type {{do: string}} */ action) => action.do === 'put' || action.do === 'delete';

/** Who is away. */
export const away = base.actions.find((action) => action.do === 'crash')?.node ?? '';

/** Where on the dial the page begins. */
export const firstPlace = lengths.indexOf(baseMs);

/** The record that is deleted. */
export const deletedKey = base.actions.find((action) => action.do === 'delete')?.key ?? '';

/** From a change to the read of its record, and from C's return to the last read and to the end. */
const readAfterMs =
  base.actions[base.actions.findIndex((action) => action.do === 'get')].at_ms -
  base.actions[base.actions.findIndex(isChange)].at_ms;
const lastReadMs = /** @type {{at_ms: number}} */ (base.actions.at(-1)).at_ms - timeOf('restart');
const endMs = base.upkeep_ms - timeOf('restart');

/** @param {number} ms how long C is away @returns {Scenario} */
export function scenarioOf(ms) {
  const returns = leaves + ms;
  const changed = new Map(
    base.actions.filter(isChange).map(({ key, at_ms }) => [key, leaves + ((at_ms - leaves) * ms) / baseMs]),
  );
  const last = base.actions.length - 1;
  const when = (/** @type {typeof base.actions[number]} */ action, /** @type {number} */ index) => {
    if (action.do === 'crash') return leaves;
    if (action.do === 'restart') return returns;
    if (index === last) return returns + lastReadMs;
    const at = changed.get(action.key) ?? 0;
    return action.do === 'get' ? at + readAfterMs : at;
  };
  const actions = base.actions
    .map((action, index) => ({ ...action, at_ms: when(action, index) }))
    .sort((left, right) => left.at_ms - right.at_ms);
  return { ...base, actions: /** @type {Action[]} */ (actions), upkeep_ms: returns + endMs };
}

/** Back from a link's scenario. @param {any} scenario */
export function placeOf(scenario) {
  const actions = Array.isArray(scenario?.actions) ? scenario.actions : [];
  const at = (/** @type {string} */ verb) =>
    actions.find((/** @type {any} */ action) => action?.do === verb)?.at_ms;
  const place = lengths.indexOf(at('restart') - at('crash'));
  return place < 0 ? firstPlace : place;
}

/** When it is looked at what C has, after its return. */
const looksMs = [
  ...[0.1, 1, 2, 5, 10, 20, 30].map((seconds) => seconds * second),
  ...[1, 2, 5, 10, 30].map((minutes) => minutes * minute),
  ...[1, 2, 4, 6, 8, 12, 18, 24].map((hours) => hours * hour),
];

/** @param {Engine} engine @param {number} ms @returns {Promise<Played>} */
export async function play(engine, ms) {
  const scenario = scenarioOf(ms);
  const session = await engine.create(scenario);
  try {
    /** @type {Map<string, number>} */
    const there = new Map();
    for (const look of looksMs) {
      await session.step({ untilUs: (leaves + ms + look) * 1000 });
      for (const { key } of broughtTo(await session.view('healing')))
        if (!there.has(formatBytes(key))) there.set(formatBytes(key), look);
    }
    await session.step();
    const brought = new Map(
      broughtTo(await session.view('healing')).map(({ key, by }) => [formatBytes(key), by]),
    );
    const stage = await session.view('stage');
    const actions = /** @type {any[]} */ (/** @type {any} */ (scenario).actions);
    const changes = actions.flatMap((action, op) => {
      if (!isChange(action)) return [];
      const { key, at_ms: at, do: verb } = action;
      const deleted = verb === 'delete';
      /** @type {Carrier} */
      const by = /** @type {any} no disk was lost, so nothing is rebuilt */ (
        brought.get(key) ?? (hasChange(stage, key, op, deleted) ? 'itself' : 'nobody')
      );
      return [{ key, deleted, afterMs: at - leaves, by, withinMs: there.get(key) ?? null }];
    });
    const { trace_sha256: hash } = await session.view('hash');
    return { ms, changes, back: holdersOf(stage, deletedKey), hash };
  } finally {
    await session.close();
  }
}

/** @param {HealingView} view */
const broughtTo = ({ machines }) => machines.find(({ name }) => name === away)?.brought_by_key ?? [];

/** Whether C has what that call wrote; of a deletion, no copy will do. @param {Stage} stage @param {string} key @param {number} op @param {boolean} deleted */
function hasChange({ nodes }, key, op, deleted) {
  const copies = nodes.find(({ name }) => name === away)?.copies ?? [];
  const copy = copies.find((one) => formatBytes(one.key) === key);
  return copy ? copy.op === op : deleted;
}

/** The machines on which a key can be read. @param {Stage} stage @param {string} key */
function holdersOf({ nodes }, key) {
  return nodes
    .filter(({ copies }) => copies.some((copy) => formatBytes(copy.key) === key && !copy.deleted))
    .map(({ name }) => name);
}

/** @type {Carrier[]} in the order in which they are shown */
export const carriers = ['itself', 'read_repair', 'hint', 'merkle', 'nobody'];

/** How many changes each carrier brought. @param {Played} played @returns {Record<Carrier, number>} */
export function countsOf({ changes }) {
  const counts = { itself: 0, read_repair: 0, hint: 0, merkle: 0, nobody: 0 };
  for (const { by } of changes) counts[by] += 1;
  return counts;
}
