// Fig 6-7's engine side: whom the learner lets the write through to, and which copies answer, become the actions of a
// scenario; what the clients were told, and whether a promise was broken, is read back from its run.
import base from '../../content/scenarios/consistency-quorum.json' with { type: 'json' };
import { encodeLink } from '../engine/link.js';
import { overlaps } from './overlap.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Action, Message, Operation, Scenario, Stage, Verdict } from '../engine/engine.d.ts' */

/**
 * @typedef {object} Step
 * @property {string} id
 * @property {number} w
 * @property {number} r
 * @property {number} readers one after the other
 * @property {number} reach so many copies have the write before anybody reads
 */

/**
 * @typedef {object} Choice what the learner has decided
 * @property {Step} step
 * @property {string[]} heard copies that have the write, the first one first
 * @property {string[][]} asked for each reader, the copies that answer it
 * @property {boolean} back whether readers write back what they found
 */

/**
 * @typedef {object} Played a run, as it stands before what was held back is let in
 * @property {Stage} stage
 * @property {Operation[]} operations
 * @property {Message[]} messages
 * @property {Verdict} verdict of the whole run
 * @property {string} hash of the whole run
 */

/** @typedef {'fresh' | 'stale'} Outcome */

/** The copies, in their order round the ring. */
export const copies = ['A', 'B', 'C'];
export const key = base.records[0].key;
export const oldValue = base.records[0].value;
export const newValue = 'on';
export const n = base.cluster.n;

/** @type {Step[]} */
export const steps = [
  { id: 'one', w: 1, r: 1, readers: 1, reach: 1 },
  { id: 'both', w: 2, r: 2, readers: 1, reach: 2 },
  { id: 'unfinished', w: 2, r: 2, readers: 2, reach: 1 },
];

/** The run in ms: copies get the write one after the other, then readers ask, and at last everything is let in. */
const times = { put: 5, heard: 10, everyCopy: 3, read: 20, everyReader: 10, letIn: 60 };
const writeId = 1;

/** @param {Step} step @returns {Choice} */
export function noChoice(step) {
  return { step, heard: [], asked: Array.from({ length: step.readers }, () => []), back: false };
}

/** Whether the write is as far as it shall get. @param {Choice} choice */
export const isWritten = ({ step, heard }) => heard.length === step.reach;

/** How many readers have as many copies as they need, from the first one on. @param {Choice} choice */
export function readersReady({ step, asked }) {
  const waits = asked.findIndex((set) => set.length < step.r);
  return waits < 0 ? asked.length : waits;
}

/** Whether everybody has read. @param {Choice} choice */
export const isComplete = (choice) => isWritten(choice) && readersReady(choice) === choice.step.readers;

/** @param {Choice} choice @returns {Scenario} */
export function scenarioOf(choice) {
  const { step, heard, asked, back } = choice;
  const at = (/** @type {number} */ first, /** @type {number} */ every, /** @type {number} */ index) =>
    first + every * index;
  /** @type {Action[]} */
  const actions = [
    { do: 'hold', op: writeId, kind: 'write', at_ms: 0 },
    { do: 'put', client: 'c1', key, value: newValue, id: writeId, at_ms: times.put },
    ...heard.map((to, index) => ({
      do: 'release',
      op: writeId,
      to,
      at_ms: at(times.heard, times.everyCopy, index),
    })),
    ...asked.slice(0, readersReady(choice)).map((from, reader) => ({
      do: 'get',
      client: readerName(reader),
      key,
      from,
      id: writeId + 1 + reader,
      at_ms: at(times.read, times.everyReader, reader),
    })),
    { do: 'release', op: writeId, at_ms: times.letIn },
  ];
  const cluster = { ...base.cluster, w: step.w, r: step.r, ...(back ? { write_back: true } : {}) };
  return { ...base, cluster, actions };
}

/** @param {number} reader from 0 */
export const readerName = (reader) => `c${reader + 2}`;

/** @param {Engine} engine @param {Choice} choice @returns {Promise<Played>} */
export async function play(engine, choice) {
  const session = await engine.create(scenarioOf(choice));
  try {
    await session.step({ untilUs: times.letIn * 1000 - 1 });
    const stage = await session.view('stage');
    const { operations } = await session.view('history');
    const { messages } = await session.view('messages');
    await session.step();
    const verdict = await session.view('verdict');
    const { trace_sha256: hash } = await session.view('hash');
    return { stage, operations, messages, verdict, hash };
  } finally {
    await session.close();
  }
}

/** The call of a client, if it has begun. @param {Played} played @param {string} client */
export const callOf = ({ operations }, client) => operations.find((call) => call.client === client);

/** What a reader, having found it, wrote back to copies that were behind. @param {Played} played @param {string} client */
export function writtenBack({ messages }, client) {
  return messages.filter(({ kind, from }) => kind === 'write' && from === client);
}

/** Whether a step with a board has shown what it is for: a miss, or where there is none, a try. @param {Step} step @param {Record<string, Outcome>} tried */
export function isShown(step, tried) {
  const outcomes = Object.values(tried);
  return overlaps({ n, ...step }) ? outcomes.length > 0 : outcomes.includes('stale');
}

/** How the last reader's read was judged. @param {Played} played @param {Choice} choice @returns {Outcome | null} */
export function outcomeOf(played, { step }) {
  return callOf(played, readerName(step.readers - 1))?.label ?? null;
}

/** One reader was told the new value, and the next one, later, the old. @param {Played} played */
export function isInverted(played) {
  const told = played.operations.filter(({ do: verb }) => verb === 'get').map(({ value }) => value);
  return told.length === 2 && told[0] === newValue && told[1] === oldValue;
}

/** Every set of so many copies. @param {number} size @returns {string[][]} */
export function setsOf(size) {
  return Array.from({ length: 2 ** copies.length }, (_, bits) =>
    copies.filter((_, at) => bits & (1 << at)),
  ).filter((set) => set.length === size);
}

/** Every way to choose who has the write and who answers, for a single reader. @param {Step} step @returns {Choice[]} */
export function waysOf(step) {
  return setsOf(step.w).flatMap((heard) =>
    setsOf(step.r).map((set) => ({ step, heard, asked: [set], back: false })),
  );
}

/** The same for every order in which it was chosen: "AB-BC". @param {Choice} choice */
export function wayName({ heard, asked }) {
  return [heard, asked[0]].map((set) => [...set].sort().join('')).join('-');
}

/**
 * A run for the lab, at the place before its last reader asks.
 * @param {Engine} engine
 * @param {Choice} choice
 */
export async function runForLab(engine, choice) {
  const scenario = scenarioOf(choice);
  const session = await engine.create(scenario);
  try {
    const last = times.read + times.everyReader * (readersReady(choice) - 1);
    const { position } = await session.step({ untilUs: last * 1000 - 1 });
    const { trace_version } = await session.view('hash');
    return encodeLink({ scenario, position, trace_version });
  } finally {
    await session.close();
  }
}
