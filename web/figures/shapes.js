// The shape of each state, in a box of 16 × 16. Colour is never alone: shape, colour and word go together.
import { element } from './svg.js';

const disc = 'M8 2.6a5.4 5.4 0 1 1 0 10.8a5.4 5.4 0 1 1 0-10.8Z';

const star = 'M8 1.9l1.9 3.9 4.2.6-3 3 .7 4.2L8 11.6l-3.8 2 .7-4.2-3-3 4.2-.6Z';

/**
 * Which paths a shape is made of. `line` is drawn with a stroke, `fill` is filled, both in the current colour.
 * @type {Record<string, {line?: string, fill?: string}>}
 */
export const shapePaths = {
  fresh: { fill: 'M8 1.8a6.2 6.2 0 1 1 0 12.4a6.2 6.2 0 1 1 0-12.4Z' },
  stale: { line: disc, fill: 'M8 2.6a5.4 5.4 0 0 0 0 10.8Z' },
  failed: { line: 'M3.4 3.4L12.6 12.6M12.6 3.4L3.4 12.6' },
  flight: { fill: 'M4 2.4L13.4 8L4 13.6Z' },
  quiet: { line: disc },
  behind: { line: `${disc}M5 8H11` },
  cut: { line: 'M2.8 14L7 2M9 14L13.2 2' },
  held: { fill: 'M4 2.6h2.8v10.8H4ZM9.2 2.6h2.8v10.8H9.2Z' },
  // Who brought what a machine had missed.
  hint: { fill: 'M8 1.4L14.6 8L8 14.6L1.4 8Z' },
  read_repair: { line: disc, fill: 'M8 5.6a2.4 2.4 0 1 1 0 4.8a2.4 2.4 0 1 1 0-4.8Z' },
  merkle: { fill: 'M8 2.2L14.4 13.6H1.6Z' },
  untested: { line: 'M3 8H13' },
  undecided: { line: `${disc}M8 5v3.4M8 10.2v1.2` },
  star: { line: star },
  earned: { line: star, fill: star },
  done: { line: 'M2.8 8.6L6.4 12.2L13.2 4.4' },
};

/**
 * A shape inside a drawing.
 * @param {string} name
 * @param {number} x centre
 * @param {number} y centre
 * @param {number} [size]
 */
export function shape(name, x, y, size = 13) {
  const { line, fill } = shapePaths[name];
  const parts = [
    fill ? element('path', { d: fill, class: 'shape-fill' }) : '',
    line ? element('path', { d: line, class: 'shape-line' }) : '',
  ];
  const scale = size / 16;
  return element(
    'g',
    {
      class: `is-${name}`,
      transform: `translate(${(x - size / 2).toFixed(2)} ${(y - size / 2).toFixed(2)}) scale(${scale.toFixed(3)})`,
    },
    parts.join(''),
  );
}
