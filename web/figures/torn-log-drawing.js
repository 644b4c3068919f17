// The charts of Fig 6-11: puts after reopening, by the place of the cut; and what became of each bit that was turned.
import { scaleLinear } from 'd3-scale';
import { element, line, picture, text } from './svg.js';

/** @import { EachByte, Torn } from './torn-log-run.js' */

const left = 30;

/** The axis of the log's bytes, with the records' edges on it. @param {Torn} torn @param {number} width */
function bytesAxis({ log, records }, width) {
  const x = scaleLinear()
    .domain([0, log.bytes])
    .range([left, width - 14]);
  return {
    x,
    edges: [0, ...records.map(({ to }) => to)],
    middles: records.map(({ from, to }) => (from + to) / 2),
  };
}

/**
 * The place of the log that a press on one of the charts is at; the nearest between two bytes, or the byte itself.
 * @param {MouseEvent} event @param {Torn} torn @param {'cut' | 'flip'} mode @returns {number | null} null: beside the drawing
 */
export function pressedAt(event, torn, mode) {
  const drawing = /** @type {Element} */ (event.target).closest('svg');
  if (!drawing) return null;
  const box = drawing.getBoundingClientRect();
  const { width } = drawing.viewBox.baseVal;
  const at = bytesAxis(torn, width).x.invert(((event.clientX - box.left) * width) / box.width);
  return mode === 'cut' ? Math.round(at) : Math.floor(at);
}

/** Labels under an axis: bytes at the records' edges, the records between them. @param {ReturnType<typeof bytesAxis>} axis @param {number} y */
function underAxis({ x, edges, middles }, y) {
  return [
    ...edges.map((edge, at) =>
      text(x(edge), y + 16, at === edges.length - 1 ? `${edge} bytes` : edge, {
        class: 'small',
        'text-anchor': at === edges.length - 1 ? 'end' : 'middle',
      }),
    ),
    ...middles.map((middle, at) =>
      text(x(middle), y + 33, `record ${at + 1}`, { class: 'small name', 'text-anchor': 'middle' }),
    ),
  ].join('');
}

/**
 * @param {object} view
 * @param {Torn} view.torn
 * @param {Map<number, number | null>} view.tried puts that came back, by the cut; null: it did not open
 * @param {number} view.at where the blade is
 * @param {number} view.width
 */
export function drawCuts({ torn, tried, at, width }) {
  const axis = bytesAxis(torn, width);
  const { x, edges } = axis;
  const [top, bottom] = [24, 104];
  const most = torn.records.length;
  const y = scaleLinear().domain([0, most]).range([bottom, top]);
  const half = (x(1) - x(0)) / 2;
  const opened = [...tried].flatMap(([cut, puts]) => (puts === null ? [] : [{ cut, puts }]));
  const refused = tried.size - opened.length;
  const bars = opened.map(({ cut, puts }) =>
    element('rect', {
      x: Math.max(left, x(cut) - half),
      y: y(puts) - 2.5,
      width: Math.min(2 * half, x(cut) + half - left) + 0.3,
      height: 5,
      class: 'tried',
    }),
  );
  return picture(
    {
      width,
      height: bottom + 42,
      className: 'torn-cuts',
      label: `Puts after reopening, by where the log was cut: ${tried.size} of ${torn.log.bytes + 1} places were tried.${refused > 0 ? ` ${refused} of them did not open.` : ''}`,
    },
    [
      text(0, 11, 'puts after reopening', { class: 'small' }),
      ...Array.from({ length: most + 1 }, (_, puts) => [
        line(left, y(puts), width - 14, y(puts), 'grid'),
        text(left - 10, y(puts) + 4.5, puts, { class: 'small', 'text-anchor': 'end' }),
      ]).flat(),
      ...edges.map((edge) => line(x(edge), top, x(edge), bottom + 4, 'edge')),
      ...bars,
      line(x(at), top - 8, x(at), bottom + 4, 'blade'),
      element('path', { d: `M${x(at) - 6} ${top - 12}h12l-6 8z`, class: 'blade-head' }),
      underAxis(axis, bottom),
    ],
  );
}

/**
 * @param {object} view
 * @param {Torn} view.torn
 * @param {EachByte} view.each
 * @param {number} view.at the byte that is looked at
 * @param {number} view.width
 */
export function drawFlips({ torn, each: { each_flip }, at, width }) {
  const axis = bytesAxis(torn, width);
  const { x, edges } = axis;
  const lanes = /** @type {const} */ ([
    ['this store', 'ours', 22],
    ['LevelDB, as it comes', 'leveldb', 72],
  ]);
  const bottom = 108;
  return picture(
    {
      width,
      height: bottom + 42,
      className: 'torn-flips',
      label: `Each of ${each_flip.flips} bits turned by itself. This store refused ${each_flip.ours.refused} times; LevelDB ${each_flip.leveldb.refused} times.`,
    },
    [
      ...lanes.flatMap(([name, store, y]) => [
        text(left, y - 8, name, { class: 'small name' }),
        ...each_flip.bytes.flatMap((byte, i) => {
          const { refused, silent } = byte[store];
          const [from, to] = [x(i), x(i + 1)];
          const share = (26 * silent) / 8;
          return [
            refused > 0
              ? element('rect', { x: from, y, width: to - from + 0.3, height: 26 - share, class: 'refused' })
              : '',
            silent > 0
              ? element('rect', {
                  x: from,
                  y: y + 26 - share,
                  width: to - from + 0.3,
                  height: share,
                  class: 'silent',
                })
              : '',
          ];
        }),
        text(left + 6, y + 17.5, each_flip[store].refused > 0 ? 'refuses' : 'opens, and says nothing', {
          class: each_flip[store].refused > 0 ? 'small on-refused' : 'small on-silent',
        }),
        each_flip[store].refused > 0 && each_flip[store].silent > 0
          ? text(
              x(edges[edges.length - 2]) + 6,
              y + 17.5,
              width > 500 ? 'opens, and says nothing' : 'silent',
              {
                class: 'small on-silent',
              },
            )
          : '',
      ]),
      ...edges.map((edge) => line(x(edge), 18, x(edge), bottom + 4, 'edge')),
      element('path', { d: `M${x(at + 0.5) - 6} ${bottom + 9}h12l-6 -8z`, class: 'blade-head' }),
      underAxis(axis, bottom + 4),
    ],
  );
}
