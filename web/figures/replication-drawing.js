// Fig 6-6's ring: the key's place, how far the walk has come, and the pieces that nobody alive holds.
import { formatShare } from '../ui/format.js';
import { key, keyPlace, withoutCopy } from './replication-measure.js';
import { arcPath, band, middle, place, pointLine, reach, size } from './ring-drawing.js';
import { element, line, picture, round, text } from './svg.js';

/** @import { Ring } from '../engine/engine.d.ts' */
/** @import { Stop } from './replication-measure.js' */

const outside = reach + band / 2 + 7;
const inside = reach - band / 2 - 6;

/**
 * @param {object} view
 * @param {Ring} view.ring
 * @param {Stop[]} view.met the points of the walk so far
 * @param {string[]} view.dark machines that are off
 */
export function drawReplicationRing({ ring, met, dark }) {
  const from = keyPlace(ring);
  const last = met.at(-1)?.at ?? from;
  const to = last < from ? last + 1 : last;
  const { pieces, share } = withoutCopy(ring, dark);
  const centre =
    dark.length > 0
      ? [
          text(middle, middle - 1, formatShare(share, 1), {
            class: share > 0 ? 'marked silent-share' : 'marked',
            'text-anchor': 'middle',
          }),
          text(middle, middle + 21, 'have no live copy', { class: 'small', 'text-anchor': 'middle' }),
        ]
      : [
          text(middle, middle - 4, `${ring.tokens.length} points`, {
            class: 'small',
            'text-anchor': 'middle',
          }),
          text(middle, middle + 16, `of ${ring.nodes.length} machines`, {
            class: 'small',
            'text-anchor': 'middle',
          }),
        ];
  return picture(
    { width: size, height: size, className: 'ring-of-servers', label: describe(ring, met, dark, share) },
    [
      element('circle', { cx: middle, cy: middle, r: reach, class: 'band', 'stroke-width': band }),
      element('path', {
        d: pieces.map((piece) => arcPath(piece.from, piece.to)).join(''),
        class: 'silent',
        'stroke-width': band,
      }),
      ...ring.tokens.map(({ at }) => pointLine(at)),
      to > from ? element('path', { d: arcPath(from, to, outside), class: 'walked' }) : '',
      ...met.map(({ at, kind }) => metPoint(at, kind)),
      keyMark(from),
      ...centre,
    ],
  );
}

/** A point that the walk has met, with a dot inside the ring where it gave a copy. @param {number} at @param {Stop['kind']} kind */
function metPoint(at, kind) {
  const [cx, cy] = place(at, inside);
  const [x, y] = place(at, outside);
  const dot = kind === 'copy' ? element('circle', { cx, cy, r: 4, class: 'met' }) : '';
  return line(cx, cy, x, y, 'met') + dot;
}

/** A wedge outside the ring that points at the key's place, and its name. @param {number} at */
function keyMark(at) {
  const far = outside + 17;
  const [tip, left, right] = [place(at, outside + 3), place(at - 0.013, far), place(at + 0.013, far)];
  const [x, y] = place(at, far + 5);
  const side = x > middle ? 1 : -1;
  return (
    element('path', { d: `M${tip}L${left}L${right}Z`, class: 'key-wedge' }) +
    text(round(x + side * 2), y + 6, key.split(':')[0], {
      class: 'letter marked-letter',
      'text-anchor': side > 0 ? 'start' : 'end',
    })
  );
}

/** @param {Ring} ring @param {Stop[]} met @param {string[]} dark @param {number} share */
function describe(ring, met, dark, share) {
  const walk = met.length === 0 ? 'is marked' : `and the ${met.length} points walked from it are marked`;
  const off =
    dark.length === 0
      ? ''
      : ` ${dark.length} machines are off: pieces with ${formatShare(share, 1)} of the keys have no live copy.`;
  return `The ring with ${ring.tokens.length} points; the place of ${key} ${walk}.${off}`;
}
