// A few calls as bars on their clients' lines, time to the right; and one order of them, as a numbered moment in each
// bar. A call that fits nowhere is crossed. Pure: from the view "history" and an order that the view "verdict" tried.
import { formatName, formatTime, shortBytes } from '../ui/format.js';
import { shape } from './shapes.js';
import { operationCaption } from './space-time.js';
import { element, line, picture, text } from './svg.js';
import { timeAxis } from './time-axis.js';

/** @import { Operation } from '../engine/engine.d.ts' */
/** @import { TimeAxis } from './time-axis.js' */

const rowHeight = 58;
const barHeight = 20;
const letterWidth = 7.6;
/** A shortened caption still says what was done and to which key. */
const leastRoom = 8 * letterWidth;
/** Two moments next to one another can still be told apart. */
const momentGap = 20;

/**
 * @param {object} view
 * @param {Operation[]} view.calls     in the order in which they began
 * @param {number[]} view.order        operations that have a place, the first one first
 * @param {number | null} view.misfit  the operation that has none, or is at fault
 * @param {number} view.width
 */
export function drawCallBars({ calls, order, misfit, width }) {
  const clients = [...new Set(calls.map(({ client }) => client))].sort();
  const lanes = lanesOf(calls);
  const rows = clients.flatMap((client) =>
    Array.from({ length: lanes.count(client) }, (_, lane) => ({ client, lane })),
  );
  const left = width < 420 ? 66 : 84;
  const right = width - 14;
  const bottom = rows.length * rowHeight + 6;
  const last = Math.max(...calls.map(({ begin_us, end_us }) => end_us ?? begin_us));
  const axis = timeAxis(
    calls.flatMap((call) => instants(call.begin_us, call.end_us ?? last)),
    left,
    right,
  );
  const y = new Map(
    calls.map((call) => [
      call.op,
      rows.findIndex(({ client, lane }) => client === call.client && lane === lanes.of(call)) * rowHeight +
        36,
    ]),
  );
  /** @param {Operation} call */
  const place = (call) => ({
    x1: axis.x(call.begin_us),
    x2: Math.max(axis.x(call.end_us ?? last), axis.x(call.begin_us) + barHeight),
    y: y.get(call.op) ?? 0,
  });
  const captions = captionsOf(calls, place, left, right);
  return picture(
    { width, height: bottom + 24, className: 'call-bars', label: describe(calls, order, misfit) },
    [
      ...rows.map(({ client, lane }, row) =>
        drawRow(lane === 0 ? client : '', row * rowHeight + 36, left, right),
      ),
      ...drawTimes(axis, bottom),
      ...calls.map((call) =>
        drawCall(call, place(call), { isMisfit: call.op === misfit, caption: captions.get(call.op) }),
      ),
      ...drawMoments(calls, order, place),
    ],
  );
}

/** Enough of them that the axis, which cuts the quiet out, never cuts a call. @param {number} from @param {number} to */
function instants(from, to) {
  return Array.from({ length: 5 }, (_, part) => from + ((to - from) * part) / 4);
}

/** Calls of one client may overlap: each then has a line of its own. @param {Operation[]} calls */
function lanesOf(calls) {
  /** @type {Map<string, number[]>} */
  const ends = new Map();
  /** @type {Map<number, number>} */
  const lanes = new Map();
  for (const call of calls) {
    const open = ends.get(call.client) ?? [];
    const free = open.findIndex((end) => end < call.begin_position);
    const lane = free < 0 ? open.length : free;
    open[lane] = call.end_position ?? Number.POSITIVE_INFINITY;
    ends.set(call.client, open);
    lanes.set(call.op, lane);
  }
  return {
    count: (/** @type {string} */ client) => ends.get(client)?.length ?? 1,
    of: (/** @type {Operation} */ { op }) => lanes.get(op) ?? 0,
  };
}

/**
 * @param {string} client
 * @param {number} y
 * @param {number} left
 * @param {number} right
 */
function drawRow(client, y, left, right) {
  return text(0, y + 4.5, formatName(client), { class: 'name' }) + line(left, y, right, y, 'life');
}

/** @param {TimeAxis} axis @param {number} bottom */
function drawTimes(axis, bottom) {
  const far = 52;
  return [
    ...axis.ticks
      .filter(({ x }) => axis.cuts.every((cut) => Math.abs(x - cut.x) > far))
      .map(
        ({ x, ms }) =>
          line(x, bottom - 5, x, bottom + 2, 'tick') +
          text(x, bottom + 17, `${Math.round(ms * 100) / 100}`, { 'text-anchor': 'middle' }),
      ),
    ...axis.cuts.map(
      ({ x, us }) =>
        element('rect', { x: x - 8, y: 6, width: 16, height: bottom - 6, class: 'gap' }) +
        line(x - 8, bottom, x - 2, 6, 'cut-line') +
        line(x + 2, bottom, x + 8, 6, 'cut-line') +
        text(x, bottom + 17, formatTime(us), { 'text-anchor': 'middle' }),
    ),
    text(0, bottom + 17, 'ms'),
  ];
}

/** @typedef {{x: number, anchor: 'start' | 'end', words: string}} Caption */

/**
 * Each begins above its bar; where the next one in the row leaves no room it is shortened, or ends before that.
 * @param {Operation[]} calls
 * @param {(call: Operation) => {x1: number, y: number}} place
 * @param {number} left
 * @param {number} right
 */
function captionsOf(calls, place, left, right) {
  /** Where the captions of a row may reach, from its last call backwards. @type {Map<number, number>} */
  const limits = new Map();
  /** @type {Map<number, Caption>} */
  const captions = new Map();
  for (const call of [...calls].sort((a, b) => place(b).x1 - place(a).x1)) {
    const { x1, y } = place(call);
    const limit = limits.get(y) ?? right;
    const words = operationCaption(call);
    const isShifted = x1 + words.length * letterWidth > limit && (limit === right || limit - x1 < leastRoom);
    const start = isShifted ? Math.max(left, limit - words.length * letterWidth) : x1;
    captions.set(call.op, {
      x: isShifted ? limit : x1,
      anchor: isShifted ? 'end' : 'start',
      words: shortBytes(words, Math.max(1, Math.floor((limit - start) / letterWidth + 0.01))),
    });
    limits.set(y, start - letterWidth);
  }
  return captions;
}

/**
 * @param {Operation} call
 * @param {{x1: number, x2: number, y: number}} place
 * @param {{isMisfit: boolean, caption: Caption | undefined}} how
 */
function drawCall(call, { x1, x2, y }, { isMisfit, caption }) {
  const open = call.end_us === null ? ' is-open' : '';
  return (
    element('rect', {
      x: x1,
      y: y - barHeight / 2,
      width: x2 - x1,
      height: barHeight,
      rx: barHeight / 2,
      class: `call${isMisfit ? ' is-failed' : ''}${open}`,
    }) +
    text(caption?.x ?? x1, y - barHeight / 2 - 6, caption?.words ?? '', {
      class: isMisfit ? 'caption is-failed' : 'caption is-plain',
      'text-anchor': caption?.anchor ?? 'start',
    }) +
    (isMisfit ? shape('failed', (x1 + x2) / 2, y, 13) : '')
  );
}

/**
 * Each moment lies in its own call, and none before the one that it follows.
 * @param {Operation[]} calls
 * @param {number[]} order
 * @param {(call: Operation) => {x1: number, x2: number, y: number}} placeOf
 */
function drawMoments(calls, order, placeOf) {
  let from = Number.NEGATIVE_INFINITY;
  return order.flatMap((op, index) => {
    const call = calls.find((candidate) => candidate.op === op);
    if (!call) return [];
    const { x1, x2, y } = placeOf(call);
    const x = Math.min(Math.max(from, (x1 + Math.min(x2, x1 + 2 * barHeight)) / 2), x2 - 2);
    from = x + momentGap;
    return [
      element(
        'g',
        { class: 'moment' },
        element('circle', { cx: x, cy: y, r: 9 }) + text(x, y + 4.2, index + 1, { 'text-anchor': 'middle' }),
      ),
    ];
  });
}

/**
 * @param {Operation[]} calls
 * @param {number[]} order
 * @param {number | null} misfit
 */
function describe(calls, order, misfit) {
  /** @param {number} op */
  const caption = (op) => {
    const call = calls.find((candidate) => candidate.op === op);
    return call ? `${formatName(call.client)}, ${operationCaption(call)}` : '';
  };
  const placed = order.map((op, index) => `${index + 1}: ${caption(op)}.`);
  return [
    `${calls.length} calls as bars, one line for each client.`,
    ...placed,
    misfit === null ? '' : `Crossed: ${caption(misfit)}.`,
    'The table below says the same.',
  ]
    .filter(Boolean)
    .join(' ');
}
