// The tables that say the same as the pictures: operations, messages, copies, lucks.
import { html, nothing } from 'lit';
import { failed, failedWords, formatBytes, formatName, formatTime } from '../../web/ui/format.js';
import { tableTwin } from '../../web/ui/table-twin.js';

/** @import { Message, Operation } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */
/** @import { Run } from './run.js' */

/** @param {Lab} lab */
export function tables(lab) {
  const { run } = lab;
  if (!run) return nothing;
  return html`
    <section class="tables" id="tables" aria-label="The lab as tables">
      ${tableTwin(operationsTable(run))} ${tableTwin(copiesTable(run))} ${tableTwin(messagesTable(run))}
      ${tableTwin(lucksTable(lab))}
      <p class="hash">Run ${run.hash?.trace_sha256 ?? ''} at event ${run.status.position}</p>
    </section>`;
}

/** @param {Run} run */
function operationsTable(run) {
  return {
    caption: 'Operations',
    columns: ['client', 'call', 'began', 'ended', 'was told', 'verdict', 'answers that counted'],
    empty: 'No client has asked anything yet.',
    rows: run.operations.map((operation) => [
      formatName(operation.client),
      `${operation.do} ${formatBytes(operation.key)}${operation.do === 'put' ? ` = ${formatBytes(operation.value)}` : ''}`,
      formatTime(operation.begin_us),
      operation.end_us === null ? '–' : formatTime(operation.end_us),
      told(operation),
      operation.label ?? '–',
      operation.answered.join(', ') || '–',
    ]),
  };
}

/** @param {Operation} operation */
function told(operation) {
  if (operation.outcome === 'open') return 'nothing yet';
  if (failed(operation)) return failedWords(operation);
  if (operation.do === 'put') return 'saved';
  if (operation.do === 'delete') return 'deleted';
  return operation.found ? formatBytes(operation.value) : 'nothing';
}

/** @param {Run} run */
function copiesTable(run) {
  return {
    caption: 'Machines and their copies',
    columns: ['machine', 'is', 'key', 'value', 'the copy is', 'since'],
    empty: 'There are no machines.',
    rows: run.stage.nodes.flatMap(({ name, up, copies }) => {
      const is = up ? 'up' : 'down';
      if (copies.length === 0) return [[name, is, '–', '–', 'absent', '–']];
      return copies.map((copy) => [
        name,
        is,
        formatBytes(copy.key),
        copy.deleted ? 'deleted' : formatBytes(copy.value),
        copy.state === 'up_to_date' ? 'up to date' : `behind by ${copy.behind}`,
        copy.since_us === null ? '–' : copy.since_us === 0 ? 'the start' : formatTime(copy.since_us),
      ]);
    }),
  };
}

/** @type {Record<string, string>} */
const states = {
  in_flight: 'in flight',
  delivered: 'delivered',
  lost: 'dropped',
  cut: 'dropped',
  down: 'dropped: the machine is down',
  held: 'held at the door',
};

/** @param {Run} run */
function messagesTable(run) {
  const doorsShut = new Set(run.stage.messages.filter(({ to_be_held }) => to_be_held).map(({ id }) => id));
  return {
    caption: 'Messages',
    columns: ['message', 'from', 'to', 'says', 'sent', 'arrives', 'is'],
    empty: 'No message has been sent yet.',
    rows: run.messages.map((message) => [
      message.id,
      formatName(message.from),
      formatName(message.to),
      says(message),
      formatTime(message.sent_us),
      message.arrive_us === null ? '–' : formatTime(message.arrive_us),
      doorsShut.has(message.id)
        ? 'in flight, to be held at the door'
        : (states[message.state] ?? message.state),
    ]),
  };
}

/** @param {Message} message */
function says(message) {
  const key = formatBytes(message.key);
  if (message.kind === 'write') return `save ${key} = ${formatBytes(message.value)}`;
  if (message.kind === 'ack') return 'I have it';
  if (message.kind === 'read') return `what is ${key}?`;
  if (message.kind === 'response') return `${key} is ${formatBytes(message.value)}`;
  return message.kind;
}

/** @param {Lab} lab */
function lucksTable({ trials, quorum }) {
  const result = trials?.result('lucks', quorum);
  const { n, w, r } = quorum;
  return {
    caption: 'A hundred lucks',
    columns: ['setting', 'fresh', 'stale', 'no answer'],
    empty: 'Not tried yet.',
    rows: result
      ? [[`N = ${n}, W = ${w}, R = ${r}`, result.fresh[0], result.stale[0], result.unanswered[0]]]
      : [],
  };
}
