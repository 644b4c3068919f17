// Why no order explains what the clients were told, in words: one way to put the calls in order at a time, as far as it
// goes, and what then does not fit. From the view "verdict" and the operations it names.
import { capital, failed, failedWords, formatBytes, formatName, sameBytes } from '../../web/ui/format.js';

/** @import { Attempt, Data, Operation } from '../../web/engine/engine.d.ts' */

/**
 * @typedef {object} Explained
 * @property {string[]} placed       a sentence for each call that has a place
 * @property {{op: number, text: string}[]} misfits  what can come next by time, and why it does not fit
 */

/**
 * @param {Operation[]} calls  in the order in which they began
 * @param {Attempt} attempt
 * @returns {Explained}
 */
export function explain(calls, { order, value }) {
  const chosen = order.map((op) => calls.find((call) => call.op === op)).filter((call) => call !== undefined);
  const rest = calls.filter(({ op }) => !order.includes(op));
  const next = rest.filter((call) => rest.every((other) => other === call || !precedes(other, call)));
  return {
    placed: chosen.map((call, index) => placedSentence(call, index, chosen)),
    misfits: next
      .filter((call) => call.do === 'get' && !agrees(call, value))
      .map((call) => ({ op: call.op, text: misfitSentence(call, chosen, value) })),
  };
}

/** Client 1’s put x = 1. @param {Operation} call */
export function callWords(call) {
  return `${formatName(call.client)}’s ${verbWords(call)}`;
}

/** Put x = 1. @param {Operation} call */
function verbWords(call) {
  const key = formatBytes(call.key);
  return call.do === 'put' ? `put ${key} = ${formatBytes(call.value)}` : `${call.do} ${key}`;
}

/** What the client was told. @param {Operation} call */
export function toldWords(call) {
  if (call.outcome === 'open') return 'nothing yet';
  if (failed(call)) return failedWords(call);
  if (call.do === 'get') return call.found ? formatBytes(call.value) : 'nothing';
  return call.do === 'put' ? 'saved' : 'deleted';
}

/**
 * @param {Operation} call
 * @param {number} index
 * @param {Operation[]} chosen
 */
function placedSentence(call, index, chosen) {
  const start = index === 0 ? 'First ' : 'Then ';
  const who = callWords(call);
  const key = formatBytes(call.key);
  const before =
    index > 0 && precedes(chosen[index - 1], call) ? ', which began after that was answered' : '';
  if (call.do === 'get') return `${start}${who}${before}: it was told ${toldWords(call)}, and that fits.`;
  const now = call.do === 'put' ? `${key} is ${formatBytes(call.value)}` : `${key} is gone`;
  const unsure = call.outcome === 'ok' ? '' : ' (nobody was told whether it happened)';
  return `${start}${who}${before}${unsure}: now ${now}.`;
}

/**
 * @param {Operation} call
 * @param {Operation[]} chosen
 * @param {Data | null} value what the key holds
 */
function misfitSentence(call, chosen, value) {
  const now = value === null ? 'nothing' : formatBytes(value);
  const wall = chosen.filter((other) => precedes(other, call)).at(-1);
  const earlier = wall
    ? ` It cannot come before ${
        wall.client === call.client ? `that client’s earlier ${verbWords(wall)}` : callWords(wall)
      } either: that was answered before this one began.`
    : '';
  return `${capital(callWords(call))} would now be told ${now}, but it was told ${toldWords(call)}.${earlier}`;
}

/** One was answered before the other began; a call without an answer may happen at any later time. @param {Operation} left @param {Operation} right */
function precedes(left, right) {
  return left.outcome === 'ok' && left.end_position !== null && left.end_position < right.begin_position;
}

/** @param {Operation} read @param {Data | null} value */
function agrees(read, value) {
  if (!read.found || read.value === null) return value === null;
  return value !== null && sameBytes(read.value, value);
}
