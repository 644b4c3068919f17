// Fig 6-3's drawings. They take the width of their place; their letters stand beside them, in the page.
import { stretched } from './lane.js';
import { element, line, round } from './svg.js';

/** @import { TiersReport } from '../engine/engine.d.ts' */

/** Reads of one key: the strip's lowest and highest line, each ten times the one below. */
export const decades = [0.1, 1, 10, 100];
const lowest = Math.log10(decades[0]);
const span = Math.log10(decades[decades.length - 1]) - lowest;

/** How high a number of reads stands, 0..1. @param {number} reads */
export const heightOf = (reads) =>
  reads <= 0 ? 0 : Math.min(1, Math.max(0.01, (Math.log10(reads) - lowest) / span));

/** How often the keys of each hundredth were asked for, under a lid as wide as memory. @param {number[]} asked @param {number} perBin keys @param {number} lid 0..100 */
export function drawAsked(asked, perBin, lid) {
  const width = 100;
  const bars = asked
    .map((count, at) => {
      const height = 100 * heightOf(count / perBin);
      return `M${round((at * width) / asked.length)} 100v${round(-height)}h${round(0.8 * (width / asked.length))}V100Z`;
    })
    .join('');
  return stretched(
    'tiers-strip',
    width,
    [
      element('rect', { x: 0, y: 0, width: lid, height: 100, class: 'under' }),
      ...decades.map((at) => line(0, 100 - 100 * heightOf(at), width, 100 - 100 * heightOf(at), 'decade')),
      element('path', { d: bars, class: 'asked' }),
      element('rect', { x: 0, y: 0, width: lid, height: 5, class: 'lid' }),
      line(lid, 0, lid, 100, 'edge'),
    ].join(''),
  );
}

/**
 * For each hundredth of the keys, the share of its values that is there, from the bottom up; where some were lost, a mark.
 * @param {(number | null)[]} shares null: not known yet
 * @param {number[]} [lost]
 */
export function drawHeld(shares, lost = []) {
  const cell = 100 / shares.length;
  const held = shares
    .map((share, at) => (share ? `M${round(at * cell)} 100v${round(-100 * share)}h${round(cell)}V100Z` : ''))
    .join('');
  const marks = lost
    .map((count, at) => (count > 0 ? `M${round((at + 0.2) * cell)} 0v100h${round(0.6 * cell)}V0Z` : ''))
    .join('');
  return stretched(
    'tiers-lane',
    100,
    element('path', { d: held, class: 'held' }) + element('path', { d: marks, class: 'lost' }),
  );
}

/** The share of the reads that memory answered, call by call, and when the plug was pulled. @param {TiersReport} report */
export function drawRecovery({ window_reads: reads, window_hits: hits }) {
  const steps = hits.map((count, at) => {
    const y = round(100 - (100 * count) / Math.max(1, reads[at]));
    return `${at === 0 ? 'M' : 'L'}${round((100 * at) / hits.length)} ${y}H${round((100 * (at + 1)) / hits.length)}`;
  });
  return stretched(
    'tiers-recovery',
    100,
    [
      line(0, 100, 100, 100, 'floor'),
      line(0, 0, 100, 0, 'floor'),
      line(50, 0, 50, 100, 'plug'),
      element('path', { d: steps.join(''), class: 'rate' }),
    ].join(''),
  );
}
