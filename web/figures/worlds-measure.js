// Fig 6-4's numbers: the same requests in two worlds, which differ in one setting alone. What was answered and what is
// stale is the engine's word. Two things are derived here from its history: which writes clash, of which the checker names
// the first two alone (a test compares them), and which write a fresh read need not see, since it was still under way.
import base from '../../content/scenarios/cap-theorem.json' with { type: 'json' };
import { formatBytes } from '../ui/format.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Session } from '../engine/session.js' */
/** @import { Action, Operation, Scenario } from '../engine/engine.d.ts' */

/** @typedef {'AB' | 'AC' | 'BC'} Wire between two machines */

/** @typedef {'refuse' | 'answer'} Way what a machine does that has heard too little for too long */

/** @typedef {{hit: Wire[], ms: number | null}} Trouble wires that take so much longer each way; null: that are cut */

/** @typedef {{number: number, machine: string, what: string, at_us: number}} Request numbered from 1 */

/**
 * What became of a request.
 * @typedef {object} Fate
 * @property {Operation['outcome']} outcome
 * @property {'fresh' | 'stale' | null} label
 * @property {string} value that it brought, or wrote
 * @property {number} ms until its caller was told
 * @property {number | null} during a write that was under way when this read began, and that it need not see
 */

/** @typedef {{value: string, numbers: number[]}} Clash saved writes that changed one value, each without having seen the others */

/** @typedef {{name: string, value: string}} Held what a machine has */

/**
 * @typedef {object} World
 * @property {Way} way
 * @property {Fate[]} fates one a request
 * @property {Held[][]} held when so many requests were asked, just before what comes next
 * @property {number} last_us when nothing is left to happen
 * @property {number} answered
 * @property {number} refused
 * @property {number} stale
 * @property {Clash[]} clashes
 * @property {string} hash of the whole run
 */

/**
 * Where the two worlds part: up to here a machine need not say what it would do.
 * @typedef {object} Doubt
 * @property {number} position
 * @property {number} us
 * @property {number} number of the request that waits
 * @property {string} machine
 * @property {Held[]} held here
 * @property {number[]} told the requests that are over here
 * @property {string} hash of both runs up to here
 */

export const key = base.records[0].key;
export const patience = base.cluster.patience_ms;
/** A message takes so long on average, in milliseconds. */
const legMs = (base.network.latency.min_ms + base.network.latency.max_ms) / 2;
export const slowest = 300;
export const slowStep = 10;

export const machines = ['A', 'B', 'C'];
/** @type {Wire[]} */
export const wires = ['AB', 'AC', 'BC'];
/** @type {Way[]} */
export const ways = ['refuse', 'answer'];

/** @type {Request[]} */
export const requests = base.actions.map((action, at) => ({
  number: at + 1,
  machine: action.coordinator,
  what: action.do === 'put' ? `put ${action.value}` : 'get',
  at_us: action.at_ms * 1000,
}));

/** How many there are, as a word. */
export const requestsWord =
  ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'][
    requests.length
  ] ?? String(requests.length);

/** @param {string} wire */
export const wireName = (wire) => [...wire].join('–');

export const cutUs = 1_000_000;
export const healUs = 3_200_000;
/** So many requests come before the cut, and so many before it is mended. */
export const before = requests.filter(({ at_us }) => at_us < cutUs).length;
export const until = requests.filter(({ at_us }) => at_us < healUs).length;

/** @typedef {'whole' | 'to come' | 'now'} Phase of the trouble */

/** How the wires are when so many requests were asked. @param {Trouble} trouble @param {number} at @returns {Phase} */
export function phaseOf({ hit }, at) {
  if (hit.length === 0 || at > until) return 'whole';
  return at <= before ? 'to come' : 'now';
}

/**
 * The moment that is shown when so many requests were asked: just before the next one, or before the wires are mended.
 * @param {number} at @param {number} lastUs when nothing is left to happen
 */
export const momentUs = (at, lastUs) =>
  at === requests.length ? lastUs : (at === until ? healUs : requests[at].at_us) - 1;

/** There and back, in milliseconds, over wires that are slower by so much. @param {number} ms */
export const roundTrip = (ms) => 2 * (ms + legMs);

/** Who still hears each other while these wires are cut; nobody is in no group who hears everybody. @param {Wire[]} hit */
export function groupsOf(hit) {
  if (hit.length === 1) return [[hit[0][0]], [hit[0][1]]];
  const lone = loneOf(hit);
  return lone ? [machines.filter((name) => name !== lone), [lone]] : machines.map((name) => [name]);
}

/** The machine that two wires leave alone. @param {Wire[]} hit */
export function loneOf(hit) {
  return hit.length === 2 ? machines.find((name) => hit.every((wire) => wire.includes(name))) : undefined;
}

/** @param {Trouble} trouble @returns {Action[]} */
function actionsOf({ hit, ms }) {
  if (hit.length === 0) return [];
  if (ms === null)
    return [
      { do: 'partition', groups: groupsOf(hit), at_ms: cutUs / 1000 },
      { do: 'heal', at_ms: healUs / 1000 },
    ];
  const slower = (/** @type {number} */ by, /** @type {number} */ us) =>
    hit.map((wire) => ({ do: 'link', between: [...wire], ms: by, at_ms: us / 1000 }));
  return [...slower(ms, cutUs), ...slower(0, healUs)];
}

/** @param {Trouble} trouble @param {Way} way @returns {Scenario} */
export function scenarioFor(trouble, way) {
  const cluster = way === 'answer' ? { ...base.cluster, without_quorum: way } : base.cluster;
  return { ...base, cluster, actions: [...base.actions, ...actionsOf(trouble)] };
}

/** Back from a link's scenario. @param {any} scenario @returns {Trouble} */
export function troubleOf(scenario) {
  /** @type {any[]} */
  const actions = Array.isArray(scenario?.actions) ? scenario.actions : [];
  const slow = actions.filter((action) => action.do === 'link' && action.at_ms === cutUs / 1000);
  if (slow.length > 0) {
    const between = slow.map((action) => action.between.join(''));
    const ms = Number(slow[0].ms);
    return { hit: wires.filter((wire) => between.includes(wire)), ms: Math.min(slowest, Math.max(0, ms)) };
  }
  const groups = JSON.stringify(actions.find((action) => action.do === 'partition')?.groups ?? null);
  const subsets = Array.from({ length: 8 }, (_, bits) => wires.filter((__, at) => bits & (1 << at)));
  const hit = subsets.find((some) => some.length > 0 && JSON.stringify(groupsOf(some)) === groups);
  return { hit: hit ?? [], ms: null };
}

/** @param {Engine} engine @param {Trouble} trouble @param {Way} way @returns {Promise<World>} */
export async function measureWorld(engine, trouble, way) {
  const session = await engine.create(scenarioFor(trouble, way));
  try {
    await session.step();
    const { operations } = await session.view('history');
    const { ops } = await session.view('summary');
    const { trace_sha256: hash } = await session.view('hash');
    return {
      way,
      fates: operations.map((operation) => fateOf(operation, operations)),
      held: await heldOver(session),
      last_us: session.status.last_us,
      answered: ops.ok,
      refused: ops.refused,
      stale: ops.stale,
      clashes: clashesOf(operations),
      hash,
    };
  } finally {
    await session.close();
  }
}

/** @param {Operation} operation @param {Operation[]} all @returns {Fate} */
function fateOf({ op, outcome, label, value, begin_us, end_us, returned_op }, all) {
  const underWay = all
    .filter(
      (write) => write.do === 'put' && write.op < op && begin_us < (write.end_us ?? Number.POSITIVE_INFINITY),
    )
    .at(-1);
  return {
    outcome,
    label,
    value: formatBytes(value),
    ms: ((end_us ?? begin_us) - begin_us) / 1000,
    during: label === 'fresh' && underWay && underWay.op !== returned_op ? underWay.op + 1 : null,
  };
}

/**
 * The checker's lost updates name the first two; all that changed the same value are read off the history here. What a
 * client changes is what it has read last.
 * @param {Operation[]} operations @returns {Clash[]}
 */
function clashesOf(operations) {
  /** @type {Map<string, Operation>} */
  const reads = new Map();
  /** @type {Map<number | null, Clash>} by the write that was read */
  const changes = new Map();
  for (const operation of operations) {
    const { op, client, outcome } = operation;
    const read = reads.get(client);
    if (operation.do === 'get') {
      if (outcome === 'ok') reads.set(client, operation);
      continue;
    }
    reads.delete(client);
    if (!read || outcome !== 'ok') continue;
    const clash = changes.get(read.returned_op) ?? { value: formatBytes(read.value), numbers: [] };
    changes.set(read.returned_op, { ...clash, numbers: [...clash.numbers, op + 1] });
  }
  return [...changes.values()].filter(({ numbers }) => numbers.length > 1);
}

/** What the machines have just before each next request, before the wires are mended, and at the end. @param {Session} session */
async function heldOver(session) {
  const { last_us: last } = session.status;
  /** @type {Held[][]} */
  const held = [];
  for (let asked = 0; asked <= requests.length; asked++) {
    await session.seekTime(momentUs(asked, last));
    held.push(await heldNow(session));
  }
  return held;
}

/** @param {Session} session @returns {Promise<Held[]>} */
async function heldNow(session) {
  const { nodes } = await session.view('stage');
  return nodes.map(({ name, copies }) => ({ name, value: formatBytes(copies[0]?.value) }));
}

/**
 * The last position at which the two worlds are one; null when they are to the end.
 * @param {Engine} engine
 * @param {Trouble} trouble
 * @returns {Promise<Doubt | null>}
 */
export async function whereTheyPart(engine, trouble) {
  /** @type {Session[]} */
  const sessions = [];
  try {
    for (const way of ways) sessions.push(await engine.create(scenarioFor(trouble, way)));
    for (const session of sessions) await session.step();
    const hashes = async () => {
      const seen = await Promise.all(sessions.map((session) => session.view('hash')));
      return seen.map(({ trace_sha256 }) => trace_sha256);
    };
    const [refusing, answering] = await hashes();
    if (refusing === answering) return null;
    const { operations } = await sessions[0].view('history');
    const number = operations.findIndex(({ outcome }) => outcome === 'refused') + 1;
    let same = 0;
    let other = Math.min(...sessions.map((session) => session.status.last_position));
    while (other - same > 1) {
      const middle = Math.floor((same + other) / 2);
      for (const session of sessions) await session.seek(middle);
      const [left, right] = await hashes();
      if (left === right) same = middle;
      else other = middle;
    }
    for (const session of sessions) await session.seek(same);
    const [hash] = await hashes();
    const { machine } = requests[number - 1];
    const [held, history] = [await heldNow(sessions[0]), await sessions[0].view('history')];
    const told = history.operations.filter(({ outcome }) => outcome !== 'open').map(({ op }) => op + 1);
    return { position: same, us: sessions[0].status.next_us, number, machine, held, told, hash };
  } finally {
    for (const session of sessions) await session.close();
  }
}
