// Fig 6-5's drawings: the ring round, and its parts as bars. Bars and ticks are stretched to the width they get and bear
// no letters; all words beside them are the page's own text, so none of them ever shrinks.
import { stretched } from './lane.js';
import { arcsOf, busiestOf, keyOf } from './partition-measure.js';
import { arcPath, band, middle, place, pointLine, reach, size } from './ring-drawing.js';
import { element, line, picture, text } from './svg.js';

/** @import { Ring } from '../engine/engine.d.ts' */
/** @import { Join } from './partition-measure.js' */

/** Where the walk from the key goes. */
const inner = reach - band / 2 - 9;

/** How many points a ring may have for each to get its letter, or its line. */
const mostLetters = 12;
const mostLines = 220;

/**
 * The ring that nobody has rolled yet: ten parts, all alike, in dashes.
 * @param {number} servers
 * @param {number | null} keyAt where the key lies on it, once that is known
 */
export function drawEvenRing(servers, keyAt) {
  const parts = Array.from({ length: servers }, (_, at) => {
    const [x1, y1] = place(at / servers, reach - band / 2);
    const [x2, y2] = place(at / servers, reach + band / 2);
    return line(x1, y1, x2, y2, 'even');
  });
  return picture({ width: size, height: size, className: 'ring-of-servers', label: 'No ring yet.' }, [
    element('circle', { cx: middle, cy: middle, r: reach - band / 2, class: 'even' }),
    element('circle', { cx: middle, cy: middle, r: reach + band / 2, class: 'even' }),
    ...parts,
    ...(keyAt === null ? [] : walk(keyAt, Math.ceil(keyAt * servers) / servers)),
    text(middle, middle + 5, 'all alike', { class: 'small', 'text-anchor': 'middle' }),
  ]);
}

/**
 * @param {Ring} ring
 * @param {Join | null} join with it, the joined server is the one that is marked
 */
export function drawRing(ring, join) {
  const shown = join ? join.after : ring;
  const marked = join ? join.name : busiestOf(ring).name;
  const arcs = arcsOf(shown);
  const mine = arcs.filter(({ node }) => node === marked);
  const label = join
    ? `The ring with ${arcs.length} points. Server ${marked} has joined; its parts are marked.`
    : `The ring with ${arcs.length} points. The parts of server ${marked}, the busiest, are marked.`;
  const { at } = keyOf(shown);
  return picture({ width: size, height: size, className: 'ring-of-servers', label }, [
    element('circle', { cx: middle, cy: middle, r: reach, class: 'band', 'stroke-width': band }),
    element('path', {
      d: mine.map(({ from, to }) => arcPath(from, to)).join(''),
      class: join ? 'mine joined' : 'mine',
      'stroke-width': band,
    }),
    ...(arcs.length <= mostLines ? arcs.map(({ to }) => pointLine(to)) : []),
    ...(arcs.length <= mostLetters ? letters(arcs, marked) : []),
    ...walk(at, arcs.find(({ to }) => to >= at)?.to ?? arcs[0].to + 1),
    text(middle, middle - 3, marked, { class: 'marked', 'text-anchor': 'middle' }),
    text(middle, middle + 19, join ? 'joined' : 'busiest', {
      class: 'small',
      'text-anchor': 'middle',
    }),
  ]);
}

/**
 * One server's bar: its parts of the ring, one on the other.
 * @param {object} bar
 * @param {number[]} bar.parts shares, from the foot up
 * @param {number} bar.top the share that fills the height
 * @param {number} [bar.given] the share that the joined server took
 * @param {'marked' | 'joined' | 'plain'} bar.kind
 */
export function drawBar({ parts, top, given = 0, kind }) {
  const height = (/** @type {number} */ share) => (100 * share) / top;
  const all = parts.reduce((sum, part) => sum + part, 0);
  const foot = 100 - height(all);
  const cuts = [];
  let at = 0;
  for (const part of parts.slice(0, -1)) {
    at += part;
    cuts.push(line(0, 100 - height(at), 10, 100 - height(at), 'cut'));
  }
  const taken =
    given > 0
      ? element('rect', {
          x: 0.4,
          y: foot - height(given),
          width: 9.2,
          height: height(given),
          class: 'given',
        })
      : '';
  const body = element('rect', { x: 0, y: foot, width: 10, height: height(all), class: 'body' });
  return stretched(`server-bar ${kind}`, 10, taken + body + (parts.length <= 24 ? cuts.join('') : ''));
}

/** A bar in dashes as high as the average. @param {number} top in averages */
export function drawEvenBar(top) {
  return stretched(
    'server-bar ghost',
    10,
    element('rect', { x: 0.4, y: 100 - 100 / top, width: 9.2, height: 100 / top, class: 'even' }),
  );
}

/** A key, and the way clockwise to the next point. @param {number} from @param {number} to */
function walk(from, to) {
  const [x, y] = place(from, inner);
  const end = (/** @type {number} */ r, /** @type {number} */ back) => place(to - back, r).join(' ');
  return [
    element('path', { d: arcPath(from, to, inner), class: 'walk' }),
    element('path', {
      d: `M${end(inner - 5, 0.016)}L${end(inner, 0)}L${end(inner + 5, 0.016)}`,
      class: 'walk',
    }),
    element('path', { d: `M${x - 7} ${y}l7 -7l7 7l-7 7Z`, class: 'key' }),
  ];
}

/**
 * The servers' letters outside the ring, each by its point; where points are close, letters make room.
 * @param {{node: string, to: number}[]} arcs by place
 * @param {string} marked
 */
function letters(arcs, marked) {
  const apart = 0.031;
  const places = arcs.map(({ to }) => to);
  for (let turn = 0; turn < 60; turn++) {
    for (let i = 0; i < places.length; i++) {
      const next = (i + 1) % places.length;
      const gap = places[next] + (next === 0 ? 1 : 0) - places[i];
      if (gap >= apart) continue;
      places[i] -= (apart - gap) / 2;
      places[next] += (apart - gap) / 2;
    }
  }
  return arcs.map(({ node, to }, index) => {
    const [x, y] = place(places[index], reach + band / 2 + 16);
    const [x1, y1] = place(to, reach + band / 2);
    const [x2, y2] = place(places[index], reach + band / 2 + 7);
    return (
      line(x1, y1, x2, y2, 'stem') +
      text(x, y + 5, node, {
        class: node === marked ? 'letter marked-letter' : 'letter',
        'text-anchor': 'middle',
      })
    );
  });
}
