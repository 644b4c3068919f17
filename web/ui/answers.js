// How many copies have answered a call that is under way or has failed, read off the run's messages: the engine names them only
// once the call has succeeded.

/** @import { Message, Operation } from '../engine/engine.d.ts' */

/**
 * Copies whose confirmations, or answers, reached the caller while it waited. null where that cannot be told: a machine of the store
 * asks the copies for the caller, or the call began before the first message that a long run still names.
 * @param {Operation} operation
 * @param {Message[]} messages of the run
 */
export function answersTo({ op, client, do: verb, begin_position, end_position }, messages) {
  const [first] = messages;
  if (first && first.id > 0 && first.position_sent > begin_position) return null;
  const own = messages.filter((message) => message.op === op);
  if (own.some(({ kind, from }) => kind === 'request' && from === client)) return null;
  const wanted = verb === 'get' ? 'response' : 'ack';
  const end = end_position ?? Number.POSITIVE_INFINITY;
  const from = own
    .filter(({ kind, to, state }) => kind === wanted && to === client && state === 'delivered')
    .filter(({ position_done: done }) => done !== null && done <= end)
    .map((message) => message.from);
  return new Set(from).size;
}
