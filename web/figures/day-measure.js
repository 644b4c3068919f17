// What a store's bad day comes to, in the columns of the table: read off one run of the engine, as `systemsim run` prints it.
import { group } from '../ui/format.js';
import { dayActions, dayHours, dayOf, hourMs } from './day-parts.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Summary } from '../engine/engine.d.ts' */
/** @import { Preset } from './day-parts.js' */

/** @typedef {'refused' | 'stale' | 'conflicting' | 'lost' | 'write-tail' | 'read-tail' | 'bytes'} ColumnId */

/**
 * null: not measured, which is neither good nor bad.
 * @typedef {object} DayResult
 * @property {number} calls
 * @property {number} silent calls that got no answer
 * @property {number | null} tooLate conditional writes that found another value than the one that was read
 * @property {number} reads answered
 * @property {number} stale of them
 * @property {number} conflicting of them, with several versions
 * @property {boolean | null} lost whether a confirmed write is nowhere in the end
 * @property {number | null} writeMs
 * @property {number | null} readMs that one in a thousand takes or more
 * @property {number} bytes
 * @property {number} steps of the counter that were confirmed
 * @property {number | null} missing of them, in the end
 * @property {boolean | null} cart whether no change of the cart was lost
 * @property {boolean | null} session whether it could always read what it wrote
 * @property {string} hash
 * @property {number} position at the beginning of the cut, for the lab
 * @property {number} trace_version
 */

/**
 * @typedef {object} Column
 * @property {ColumnId} id
 * @property {string} name
 * @property {string} what it is, in a few words
 * @property {(day: DayResult) => number | null} of what is compared: more is worse
 * @property {(day: DayResult) => string} shown
 */

/** What stands where nothing was measured. */
const unknown = '–';
/** @param {number} part @param {number} whole */
const ratio = (part, whole) => (whole > 0 ? part / whole : null);
/** Digits enough to tell the stores apart. @param {number} part @param {number} whole */
const share = (part, whole) =>
  whole > 0 ? `${((100 * part) / whole).toFixed(part === 0 ? 0 : 2)} %` : unknown;
/** @param {number | null} ms */
const wholeMs = (ms) => (ms === null ? unknown : `${group(Math.round(ms))} ms`);
/** @param {boolean | null} lost */
const lostWord = (lost) => (lost === null ? unknown : lost ? '✕ yes' : '● no');

/** @type {Column[]} */
export const columns = [
  {
    id: 'refused',
    name: 'no answer',
    what: 'calls that were refused, or never answered',
    of: ({ silent, calls }) => ratio(silent, calls),
    shown: ({ silent, calls }) => share(silent, calls),
  },
  {
    id: 'stale',
    name: 'stale',
    what: 'answered reads that missed a finished write',
    of: ({ stale, reads }) => ratio(stale, reads),
    shown: ({ stale, reads }) => share(stale, reads),
  },
  {
    id: 'conflicting',
    name: 'conflicting',
    what: 'answered reads that brought several versions',
    of: ({ conflicting, reads }) => ratio(conflicting, reads),
    shown: ({ conflicting, reads }) => share(conflicting, reads),
  },
  {
    id: 'lost',
    name: 'a confirmed write lost',
    what: 'neither it nor what replaced it is anywhere in the end',
    of: ({ lost }) => (lost === null ? null : Number(lost)),
    shown: ({ lost }) => lostWord(lost),
  },
  {
    id: 'write-tail',
    name: 'slow writes',
    what: 'p99.9: one in a thousand of the confirmed writes takes so long, or longer',
    of: ({ writeMs }) => writeMs,
    shown: ({ writeMs }) => wholeMs(writeMs),
  },
  {
    id: 'read-tail',
    name: 'slow reads',
    what: 'p99.9: one in a thousand of the answered reads takes so long, or longer',
    of: ({ readMs }) => readMs,
    shown: ({ readMs }) => wholeMs(readMs),
  },
  {
    id: 'bytes',
    name: 'bytes a call',
    what: 'all that is sent between machines and clients, for each call',
    of: ({ bytes, calls }) => ratio(bytes, calls),
    shown: ({ bytes, calls }) => (calls > 0 ? group(Math.round(bytes / calls)) : unknown),
  },
];

/**
 * Which stores are the worst in each column; nobody where all are alike, or where one was not measured.
 * @param {ReadonlyMap<string, DayResult>} results by preset
 * @returns {Map<ColumnId, string[]>}
 */
export function worstOf(results) {
  const all = [...results];
  return new Map(
    columns.map(({ id, of }) => {
      const values = all.map(([, day]) => of(day)).filter((value) => value !== null);
      if (values.length < all.length) return [id, []];
      const most = Math.max(...values);
      const worst = all.filter(([, day]) => of(day) === most).map(([preset]) => preset);
      return [id, worst.length === all.length ? [] : worst];
    }),
  );
}

/** @type {{do: string, at_ms: number}[]} */
const actions = dayActions;
/** Here the cut begins, the first one: the lab opens a run before it. */
export const cutHour =
  Math.min(...actions.flatMap((one) => (one.do === 'partition' ? one.at_ms : []))) / hourMs;

/** @param {{state: string}} promise @returns {boolean | null} */
const holds = ({ state }) => (state === 'broken' ? false : state === 'held' ? true : null);

/**
 * One store's day, hour by hour, so that it can be watched and stopped.
 * @param {Engine} engine
 * @param {Preset} preset
 * @param {object} [options]
 * @param {number} [options.seed]
 * @param {AbortSignal} [options.signal]
 * @param {(hour: number) => void | Promise<void>} [options.onHour]
 * @returns {Promise<DayResult>}
 */
export async function measureDay(engine, preset, { seed, signal, onHour } = {}) {
  const session = await engine.create(dayOf(preset, seed));
  try {
    let cut = 0;
    for (let hour = 1; hour <= dayHours; hour++) {
      const { position } = await session.step({ untilUs: hour * hourMs * 1000 - 1 });
      if (hour === cutHour) cut = position;
      await onHour?.(hour);
      signal?.throwIfAborted();
    }
    await session.step();
    const summary = await session.view('summary');
    const { fates } = await session.view('fates');
    const { verdict } = await session.view('verdict');
    const kept = holds(verdict.no_lost_write);
    const { trace_version } = await session.view('hash');
    if (!fates) throw new Error('the traffic is not the five records’');
    return {
      ...counted(summary),
      lost: kept === null ? null : !kept,
      steps: fates.counter.increments,
      missing: fates.counter.lost ?? null,
      cart: holds(fates.cart),
      session: holds(fates.session),
      position: cut,
      trace_version,
    };
  } finally {
    await session.close();
  }
}

/** @param {Summary} summary */
function counted({ ops, read_ms, write_ms, messages, trace_sha256 }) {
  return {
    calls: ops.total,
    silent: ops.timeout + ops.refused,
    tooLate: ops.not_equal ?? null,
    reads: ops.fresh + ops.stale,
    stale: ops.stale,
    conflicting: ops.conflicting,
    writeMs: write_ms.p999 ?? null,
    readMs: read_ms.p999 ?? null,
    bytes: messages.bytes,
    hash: trace_sha256,
  };
}
