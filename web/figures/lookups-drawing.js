// The charts of Fig 6-11 b: how many blocks reads fetch and what that takes, by kind and by bits of filter.
import { scaleLinear, scaleLog } from 'd3-scale';
import { line as d3Line } from 'd3-shape';
import { formatShare, group } from '../ui/format.js';
import { microseconds } from './lookups-words.js';
import { element, line, picture, text } from './svg.js';

/** @import { LookupKind, TreeReads } from '../engine/engine.d.ts' */
/** @import { Reads } from './lookups-run.js' */

const kinds = /** @type {const} */ ([
  ['hit', 'hits'],
  ['miss', 'misses'],
]);

/**
 * Two bars on one scale: the average time of a read.
 * @param {{reads: {hit: LookupKind, miss: LookupKind}, width: number}} view
 */
export function drawReads({ reads, width }) {
  const left = 64;
  const right = width - 40;
  const most = Math.max(reads.hit.us_a_read, reads.miss.us_a_read, 1);
  const x = scaleLinear().domain([0, most]).nice(4).range([left, right]);
  const bottom = 104;
  const ticks = x.ticks(width > 500 ? 5 : 3);
  return picture(
    {
      width,
      height: bottom + 26,
      className: 'lookups-bars',
      label: `Average time of a read: ${microseconds(reads.hit.us_a_read)} for a hit, ${microseconds(reads.miss.us_a_read)} for a miss.`,
    },
    [
      ...ticks.flatMap((us, at) => [
        line(x(us), 8, x(us), bottom, 'grid'),
        text(x(us), bottom + 18, at === 0 ? '0' : microseconds(us), {
          class: 'small',
          'text-anchor': 'middle',
        }),
      ]),
      ...kinds.flatMap(([kind, name], at) => {
        const { us_a_read, blocks_a_read } = reads[kind];
        const y = 16 + at * 44;
        const end = x(us_a_read);
        const inside = end - left > 170;
        return [
          text(left - 8, y + 20, name, { class: 'small name', 'text-anchor': 'end' }),
          element('rect', { x: left, y, width: Math.max(1.5, end - left), height: 30, class: `bar ${kind}` }),
          text(
            inside ? end - 8 : end + 8,
            y + 20,
            `${microseconds(us_a_read)}, ${blocks_a_read.toFixed(2)} blocks`,
            {
              class: inside ? 'small on-bar' : 'small name',
              'text-anchor': inside ? 'end' : 'start',
            },
          ),
        ];
      }),
    ],
  );
}

/** The axis of bits, with its name. @param {number} width @param {number} left @param {number} bottom */
function bitsAxis(width, left, bottom) {
  const x = scaleLinear()
    .domain([0, 20])
    .range([left, width - 20]);
  const labels = [
    ...[0, 5, 10, 15, 20].map((bits) =>
      text(x(bits), bottom + 18, bits, { class: 'small', 'text-anchor': 'middle' }),
    ),
    text((left + width) / 2, bottom + 37, 'filter bits for each key', {
      class: 'small name',
      'text-anchor': 'middle',
    }),
  ].join('');
  return { x, labels };
}

/**
 * The average read against the bits of filter for each key.
 * @param {{each: TreeReads[], bits: number, width: number}} view
 */
export function drawBits({ each, bits, width }) {
  const [left, top, bottom] = [66, 14, 190];
  const { x, labels } = bitsAxis(width, left, bottom);
  const most = Math.max(...each.flatMap(({ hit, miss }) => [hit.us_a_read, miss.us_a_read]));
  const y = scaleLinear().domain([0, most]).nice(4).range([bottom, top]);
  const curve = (/** @type {'hit' | 'miss'} */ kind) =>
    d3Line()
      .x(([at]) => x(at))
      .y(([, us]) => y(us))(each.map((tree) => [tree.bloom_bits, tree[kind].us_a_read])) ?? '';
  const last = each[each.length - 1];
  return picture(
    {
      width,
      height: bottom + 44,
      className: 'lookups-curves',
      label: `Average time of a read by filter bits for each key. Misses: ${microseconds(each[0].miss.us_a_read)} without filters, ${microseconds(last.miss.us_a_read)} with ${last.bloom_bits} bits. Hits: from ${microseconds(each[0].hit.us_a_read)} to ${microseconds(last.hit.us_a_read)}.`,
    },
    [
      ...y.ticks(4).flatMap((us) => [
        line(left, y(us), width - 16, y(us), 'grid'),
        text(left - 8, y(us) + 4.5, us === 0 ? '0' : microseconds(us), {
          class: 'small',
          'text-anchor': 'end',
        }),
      ]),
      line(x(bits), top, x(bits), bottom, 'edge'),
      element('path', { d: curve('hit'), class: 'curve hit' }),
      element('path', { d: curve('miss'), class: 'curve miss' }),
      text(width - 18, y(last.hit.us_a_read) - 8, 'hits', { class: 'small name', 'text-anchor': 'end' }),
      text(width - 18, y(last.miss.us_a_read) - 8, 'misses', { class: 'small name', 'text-anchor': 'end' }),
      labels,
    ],
  );
}

/**
 * Wrong answers of filters, measured and in theory, on a logarithmic axis; none at all has a line of its own.
 * @param {{each: TreeReads[], width: number}} view
 */
export function drawErrors({ each, width }) {
  const [left, top, bottom] = [66, 14, 190];
  const none = bottom + 20;
  const { x, labels } = bitsAxis(width, left, none);
  const y = scaleLog().domain([0.00005, 1]).range([bottom, top]).clamp(true);
  const filtered = each.filter(({ bloom_bits }) => bloom_bits > 0);
  const theory =
    d3Line()
      .x(([at]) => x(at))
      .y(([, share]) => y(share))(
      filtered.map(({ bloom_bits, false_positives }) => [bloom_bits, false_positives.theory ?? 0]),
    ) ?? '';
  const ten = each.find(({ bloom_bits }) => bloom_bits === 10);
  return picture(
    {
      width,
      height: none + 44,
      className: 'lookups-errors',
      label: `Share of wrong “perhaps” by filter bits for each key${ten ? `: ${formatShare(ten.false_positives.measured ?? 0, 1)} of ${group(ten.false_positives.asked)} answers with 10 bits, ${formatShare(ten.false_positives.theory ?? 0, 1)} in theory` : ''}.`,
    },
    [
      ...[1, 0.1, 0.01, 0.001, 0.0001].flatMap((share) => [
        line(left, y(share), width - 16, y(share), 'grid'),
        text(left - 8, y(share) + 4.5, formatShare(share, 1), { class: 'small', 'text-anchor': 'end' }),
      ]),
      line(left, none, width - 16, none, 'life'),
      text(left - 8, none + 4.5, 'none', { class: 'small', 'text-anchor': 'end' }),
      element('path', { d: theory, class: 'curve theory' }),
      ...[
        ['dots: measured', 14],
        ['line: the formula', 33],
      ].map(([words, under]) =>
        text(width - 18, top + Number(under), words, { class: 'small name', 'text-anchor': 'end' }),
      ),
      ...filtered.map(({ bloom_bits, false_positives: { measured } }) =>
        element('circle', {
          cx: x(bloom_bits),
          cy: measured ? y(measured) : none,
          r: 4,
          class: 'measured',
        }),
      ),
      labels,
    ],
  );
}
