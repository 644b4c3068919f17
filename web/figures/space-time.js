// The space-time diagram: one line for each client and machine, time to the right, a slanted line for each message,
// a bar for each operation. From the views "messages" and "history".
import { failed, formatName, formatTime, shortBytes } from '../ui/format.js';
import { shape } from './shapes.js';
import { element, line, picture, round, text } from './svg.js';
import { timeAxis } from './time-axis.js';

/** @import { Message, Operation } from '../engine/engine.d.ts' */

/** More than this cannot be told apart in one picture: the table has everything. */
const mostOperations = 6;
const letterWidth = 7.6;
/** A cut says what it left out; ticks keep away from that. */
const cutClear = 52;

/**
 * @param {object} view
 * @param {Message[]} view.messages       view "messages"
 * @param {Operation[]} view.operations   view "history"
 * @param {string[]} view.machines        which machines get a line
 * @param {number} view.nowUs
 * @param {number[]} [view.marked]        operations that somebody asked about
 * @param {number} view.width
 */
export function drawSpaceTime({ messages, operations, machines, nowUs, marked = [], width }) {
  const shown = operations.slice(-mostOperations);
  const shownIds = new Set(shown.map(({ op }) => op));
  const sent = messages.filter((message) => shownIds.has(message.op));
  const names = rowNames(shown, machines);
  const rowHeight = 44;
  const top = 26;
  const left = width < 420 ? 66 : 80;
  const right = width - 14;
  const bottom = top + (names.length - 1) * rowHeight + 30;
  const axis = timeAxis(momentsOf(shown, sent, nowUs), left, right);
  const rows = new Map(names.map((name, index) => [name, top + index * rowHeight]));
  const byOp = new Map(shown.map((operation) => [operation.op, operation]));

  return picture(
    {
      width,
      height: bottom + 30,
      className: 'space-time',
      label: `Space and time: ${count(shown.length, 'operation')} and ${count(sent.length, 'message')} between ${names
        .map(formatName)
        .join(', ')}. The table says the same.`,
    },
    [
      ...[...rows].map(([name, y]) => drawRow(name, y, left, right)),
      ...axis.ticks
        .filter(({ x }) => axis.cuts.every((cut) => Math.abs(x - cut.x) > cutClear))
        .map(({ x, ms }) => drawTick(x, ms, bottom)),
      ...axis.cuts.map(({ x, us }) => drawCut(x, us, top - 16, bottom)),
      ...sent.map((message) => drawMessage(message, { axis, rows, nowUs, operation: byOp.get(message.op) })),
      ...shown
        .filter(({ op }) => marked.includes(op))
        .map((operation) => drawMark(operation, { axis, rows, nowUs })),
      ...shown.map((operation, index) => {
        const next = shown.slice(index + 1).find(({ client }) => client === operation.client);
        return drawOperation(operation, { axis, rows, nowUs, right, first: names[0], next });
      }),
      line(axis.x(nowUs), top - 18, axis.x(nowUs), bottom, 'now'),
      text(0, bottom + 17, 'ms', { class: 'small' }),
    ],
  );
}

/**
 * The first client above the machines, the others below: messages then cross each machine's line once.
 * @param {Operation[]} operations
 * @param {string[]} machines
 */
function rowNames(operations, machines) {
  const clients = [...new Set(operations.map(({ client }) => client))].sort();
  if (clients.length === 0) clients.push('c1');
  return [clients[0], ...machines, ...clients.slice(1)];
}

/**
 * @param {Operation[]} operations
 * @param {Message[]} messages
 * @param {number} nowUs
 */
function momentsOf(operations, messages, nowUs) {
  return [
    nowUs,
    ...operations.flatMap(({ begin_us, end_us }) => [begin_us, end_us ?? nowUs]),
    ...messages.flatMap(({ sent_us, arrive_us }) => [sent_us, arrive_us ?? sent_us]),
  ];
}

/**
 * @param {string} name
 * @param {number} y
 * @param {number} left
 * @param {number} right
 */
function drawRow(name, y, left, right) {
  return text(0, y + 4.5, formatName(name), { class: 'name' }) + line(left, y, right, y, 'life');
}

/**
 * @param {number} x
 * @param {number} ms
 * @param {number} bottom
 */
function drawTick(x, ms, bottom) {
  return (
    line(x, bottom - 5, x, bottom + 2, 'tick') +
    text(x, bottom + 17, round(ms), { class: 'small', 'text-anchor': 'middle' })
  );
}

/**
 * @param {number} x
 * @param {number} us
 * @param {number} top
 * @param {number} bottom
 */
function drawCut(x, us, top, bottom) {
  return element(
    'g',
    { class: 'cut' },
    element('rect', { x: x - 8, y: top, width: 16, height: bottom - top }) +
      line(x - 8, bottom, x - 2, top, 'cut-line') +
      line(x + 2, bottom, x + 8, top, 'cut-line') +
      text(x, bottom + 17, formatTime(us), { class: 'small', 'text-anchor': 'middle' }),
  );
}

/**
 * @param {Message} message
 * @param {{axis: import('./time-axis.js').TimeAxis, rows: Map<string, number>, nowUs: number, operation?: Operation}} place
 */
function drawMessage(message, { axis, rows, nowUs, operation }) {
  const y1 = rows.get(message.from);
  const y2 = rows.get(message.to);
  if (y1 === undefined || y2 === undefined) return '';
  const arriveUs = message.arrive_us ?? message.sent_us;
  const [x1, x2] = [axis.x(message.sent_us), axis.x(arriveUs)];
  if (message.state === 'held') {
    // It waits just before the line that it may not reach.
    const [xd, yd] = [x2 - (x2 - x1) * 0.08, y2 - Math.sign(y2 - y1) * 11];
    return line(x1, y1, xd, yd, 'message is-flight') + shape('held', xd, yd, 13);
  }
  if (message.state === 'in_flight') {
    const part = Math.min(
      1,
      Math.max(0, (nowUs - message.sent_us) / Math.max(1, arriveUs - message.sent_us)),
    );
    const [xm, ym] = [x1 + (x2 - x1) * part, y1 + (y2 - y1) * part];
    return (
      line(x1, y1, xm, ym, 'message is-flight') +
      line(xm, ym, x2, y2, 'message is-flight ahead') +
      arrowHead(xm, ym, x2 - x1, y2 - y1, 'is-flight')
    );
  }
  if (message.state !== 'delivered') {
    const [xm, ym] = [x1 + (x2 - x1) * 0.75, y1 + (y2 - y1) * 0.75];
    return line(x1, y1, xm, ym, 'message is-failed') + shape('failed', xm, ym, 12);
  }
  const kind = counted(message, operation);
  return line(x1, y1, x2, y2, `message ${kind}`) + arrowHead(x2, y2, x2 - x1, y2 - y1, kind);
}

/**
 * The request and the answer that decided an operation are drawn in its colour.
 * @param {Message} message
 * @param {Operation} [operation]
 */
function counted(message, operation) {
  const machine = message.kind === 'write' || message.kind === 'read' ? message.to : message.from;
  if (!operation?.answered.includes(machine)) return 'aside';
  return operation.label ? `is-${operation.label}` : 'plain';
}

/**
 * @param {number} x the tip
 * @param {number} y
 * @param {number} dx
 * @param {number} dy
 * @param {string} className
 */
function arrowHead(x, y, dx, dy, className) {
  const angle = (Math.atan2(dy, dx) * 180) / Math.PI;
  return element('path', {
    d: 'M0 0L-8 -3.6V3.6Z',
    class: `head ${className}`,
    transform: `translate(${round(x)} ${round(y)}) rotate(${round(angle)})`,
  });
}

/**
 * A frame around the bar.
 * @param {Operation} operation
 * @param {{axis: import('./time-axis.js').TimeAxis, rows: Map<string, number>, nowUs: number}} place
 */
function drawMark({ client, begin_us, end_us }, { axis, rows, nowUs }) {
  const y = rows.get(client) ?? 0;
  const x1 = axis.x(begin_us);
  const x2 = Math.max(axis.x(end_us ?? nowUs), x1 + 8);
  return element('rect', { x: x1 - 4, y: y - 11, width: x2 - x1 + 8, height: 22, rx: 11, class: 'mark' });
}

/**
 * @param {Operation} operation
 * @param {{axis: import('./time-axis.js').TimeAxis, rows: Map<string, number>, nowUs: number, right: number, first: string, next?: Operation}} place
 *   `first` is the client above the machines; `next` the same client's next operation
 */
function drawOperation(operation, { axis, rows, nowUs, right, first, next }) {
  const y = rows.get(operation.client);
  if (y === undefined) return '';
  const x1 = axis.x(operation.begin_us);
  const x2 = Math.max(axis.x(operation.end_us ?? nowUs), x1 + 8);
  const kind = barKind(operation);
  const bar = element('rect', {
    x: x1,
    y: y - 7,
    width: x2 - x1,
    height: 14,
    rx: 7,
    class: `bar is-${kind}`,
  });
  // Away from the machines, where no message crosses it, and not over the caption of the next operation.
  const captionY = operation.client === first ? y - 13 : y + 21;
  const className = `caption is-${kind}`;
  const caption = operationCaption(operation);
  if (!next && x1 + caption.length * letterWidth > right) {
    return bar + text(right, captionY, caption, { class: className, 'text-anchor': 'end' });
  }
  const letters = next ? Math.floor((axis.x(next.begin_us) - x1) / letterWidth) - 1 : caption.length;
  if (letters < 3) return bar;
  const shown = letters < caption.length ? `${caption.slice(0, letters - 1)}…` : caption;
  return bar + text(x1, captionY, shown, { class: className });
}

/** @param {Operation} operation */
function barKind(operation) {
  if (failed(operation)) return 'failed';
  if (operation.outcome === 'open') return 'flight';
  return operation.label ?? 'plain';
}

/** @param {Operation} operation */
export function operationCaption(operation) {
  const key = shortBytes(operation.key, 12);
  const call =
    operation.do === 'put' ? `put ${key} = ${shortBytes(operation.value, 12)}` : `${operation.do} ${key}`;
  if (operation.outcome === 'open') return `${call} …`;
  if (failed(operation)) return `${call}: ${operation.outcome === 'refused' ? 'refused' : 'no answer'}`;
  if (operation.do !== 'get') return `${call} ✓`;
  return `${call} → ${operation.found ? shortBytes(operation.value, 12) : 'nothing'}`;
}

/**
 * @param {number} number
 * @param {string} word
 */
function count(number, word) {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
