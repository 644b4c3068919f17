// The stage as a drawing: a pure function from its places to SVG. A's hashes are the upper strip, B's the lower, the gap
// is the wire. Colours and type are in stage.css.
import { element, line, picture, text } from '../../web/figures/svg.js';
import { group as grouped } from '../../web/ui/format.js';
import { lensOf, measuresOf, placesOf } from './places.js';
import { stateOf } from './rows.js';
import { plural, stageWords } from './words.js';

/** @import { Place, PlacedGroup, StageView } from './places.js' */
/** @import { Row } from './rows.js' */

/** Cells narrower than this have no sign of their own. */
const roomForSign = 11;

/**
 * @param {StageView & { hashBytes: number, least: number }} view  least: the height to keep
 */
export function drawStage(view) {
  const { width, least } = view;
  const m = measuresOf(width);
  const { places, height } = placesOf(view);
  return picture(
    { width, height: Math.max(height, least), className: 'strips', label: stageWords(view.rows) },
    [
      text(0, 14, m.gutter ? 'Replica A · upper strip' : 'A · upper strip', { class: 'who' }),
      text(width, 14, m.gutter ? 'Replica B · lower strip' : 'B · lower strip', {
        class: 'who',
        'text-anchor': 'end',
      }),
      ...places.map((place, at) => openings(place, places[at - 1], view)),
      ...places.map((place) => drawPlace(place, view)),
    ],
  );
}

/** @param {Place} place @param {StageView & {hashBytes: number}} view */
function drawPlace(place, view) {
  if (place.kind === 'waiting') return waiting(place, view);
  if (place.kind === 'folded') return folded(place, view);
  return (
    labels(place, view) +
    (place.kind === 'band' ? band(place, view) : '') +
    place.groups.map((group) => cells(place, group, view)).join('')
  );
}

/** "This cell, opened": from a cell that differs to its children. @param {Place} place @param {Place | undefined} above @param {StageView} view */
function openings(place, above, { width, fanOut }) {
  if (!above || (place.kind !== 'open' && place.kind !== 'band') || above.kind === 'waiting') return '';
  const { strip, fold, gutter } = measuresOf(width);
  const from = above.kind === 'folded' ? above.y + fold - 6 : above.bottom;
  const to = place.kind === 'band' ? place.bandY : place.y;
  const wanted = place.kind === 'band' ? [] : place.groups;
  const shapes = wanted.map((group) => {
    const parent = Math.floor(group.first / fanOut);
    const inside = above.groups.find(({ first, count }) => first <= parent && parent < first + count);
    if (!inside) return '';
    const x = inside.x + (parent - inside.first) * inside.cell;
    return trapezium(x, x + inside.cell, from, group.x, group.x + group.cell * group.count, to);
  });
  if (place.kind === 'band') {
    const mark = bandMark(place, width);
    const [lens] = place.groups;
    shapes.push(
      trapezium(gutter, width, from, gutter, width, to),
      trapezium(mark.x, mark.x + mark.width, place.bandY + strip, lens.x, width, place.y),
    );
  }
  return shapes.join('');
}

/**
 * @param {number} x1 @param {number} x2 @param {number} y1
 * @param {number} x3 @param {number} x4 @param {number} y2
 */
const trapezium = (x1, x2, y1, x3, x4, y2) =>
  element('polygon', { class: 'opened', points: `${at(x1, y1)} ${at(x2, y1)} ${at(x4, y2)} ${at(x3, y2)}` });

/** @param {number} x @param {number} y */
const at = (x, y) => `${x.toFixed(1)},${y.toFixed(1)}`;

/** @param {Place} place @param {StageView & {hashBytes: number}} view */
function labels({ row, y, bandY, kind, top, groups, zoom }, { width, hashBytes }) {
  const { gutter } = measuresOf(width);
  const { level, asked, answered, differing } = row;
  const labelY = kind === 'band' ? bandY : y;
  const equal = asked - differing.size;
  // By hand: what was asked is the reader's own doing, and one more may differ than was asked.
  if (row.hidden) {
    const told = level === 0 ? 'differs' : `${grouped(asked)} asked`;
    if (gutter === 0) return text(0, top + 16, `level ${level} · ${told}`, { class: 'aside-label' });
    return [
      text(0, labelY + 14, `level ${level}`, { class: 'who' }),
      text(0, labelY + 34, told, {}),
      sides(y, width),
    ].join('');
  }
  if (gutter === 0) {
    const told = asked === 1 ? resultOf(row) : `${grouped(equal)} of ${grouped(asked)} equal`;
    const crossing = `${grouped(asked)} × ${hashBytes} bytes`;
    const [{ first }, last] = [groups[0], /** @type {PlacedGroup} */ (groups.at(-1))];
    return [
      text(0, top + 16, `level ${level} · ${answered ? told : crossing}`, { class: 'aside-label' }),
      zoom === 'out'
        ? text(0, top + 36, `nodes ${grouped(first + 1)} to ${grouped(last.first + last.count)}`, {})
        : '',
      zoom ? zoomSign(zoom, width - 8, top + 11) : '',
    ].join('');
  }
  const count = plural(asked, 'hash', 'hashes');
  // The second line of a band is above the letter A, which leaves it less room.
  const [second, third] = !answered
    ? [count, `× ${hashBytes} bytes`]
    : kind === 'band'
      ? [`${grouped(differing.size)} differ`, `of ${grouped(asked)}`]
      : [count, resultOf(row)];
  return [
    text(0, labelY + 14, `level ${level}`, { class: 'who' }),
    text(0, labelY + 34, second, {}),
    text(0, labelY + 52, third, answered ? {} : { class: 'flight-words' }),
    sides(y, width),
  ].join('');
}

/** The letters of the two strips. @param {number} y @param {number} width */
function sides(y, width) {
  const { gutter, strip, gap } = measuresOf(width);
  const at = { class: 'side', 'text-anchor': 'end' };
  return text(gutter - 8, y + strip - 5, 'A', at) + text(gutter - 8, y + 2 * strip + gap - 5, 'B', at);
}

/** A glass with a plus; or a cross, to close. @param {'in' | 'out'} zoom @param {number} x @param {number} y */
function zoomSign(zoom, x, y) {
  const cross = `M${x - 5} ${y - 5}l10 10M${x + 5} ${y - 5}l-10 10`;
  const glass = `M${x - 6} ${y - 1}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0M${x - 3.5} ${y - 1}h5M${x - 1} ${y - 3.5}v5M${x + 2.6} ${y + 2.6}l4 4`;
  return element('path', { d: zoom === 'in' ? glass : cross, class: 'zoom-sign' });
}

/** @param {Row} row */
function resultOf({ asked, differing }) {
  const equal = asked - differing.size;
  if (equal === 0) return asked === 1 ? 'differs' : 'all differ';
  if (differing.size === 0) return asked === 1 ? 'equal' : 'all equal';
  return `${grouped(equal)} equal`;
}

/** The two strips of one group, and what is on the wire. @param {Place} place @param {PlacedGroup} group @param {StageView} view */
function cells({ row, current }, group, { width }) {
  const { strip, gap, bar } = measuresOf(width);
  const { y } = group;
  const margin = group.cell > 8 ? 1 : group.cell > 3 ? 0.5 : 0;
  const lower = y + strip + gap;
  const middle = y + strip + gap / 2;
  const parts = [];
  let equals = '';
  for (let i = 0; i < group.count; i++) {
    const state = stateOf(row, group.first + i);
    const x = group.x + i * group.cell + margin;
    const w = Math.max(0.6, group.cell - 2 * margin);
    const centre = group.x + (i + 0.5) * group.cell;
    if (state === 'differs') {
      const box = {
        x: x + 0.5,
        width: Math.max(0.6, w - 1),
        height: strip - 1,
        rx: Math.min(3, w / 3),
        class: w < 5 ? 'differs thin' : 'differs',
      };
      parts.push(element('rect', { ...box, y: y + 0.5 }), element('rect', { ...box, y: lower + 0.5 }));
      if (group.cell >= roomForSign)
        parts.push(text(centre, middle + 4.5, '≠', { class: 'sign-differs', 'text-anchor': 'middle' }));
    } else if (state === 'equal' && !current) {
      equals += bars(x, w, y + strip - bar, bar) + bars(x, w, lower, bar);
    } else {
      const box = {
        x: x + 0.5,
        width: Math.max(0.6, w - 1),
        height: strip - 1,
        rx: Math.min(3, w / 3),
        class: state,
      };
      parts.push(element('rect', { ...box, y: y + 0.5 }), element('rect', { ...box, y: lower + 0.5 }));
      if (state === 'asking') parts.push(chip(centre, middle, i, group.cell));
      else if (group.cell >= roomForSign)
        parts.push(
          text(centre, middle + 4, state === 'hidden' ? '?' : '=', {
            class: state === 'hidden' ? 'sign-hidden' : '',
            'text-anchor': 'middle',
          }),
        );
    }
  }
  return (equals ? element('path', { d: equals, class: 'equal-bars' }) : '') + parts.join('');
}

/** @param {number} x @param {number} w @param {number} y @param {number} h */
const bars = (x, w, y, h) => `M${x.toFixed(1)} ${y}h${w.toFixed(1)}v${h}h-${w.toFixed(1)}Z`;

/** A hash on its way from B to A. @param {number} x @param {number} y @param {number} i @param {number} cell */
function chip(x, y, i, cell) {
  const half = Math.max(1, Math.min(4, cell / 3));
  return element('path', {
    class: `chip lag-${i % 4}`,
    d: `M${(x - half).toFixed(1)} ${y + 3}l${half.toFixed(1)} -6l${half.toFixed(1)} 6Z`,
  });
}

/** @param {Place} place @param {number} width */
function bandMark(place, width) {
  const { gutter } = measuresOf(width);
  const { from, share } = lensOf(place);
  const room = width - gutter;
  return { x: gutter + from * room, width: Math.max(2, share * room) };
}

/** How dense the differences are, a pixel a bin. @param {Place} place @param {StageView} view */
function band(place, { width }) {
  const { gutter, strip } = measuresOf(width);
  const { row, bandY } = place;
  const mark = bandMark(place, width);
  return [
    element('rect', {
      x: gutter + 0.5,
      y: bandY + 0.5,
      width: width - gutter - 1,
      height: strip - 1,
      rx: 3,
      class: row.answered ? 'equal' : 'asking',
    }),
    shades(row, width - gutter, (x) => `M${gutter + x} ${bandY}h1v${strip}h-1Z`),
    element('rect', {
      x: mark.x - 1,
      y: bandY - 2,
      width: mark.width + 2,
      height: strip + 4,
      class: 'lens-mark',
    }),
    row.answered ? '' : line(gutter, bandY + strip / 2, width, bandY + strip / 2, 'flight-line'),
  ].join('');
}

/** Bins of a pixel, the darker the more of them differ. @param {Row} row @param {number} room @param {(x: number) => string} bin */
function shades(row, room, bin) {
  const steps = ['', '', '', ''];
  density(row, Math.floor(room)).forEach((share, x) => {
    if (share > 0) steps[share < 0.05 ? 0 : share < 0.2 ? 1 : share < 0.5 ? 2 : 3] += bin(x);
  });
  return steps
    .map((d, step) =>
      d ? element('path', { d, class: 'dense', 'fill-opacity': [0.3, 0.5, 0.75, 1][step] }) : '',
    )
    .join('');
}

/** The share that differs of what each bin stands for. @param {Row} row @param {number} bins */
export function density({ groups, asked, differing }, bins) {
  const sums = new Array(bins).fill(0);
  let before = 0;
  for (const { first, count } of groups) {
    for (let i = 0; i < count; i++) {
      if (differing.has(first + i)) sums[Math.min(bins - 1, Math.floor(((before + i) / asked) * bins))] += 1;
    }
    before += count;
  }
  const each = Math.max(1, asked / bins);
  return sums.map((sum) => Math.min(1, sum / each));
}

/** A row that is done: two bars, and where it differed. @param {Place} place @param {StageView} view */
function folded({ row, y, groups }, { width }) {
  const { gutter, bar } = measuresOf(width);
  const { level, differing } = row;
  const pair = (/** @type {number} */ x, /** @type {number} */ w) =>
    bars(x, w, y, bar - 1) + bars(x, w, y + bar + 1, bar - 1);
  const label = gutter ? text(0, y + 9, `${level} · ${grouped(differing.size)} ≠`, {}) : '';
  if (groups[0].cell < 2) {
    return (
      label +
      element('path', { d: pair(gutter, width - gutter), class: 'equal-bars' }) +
      shades(row, width - gutter, (x) => pair(gutter + x, 1))
    );
  }
  let equal = '';
  let differs = '';
  for (const group of groups) {
    for (let i = 0; i < group.count; i++) {
      const margin = group.cell > 4 ? 0.7 : 0;
      const both = pair(group.x + i * group.cell + margin, group.cell - 2 * margin);
      if (differing.has(group.first + i)) differs += both;
      else equal += both;
    }
  }
  return [
    label,
    equal ? element('path', { d: equal, class: 'equal-bars' }) : '',
    differs ? element('path', { d: differs, class: 'differs-bars' }) : '',
  ].join('');
}

/** @param {Place} place @param {StageView} view */
function waiting({ row, y, lastLevel }, { width, rows }) {
  const { gutter } = measuresOf(width);
  const levels = lastLevel > row.level ? `levels ${row.level} to ${lastLevel}` : `level ${row.level}`;
  const before = rows[row.level - 1];
  const never =
    !row.hidden &&
    rows.some(({ answered, differing }) => answered && differing.size === 0) &&
    before !== undefined;
  const words = never ? 'never asked' : 'not asked yet';
  if (gutter === 0) return text(0, y + 4, `${levels} · ${words}`, {});
  return levels.length > 14
    ? text(0, y + 4, `${levels} · ${words}`, {})
    : text(0, y + 4, levels, {}) + text(gutter, y + 4, words, {});
}
