// Where a key lives. The ring is drawn unrolled, as a bar, or round. From the view "ring".
// Walking clockwise from the key, the first N machines met hold its copies.
import { formatBytes, sameBytes, shortBytes } from '../ui/format.js';
import { element, line, picture, round, text } from './svg.js';

/** @import { Data, Ring } from '../engine/engine.d.ts' */

/** @typedef {{node: string, away: number, rank: number}} Stop  `away`: 0..1 clockwise from the key; `rank`: 0 is the first copy, -1 none */

const radius = 12;

/**
 * @param {object} view
 * @param {Ring} view.ring
 * @param {Data} view.key
 * @param {number} view.width
 */
export function drawRingBar({ ring, key, width }) {
  const { stops, ticks, last } = walk(ring, key);
  const start = 34;
  const end = width - 22;
  /** @param {number} away */
  const x = (away) => start + away * (end - start);
  const y = 38;
  const places = spread(
    stops.map(({ away }) => x(away)),
    radius * 2 + 4,
    end,
  );
  return picture({ width, height: 58, className: 'ring-bar', label: describe(ring, key) }, [
    line(4, y, width - 4, y, 'life'),
    line(x(0), y, x(last), y, 'walk'),
    ...ticks.map((away) => line(x(away), y - 4, x(away), y + 4, 'tick')),
    element('path', { d: `M${round(x(0) - 6)} ${y - 15}h12l-6 9Z`, class: 'key-mark' }),
    text(Math.min(x(0) - 4, start - 4), y - 21, shortBytes(key, 24), { class: 'key' }),
    ...stops.map((stop, index) => drawStop(stop, places[index], y)),
  ]);
}

/**
 * @param {object} view
 * @param {Ring} view.ring
 * @param {Data} view.key
 * @param {number} view.size
 */
export function drawRingRound({ ring, key, size }) {
  const { stops, ticks, last, keyAt } = walk(ring, key);
  const centre = size / 2;
  const reach = centre - radius - 26;
  /** @param {number} away @param {number} [r] */
  const at = (away, r = reach) => {
    const angle = (keyAt + away) * 2 * Math.PI - Math.PI / 2;
    return [centre + r * Math.cos(angle), centre + r * Math.sin(angle)];
  };
  const [x1, y1] = at(0);
  const [x2, y2] = at(last);
  const [kx, ky] = at(0, reach + 20);
  const arc = `M${round(x1)} ${round(y1)}A${round(reach)} ${round(reach)} 0 ${last > 0.5 ? 1 : 0} 1 ${round(x2)} ${round(y2)}`;
  return picture({ width: size, height: size, className: 'ring-round', label: describe(ring, key) }, [
    element('circle', { cx: centre, cy: centre, r: reach, class: 'life' }),
    element('path', { d: arc, class: 'walk' }),
    ...ticks.map((away) => {
      const [a, b] = at(away, reach - 4);
      const [c, d] = at(away, reach + 4);
      return line(a, b, c, d, 'tick');
    }),
    element('circle', { cx: x1, cy: y1, r: 5, class: 'key-mark' }),
    text(kx, ky + 4.5, shortBytes(key, 8), { class: 'key', 'text-anchor': 'middle' }),
    ...stops.map((stop) => {
      const [x, y] = at(stop.away);
      return drawStop(stop, x, y);
    }),
    text(centre, centre - 4, 'clockwise', { class: 'small', 'text-anchor': 'middle' }),
    text(centre, centre + 16, '↻', { class: 'turn', 'text-anchor': 'middle' }),
  ]);
}

/**
 * @param {Stop} stop
 * @param {number} x
 * @param {number} y
 */
function drawStop({ node, rank }, x, y) {
  const kind = rank >= 0 ? 'holds' : 'aside';
  return element(
    'g',
    { class: `stop ${kind}` },
    element('circle', { cx: x, cy: y, r: radius }) +
      text(x, y + 4.5, node, { class: 'letter', 'text-anchor': 'middle' }),
  );
}

/**
 * The machines in the order in which a walk from the key meets them, each once.
 * @param {Ring} ring
 * @param {Data} key
 */
function walk(ring, key) {
  const home = ring.keys.find((entry) => sameBytes(entry.key, key));
  const keyAt = home?.at ?? 0;
  const replicas = home?.replicas ?? [];
  const tokens = ring.tokens
    .map(({ node, at }) => ({ node, away: (at - keyAt + 1) % 1 }))
    .sort((a, b) => a.away - b.away);
  /** @type {Stop[]} */
  const stops = [];
  const ticks = [];
  for (const { node, away } of tokens) {
    if (stops.some((stop) => stop.node === node)) ticks.push(away);
    else stops.push({ node, away, rank: replicas.indexOf(node) });
  }
  const last = Math.max(0, ...stops.filter(({ rank }) => rank >= 0).map(({ away }) => away));
  return { stops, ticks, last, keyAt };
}

/**
 * Pushes places apart so that no letter covers another; order is kept.
 * @param {number[]} places ascending
 * @param {number} apart
 * @param {number} end
 */
function spread(places, apart, end) {
  const result = [...places];
  for (let i = 1; i < result.length; i++) result[i] = Math.max(result[i], result[i - 1] + apart);
  for (let i = result.length - 1, limit = end; i >= 0; i--, limit -= apart)
    result[i] = Math.min(result[i], limit);
  return result;
}

/**
 * @param {Ring} ring
 * @param {Data} key
 */
function describe(ring, key) {
  const replicas = ring.keys.find((entry) => sameBytes(entry.key, key))?.replicas ?? [];
  return `The ring: clockwise from ${formatBytes(key)} come ${replicas.join(', ')}, which hold its copies.`;
}
