// What happened at one event, in a sentence: for the line under the stage and for the live region.
import { capital, failed, formatBytes, formatList, formatName } from '../../web/ui/format.js';

/** @import { Message, Operation } from '../../web/engine/engine.d.ts' */
/** @import { Run } from './run.js' */

/**
 * @param {Run} run
 * @returns {string} '' when nothing that can be seen happened
 */
export function narrate(run) {
  const { position } = run.stage;
  const begun = run.operations.find((operation) => operation.begin_position === position);
  const message = run.messages.find((candidate) => candidate.position_done === position);
  const ended = run.operations.find((operation) => operation.end_position === position);
  const held = run.messages.find(
    ({ state, arrive_us }) => state === 'held' && arrive_us === run.stage.now_us,
  );
  return [
    message ? messageSentence(message) : '',
    held ? heldSentence(held) : '',
    begun ? beginSentence(begun, run) : '',
    ended ? endSentence(ended) : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/**
 * @param {Operation} operation
 * @param {Run} run
 */
function beginSentence(operation, run) {
  const sent = run.messages.filter(
    ({ op, position_sent }) => op === operation.op && position_sent === operation.begin_position,
  );
  const asked = formatList(sent.map(({ to }) => to));
  const key = formatBytes(operation.key);
  const who = capital(formatName(operation.client));
  if (operation.do === 'put') return `${who} asks ${asked} to save ${key} = ${formatBytes(operation.value)}.`;
  if (operation.do === 'delete') return `${who} asks ${asked} to delete ${key}.`;
  return `${who} asks ${asked} for ${key}.`;
}

/** @param {Message} message */
function messageSentence(message) {
  const from = capital(formatName(message.from));
  const to = formatName(message.to);
  const key = formatBytes(message.key);
  if (message.state === 'down')
    return `A message from ${formatName(message.from)} was dropped: ${to} is down.`;
  if (message.state === 'lost' || message.state === 'cut')
    return `A message from ${formatName(message.from)} to ${to} was dropped on its way.`;
  switch (message.kind) {
    case 'write':
      return `The write reached ${to}.`;
    case 'ack':
      return `${from} answered ${to}: I have it.`;
    case 'read':
      return `The question for ${key} reached ${to}.`;
    case 'response':
      return `${from} answered ${to}: ${answerOf(message)}.`;
    default:
      return `A message from ${formatName(message.from)} reached ${to}.`;
  }
}

/** @param {Message} message */
function heldSentence({ kind, to }) {
  const names = { write: 'The write', ack: 'An answer', read: 'The question', response: 'An answer' };
  const name = names[/** @type {keyof typeof names} */ (kind)] ?? 'A message';
  return `${name} came to ${formatName(to)}’s door and is held there.`;
}

/** @param {Pick<Message, 'value'>} message */
export function answerOf(message) {
  return message.value === null || message.value === undefined ? 'nothing' : formatBytes(message.value);
}

/** @param {Operation} operation */
function endSentence(operation) {
  const who = capital(formatName(operation.client));
  if (operation.outcome === 'refused') return `${who} is told: refused. Too few copies answered in time.`;
  if (failed(operation)) return `${who} got too few answers in time.`;
  if (operation.do === 'put') return `${who} is told: saved.`;
  if (operation.do === 'delete') return `${who} is told: deleted.`;
  const value = operation.found ? formatBytes(operation.value) : 'nothing';
  return `${who} is told: ${value}. ${operation.label ? `The read is ${operation.label}.` : ''}`.trim();
}
