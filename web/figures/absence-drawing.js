// The drawings of Fig 6-9: when each record was changed, and who brought it; and what each length of absence came to.
import { away, carriers, countsOf, graceMs, lengths, windowMs } from './absence-run.js';
import { carrierWords, lengthWords, shortLength } from './absence-words.js';
import { stretched } from './lane.js';
import { shape } from './shapes.js';
import { element, line, picture, text } from './svg.js';

/** @import { Carrier, Change, Played } from './absence-run.js' */
/** @import { Counts } from './absence-view.js' */

const laneHeight = 46;

/**
 * A lane for each carrier, the records from left to right as they were changed.
 * @param {{played: Played, returned: boolean, shown: Carrier[], width: number}} view shown: the lanes
 */
export function drawRecords({ played, returned, shown, width }) {
  const { ms, changes } = played;
  const wide = width > 500;
  const left = wide ? 168 : 12;
  const right = width - (wide ? 64 : 14);
  const x = (/** @type {number} */ atMs) => left + (atMs / ms) * (right - left);
  const counts = countsOf(played);
  const lanes = returned
    ? shown.map((by) => ({ by, changes: changes.filter((change) => change.by === by) }))
    : [{ by: null, changes }];
  const limits = returned
    ? /** @type {const} */ ([
        [windowMs, `${shortLength(windowMs)}: no new hints`],
        [graceMs, `${shortLength(graceMs)}: the delete is forgotten`],
      ]).filter(([at]) => at < ms && x(at) - left > 16)
    : [];
  const top = limits.length > 0 ? 34 : 8;
  const bottom = top + lanes.length * laneHeight;
  return picture(
    {
      width,
      height: bottom + 28,
      className: 'absence-records',
      label: returned
        ? `Who brought ${away} the ${changes.length} changes: ${lanes.map(({ by }) => `${carrierWords[/** @type {Carrier} */ (by)].name} ${counts[/** @type {Carrier} */ (by)]}`).join(', ')}.`
        : `The ${changes.length} changes that ${away} has missed, evenly spread over ${lengthWords(ms)}.`,
    },
    [
      ...limits.flatMap(([at, words]) => [
        line(x(at), top - 12, x(at), bottom, 'edge'),
        ...beside(words, x(at), top - 16, right),
      ]),
      line(left, bottom, right, bottom, 'life'),
      text(left, bottom + 20, `${away} leaves`, { class: 'small' }),
      text(right, bottom + 20, `${returned ? `${away} is back` : 'now,'} after ${shortLength(ms)}`, {
        class: 'small',
        'text-anchor': 'end',
      }),
      ...lanes.map((lane, at) => drawLane(lane, { top: top + at * laneHeight, left, right, x, wide })),
    ],
  );
}

/** Words at a line, on the side that has room for them. @param {string} words @param {number} x @param {number} y @param {number} right */
function beside(words, x, y, right) {
  const letter = 8.5;
  return x + letter * words.length > right
    ? [text(Math.max(x, letter * words.length) - 2, y, words, { class: 'small', 'text-anchor': 'end' })]
    : [text(x - 4, y, words, { class: 'small' })];
}

/**
 * @param {{by: Carrier | null, changes: Change[]}} lane
 * @param {{top: number, left: number, right: number, x: (ms: number) => number, wide: boolean}} place
 */
function drawLane({ by, changes }, { top, left, right, x, wide }) {
  const [name, form] = by
    ? [carrierWords[by].name, carrierWords[by].shape]
    : [`${away} has not got`, 'quiet'];
  const y = top + (wide ? 24 : 33);
  const labelY = wide ? y + 4.5 : top + 15;
  const count = `${changes.length}`;
  const parts = [
    line(left, y, right, y, 'grid'),
    shape(form, wide ? 14 : left + 6, labelY - 4.5, 13),
    text(wide ? 27 : left + 18, labelY, name, { class: 'small name' }),
    text(wide ? right + 52 : right, labelY, count, { class: 'small name count', 'text-anchor': 'end' }),
    ...changes.flatMap(({ afterMs, deleted }) => [
      shape(form, x(afterMs), y, wide ? 15 : 12),
      deleted ? element('circle', { cx: x(afterMs), cy: y, r: wide ? 11.5 : 9, class: 'deleted' }) : '',
    ]),
  ];
  return element('g', { class: changes.length > 0 ? 'lane-of' : 'lane-of idle' }, parts.join(''));
}

/** A column for each length that was tried: how much each carrier brought. @param {Map<number, Counts>} tried @param {number} here */
export function drawBands(tried, here) {
  const unit = 10;
  const columns = [...tried].flatMap(([place, counts]) => {
    const all = carriers.reduce((sum, carrier) => sum + counts[carrier], 0);
    let under = 100;
    return [
      element('rect', { x: unit * place, y: 0, width: unit, height: 100, class: 'tried' }),
      ...carriers.flatMap((carrier) => {
        if (counts[carrier] === 0) return [];
        const height = Math.max((100 * counts[carrier]) / all, carrier === 'nobody' ? 14 : 0);
        under -= height;
        return [
          element('rect', {
            x: unit * place,
            y: Math.max(under, 0),
            width: unit,
            height,
            class: `by-${carrier}`,
          }),
        ];
      }),
    ];
  });
  const middle = unit * (here + 0.5);
  return stretched(
    'absence-bands',
    unit * lengths.length,
    [...columns, line(middle, 0, middle, 100, 'here')].join(''),
  );
}
