// A run's log as something to step through. A position is a hop: so many messages had to arrive one after the other.
// A round is a question and its answer: two hops.

/** @import { SyncMessage, SyncRun } from '../../web/engine/engine.d.ts' */

/** @param {SyncMessage[]} log */
export const lastHop = (log) => log.reduce((most, { hop }) => Math.max(most, hop), 0);

/** The round of a hop, from 1; 0 before the first. @param {number} hop */
export const roundOf = (hop) => Math.ceil(hop / 2);

/**
 * The position one step on or back.
 * @param {number} hop
 * @param {1 | -1} way
 * @param {boolean} byMessage
 * @param {number} last
 */
export function stepped(hop, way, byMessage, last) {
  if (byMessage) return clamp(hop + way, last);
  return clamp(2 * (way > 0 ? Math.floor(hop / 2) + 1 : Math.ceil(hop / 2) - 1), last);
}

/** @param {number} hop @param {number} last */
const clamp = (hop, last) => Math.max(0, Math.min(last, hop));

/** What had crossed by then. @param {SyncMessage[]} log @param {number} hop */
export function crossedBy(log, hop) {
  const seen = log.filter((message) => message.hop <= hop);
  return {
    us: seen.reduce((most, { arrives_us }) => Math.max(most, arrives_us), 0),
    bytes: seen.reduce((sum, { bytes, record_bytes }) => sum + bytes - record_bytes, 0),
    recordBytes: seen.reduce((sum, { record_bytes }) => sum + record_bytes, 0),
    hashes: seen.reduce((sum, { hashes }) => sum + hashes, 0),
    copies: seen.reduce((sum, { copies }) => sum + copies, 0),
  };
}

/** The messages of one hop. @param {SyncMessage[]} log @param {number} hop */
export const messagesOf = (log, hop) => log.filter((message) => message.hop === hop);

/** Whether the copies have begun to move. @param {SyncMessage[]} log @param {number} hop */
export const isMending = (log, hop) => log.some(({ part, hop: at }) => part === 'copies' && at <= hop);

/** Whether the run is at its end. @param {SyncRun} run @param {number} hop */
export const isOver = ({ log }, hop) => hop >= lastHop(log);
