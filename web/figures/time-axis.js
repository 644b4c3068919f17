// An axis of simulated time that leaves out the quiet. A gap in which nothing is sent, received, begun or ended, and
// which is far longer than everything else together, is cut to a fixed width and marked ⫽.
import { scaleLinear } from 'd3-scale';

/** A gap is cut when it is this many times longer than all the rest. */
const farLonger = 3;
const cutWidth = 40;

/**
 * @typedef {{from: number, to: number, start: number, end: number}} Stretch  times in microseconds, places in pixels
 *
 * @typedef {object} TimeAxis
 * @property {(us: number) => number} x
 * @property {{x: number, ms: number}[]} ticks
 * @property {{x: number, us: number}[]} cuts   middle of each cut and what was left out
 */

/**
 * @param {number[]} times  every moment at which something happens, in microseconds
 * @param {number} left
 * @param {number} right
 * @returns {TimeAxis}
 */
export function timeAxis(times, left, right) {
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  const first = sorted[0] ?? 0;
  const last = Math.max(sorted.at(-1) ?? 0, first + 1);
  const gaps = sorted.slice(1).map((to, index) => ({ from: sorted[index], to }));
  const cuts = longGaps(gaps, last - first);
  const shownUs = cuts.reduce((sum, gap) => sum - (gap.to - gap.from), last - first);
  const pixels = Math.max(right - left - cuts.length * cutWidth, 40);
  const perUs = pixels / Math.max(shownUs, 1);

  /** Stretches between cuts, each with its own part of the width. @type {Stretch[]} */
  const stretches = [];
  let from = first;
  let start = left;
  for (const cut of [...cuts, { from: last, to: last }]) {
    const end = start + (cut.from - from) * perUs;
    stretches.push({ from, to: cut.from, start, end });
    from = cut.to;
    start = end + cutWidth;
  }

  return {
    x(us) {
      let index = stretches.length - 1;
      while (index > 0 && us < stretches[index].from) index -= 1;
      const stretch = stretches[index];
      const next = stretches[index + 1];
      if (us <= stretch.to || !next) return stretch.start + Math.max(0, us - stretch.from) * perUs;
      return stretch.end + (cutWidth * (us - stretch.to)) / (next.from - stretch.to);
    },
    ticks: stretches.flatMap(ticksOf),
    cuts: cuts.map((cut, index) => ({ x: stretches[index].end + cutWidth / 2, us: cut.to - cut.from })),
  };
}

/** @param {Stretch} stretch */
function ticksOf({ from, to, start, end }) {
  const scale = scaleLinear().domain([from, to]).range([start, end]);
  if (to === from) return [];
  return scale
    .ticks(Math.max(1, Math.floor((end - start) / 80)))
    .map((us) => ({ x: scale(us), ms: us / 1000 }));
}

/**
 * @param {{from: number, to: number}[]} gaps
 * @param {number} totalUs
 */
function longGaps(gaps, totalUs) {
  const cuts = [];
  let rest = totalUs;
  for (const gap of [...gaps].sort((a, b) => b.to - b.from - (a.to - a.from))) {
    const length = gap.to - gap.from;
    rest -= length;
    if (rest <= 0 || length < farLonger * rest) break;
    cuts.push(gap);
  }
  return cuts.sort((a, b) => a.from - b.from);
}
