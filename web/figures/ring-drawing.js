// What drawings of a whole ring share: its geometry, and bars that are stretched to the width they get. (The ring of the
// labs, with its letters: ring.js. How all of it looks: ring-drawing.css.)
import { stretched } from './lane.js';
import { element, line, round } from './svg.js';

export const size = 248;
export const middle = size / 2;
export const reach = 88;
export const band = 20;

/** A place on the ring, clockwise from the top. @param {number} at 0..1 @param {number} r @returns {[number, number]} */
export function place(at, r) {
  const angle = at * 2 * Math.PI - Math.PI / 2;
  return [round(middle + r * Math.cos(angle)), round(middle + r * Math.sin(angle))];
}

/** @param {number} from @param {number} to @param {number} [r] */
export function arcPath(from, to, r = reach) {
  const [x1, y1] = place(from, r);
  const [x2, y2] = place(to, r);
  return `M${x1} ${y1}A${r} ${r} 0 ${to - from > 0.5 ? 1 : 0} 1 ${x2} ${y2}`;
}

/** @param {number} at */
export function pointLine(at) {
  const [x1, y1] = place(at, reach - band / 2);
  const [x2, y2] = place(at, reach + band / 2);
  return line(x1, y1, x2, y2, 'point');
}

/**
 * A share of a whole, lying: its first part in ink, the rest lighter, and a mark.
 * @param {object} row
 * @param {number} row.share
 * @param {number} [row.first] how much of it comes first
 * @param {number} [row.mark]
 * @param {number} [row.top] the share that fills the width
 * @param {string} [row.kind]
 */
export function drawShare({ share, first = share, mark, top = 1, kind = '' }) {
  const x = (/** @type {number} */ part) => round((1000 * part) / top);
  return stretched(
    `share-bar ${kind}`,
    1000,
    element('rect', { x: 0, y: 0, width: 1000, height: 100, class: 'whole' }) +
      element('rect', { x: 0, y: 0, width: x(share), height: 100, class: 'body' }) +
      element('rect', { x: 0, y: 0, width: x(first), height: 100, class: 'first' }) +
      (mark === undefined
        ? ''
        : line(x(mark), -25, x(mark), 125, 'mark') + line(x(mark), 0, x(mark), 100, 'mark inner')),
  );
}
