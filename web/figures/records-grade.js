// Fig 6-12 b's numbers: whole runs of one setting over many seeds, each run once for all that is read off it. They are
// asked for in small batches, so that the work can be seen and stopped, and a run that broke a promise can be found.
import { measureRuns } from '../engine/measure-runs.js';
import { records, scenarioOf } from './records-settings.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Asked, Seeds } from '../engine/measure-runs.js' */
/** @import { RecordId, Setting, StoreRecord } from './records-settings.js' */

/**
 * What became of a setting over its runs: sums over them, and means of the prices.
 * @typedef {object} Graded
 * @property {number} runs
 * @property {Record<RecordId, number>} held runs that held the record's promise
 * @property {Record<RecordId, number>} broken runs that broke it
 * @property {Record<RecordId, number | null>} brokenSeed the first seed that broke it
 * @property {number} calls
 * @property {number} unanswered of them: refused, or no answer in time
 * @property {number} featureReads
 * @property {number} featureStale of them
 * @property {number | null} readMs mean of p99.9; null: a run had no answered read
 * @property {number | null} writeMs mean of p99.9; null: a run had no confirmed write
 * @property {number} bytes mean of a run's messages
 */

/** The runs that the first grade takes; no page shows any of their seeds, nor of those of later grades. */
export const unseen = { first: 9_000_001, runs: 200 };
const batch = 10;

/** @param {number} round from 0: each takes the next 200 @returns {Seeds} */
export function seedsOf(round) {
  const from = unseen.first + round * unseen.runs;
  return { from, to: from + unseen.runs - 1 };
}

/** @type {Asked[]} */
const measures = [
  ...records.flatMap(({ id }) =>
    ['held', 'broken'].map((state) => ({
      says: `${id} ${state}`,
      measure: { count: `/fates/${id}/state`, equals: state },
    })),
  ),
  { says: 'calls', measure: { of: '/ops/total' } },
  { says: 'unanswered', measure: { sum: ['/ops/timeout', '/ops/refused'] } },
  { says: 'featureReads', measure: { of: '/fates/feature/reads' } },
  { says: 'featureStale', measure: { of: '/fates/feature/stale' } },
  { says: 'readMs', measure: { of: '/read_ms/p999' } },
  { says: 'writeMs', measure: { of: '/write_ms/p999' } },
  { says: 'bytes', measure: { of: '/messages/bytes' } },
];

/**
 * Some runs of a setting.
 * @param {Engine} engine
 * @param {Setting} setting
 * @param {Seeds} seeds
 * @param {AbortSignal} [signal]
 * @returns {Promise<Record<string, number | null>>}
 */
async function runsOf(engine, setting, seeds, signal) {
  const measured = await measureRuns(engine, scenarioOf(setting), seeds, measures, { signal });
  return Object.fromEntries(measured.map(({ says, measured }) => [says, measured]));
}

/** @returns {Graded} */
function nothingGraded() {
  const each = (/** @type {any} */ value) =>
    /** @type {any} */ (Object.fromEntries(records.map(({ id }) => [id, value])));
  const noMeans = {
    calls: 0,
    unanswered: 0,
    featureReads: 0,
    featureStale: 0,
    readMs: 0,
    writeMs: 0,
    bytes: 0,
  };
  return { runs: 0, held: each(0), broken: each(0), brokenSeed: each(null), ...noMeans };
}

/** @param {Graded} graded @param {Record<string, number | null>} some means and counts over so many runs @param {number} runs @returns {Graded} */
function withRuns(graded, some, runs) {
  const all = graded.runs + runs;
  const sum = (/** @type {'calls' | 'unanswered' | 'featureReads' | 'featureStale'} */ name) =>
    graded[name] + Math.round(Number(some[name]) * runs);
  /** @param {number | null} before @param {number | null} more */
  const mean = (before, more) =>
    before === null || more === null ? null : (before * graded.runs + more * runs) / all;
  const counts = (/** @type {'held' | 'broken'} */ state) =>
    /** @type {Record<RecordId, number>} */ (
      Object.fromEntries(records.map(({ id }) => [id, graded[state][id] + Number(some[`${id} ${state}`])]))
    );
  return {
    runs: all,
    held: counts('held'),
    broken: counts('broken'),
    brokenSeed: graded.brokenSeed,
    calls: sum('calls'),
    unanswered: sum('unanswered'),
    featureReads: sum('featureReads'),
    featureStale: sum('featureStale'),
    readMs: mean(graded.readMs, some.readMs),
    writeMs: mean(graded.writeMs, some.writeMs),
    bytes: Number(mean(graded.bytes, some.bytes)),
  };
}

/**
 * @param {Engine} engine
 * @param {Setting} setting
 * @param {Seeds} seeds
 * @param {{signal?: AbortSignal, onRuns?: (runs: number) => void}} [options] onRuns: so many more are done
 * @returns {Promise<Graded>}
 */
export async function grade(engine, setting, seeds, { signal, onRuns } = {}) {
  let graded = nothingGraded();
  for (let from = seeds.from; from <= seeds.to; from += batch) {
    const some = { from, to: Math.min(from + batch - 1, seeds.to) };
    const runs = some.to - some.from + 1;
    const measured = await runsOf(engine, setting, some, signal);
    graded = withRuns(graded, measured, runs);
    for (const { id } of records) {
      if (graded.brokenSeed[id] !== null || measured[`${id} broken`] === 0) continue;
      graded.brokenSeed = { ...graded.brokenSeed, ...(await firstBroken(engine, setting, some, id, signal)) };
    }
    onRuns?.(runs);
  }
  return graded;
}

/**
 * The first seed of a few that breaks a record's promise; one of them does.
 * @param {Engine} engine
 * @param {Setting} setting
 * @param {Seeds} seeds
 * @param {RecordId} id
 * @param {AbortSignal} [signal]
 */
async function firstBroken(engine, setting, { from, to }, id, signal) {
  let seed = from;
  while (seed < to) {
    const one = await runsOf(engine, setting, { from: seed, to: seed }, signal);
    if (one[`${id} broken`] !== 0) break;
    ++seed;
  }
  return { [id]: seed };
}

/** @typedef {'passed' | 'failed' | 'untested'} Passed */

/**
 * Whether a record got what it needs, and what of it was missing.
 * @param {StoreRecord} record
 * @param {Graded} graded
 * @returns {{passed: boolean, promise: Passed, answered: boolean, fast: boolean}}
 */
export function judge({ id, limits }, graded) {
  const { runs, held, broken, calls, unanswered, featureReads, featureStale, readMs } = graded;
  const kept = limits.stale === undefined ? held[id] === runs : featureStale <= limits.stale * featureReads;
  const promise = kept ? 'passed' : limits.stale === undefined && broken[id] === 0 ? 'untested' : 'failed';
  const answered = calls - unanswered >= (limits.answered ?? 0) * calls;
  const fast = limits.readMs === undefined || (readMs !== null && readMs <= limits.readMs);
  return { passed: kept && answered && fast, promise, answered, fast };
}
