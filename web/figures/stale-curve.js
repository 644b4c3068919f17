// The share of stale reads against the age of the write: a hundred lucks, taken at many ages.
// The vertical axis is logarithmic, because "one in a thousand" matters; a share of zero has no place on it and is drawn
// on a line of its own at the bottom ("none").
import { scaleLinear, scaleLog } from 'd3-scale';
import { line as d3Line } from 'd3-shape';
import { formatMs, group } from '../ui/format.js';
import { shape } from './shapes.js';
import { element, line, picture, text } from './svg.js';

/**
 * @typedef {object} Curve
 * @property {string} name         'W = 1, R = 1'
 * @property {boolean} ghost       what it was before
 * @property {number[]} ages_us
 * @property {number[]} stale      how many trials were stale at each age
 * @property {number} trials       how many were tried at each age
 */

const rare = 0.001;
/** With fewer trials, one in a thousand is only a handful of reads, and its age would be noise. */
const enoughTrials = 5000;

/**
 * @param {object} view
 * @param {Curve[]} view.curves
 * @param {number} view.width
 */
export function drawStaleCurve({ curves, width }) {
  const left = 58;
  const right = width - 12;
  const top = 14;
  const bottom = 168;
  const none = bottom + 22;
  const lastMs = Math.max(1, ...curves.flatMap(({ ages_us }) => ages_us.map((us) => us / 1000)));
  const x = scaleLinear().domain([0, lastMs]).range([left, right]);
  const y = scaleLog()
    .domain([rare / 2, 1])
    .range([bottom, top])
    .clamp(true);
  const height = none + 34;
  const ordered = [...curves].sort((a, b) => Number(b.ghost) - Number(a.ghost));

  return picture({ width, height, className: 'stale-curve', label: describe(curves) }, [
    ...[1, 0.1, 0.01, rare].map(
      (share) =>
        line(left, y(share), right, y(share), 'grid') +
        text(left - 8, y(share) + 4.5, `${share * 100} %`, { class: 'small', 'text-anchor': 'end' }),
    ),
    line(left, none, right, none, 'life'),
    text(left - 8, none + 4.5, 'none', { class: 'small', 'text-anchor': 'end' }),
    ...x
      .ticks(Math.max(4, Math.floor((right - left) / 90)))
      .map((ms) =>
        text(x(ms), none + 20, ms === 0 ? '0 ms' : ms, { class: 'small', 'text-anchor': 'middle' }),
      ),
    ...ordered.map((curve) => drawCurve(curve, { x, y, none })),
    ...ordered.map((curve) => drawRare(curve, { x, y, right })),
  ]);
}

/**
 * @param {Curve} curve
 * @param {{x: (ms: number) => number, y: (share: number) => number, none: number}} scales
 */
function drawCurve(curve, { x, y, none }) {
  const points = pointsOf(curve);
  const path = d3Line()
    .x((point) => x(point[0]))
    .y((point) => (point[1] === 0 ? none : y(point[1])));
  const kind = curve.ghost ? 'ghost' : 'current';
  return element('path', { d: path(points) ?? '', class: `curve ${kind}` });
}

/**
 * The first age at which at most one read in a thousand is stale.
 * @param {Curve} curve
 * @param {{x: (ms: number) => number, y: (share: number) => number, right: number}} scales
 */
function drawRare(curve, { x, y, right }) {
  const ms = rareAge(curve);
  if (ms === null || ms === 0) return '';
  const px = x(ms);
  // Below the line of one in a thousand, where the curve has not been yet.
  const atEnd = px > right - 200;
  return (
    shape('stale', px, y(rare), 13) +
    text(atEnd ? px - 10 : px + 10, y(rare) + 20, `1 in 1 000 at about ${formatMs(ms)}`, {
      class: 'caption',
      'text-anchor': atEnd ? 'end' : 'start',
    })
  );
}

/**
 * @param {Curve} curve
 * @returns {number | null} milliseconds
 */
export function rareAge(curve) {
  if (curve.trials < enoughTrials) return null;
  const points = pointsOf(curve);
  // From the end: the first age after which it stays rare.
  let index = points.length;
  while (index > 0 && points[index - 1][1] <= rare) index -= 1;
  return index < points.length ? points[index][0] : null;
}

/**
 * @param {Curve} curve
 * @returns {[number, number][]} age in milliseconds, share of stale reads
 */
function pointsOf({ ages_us, stale, trials }) {
  return ages_us.map((us, index) => [us / 1000, stale[index] / Math.max(1, trials)]);
}

/** @param {Curve[]} curves */
function describe(curves) {
  const sentences = curves.map((curve) => {
    const [first] = pointsOf(curve);
    const ms = rareAge(curve);
    const start = `${curve.name}: ${Math.round((first?.[1] ?? 0) * 100)} % of ${group(curve.trials)} reads are stale at once`;
    return ms === null ? start : `${start}, 1 in 1 000 or fewer after ${formatMs(ms)}`;
  });
  return `Share of stale reads by the age of the write. ${sentences.join('. ')}.`;
}
