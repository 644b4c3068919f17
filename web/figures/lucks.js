// The same experiment with many lucks: one dot for each seed, in the order of the seeds.
import { shape } from './shapes.js';
import { element, picture } from './svg.js';

const columns = 20;

/** @type {Record<string, string>} */
const shapes = { f: 'fresh', s: 'stale', u: 'quiet' };

/**
 * @param {object} view
 * @param {string} view.outcomes  one letter a trial: f fresh, s stale, u unanswered
 * @param {number} view.total     how many there will be; those to come are faint
 * @param {number} view.width
 */
export function drawLucks({ outcomes, total, width }) {
  const cell = width / columns;
  const size = Math.min(15, cell - 2.5);
  const dots = Array.from({ length: total }, (_, index) => {
    const x = (index % columns) * cell + cell / 2;
    const y = Math.floor(index / columns) * cell + cell / 2;
    const name = shapes[outcomes[index]];
    return name ? shape(name, x, y, size) : element('circle', { cx: x, cy: y, r: 2, class: 'to-come' });
  });
  const height = Math.ceil(total / columns) * cell;
  return picture({ width, height, className: 'luck-dots', label: describe(outcomes, total) }, dots);
}

/**
 * @param {string} outcomes
 * @param {number} total
 */
function describe(outcomes, total) {
  const fresh = outcomes.split('f').length - 1;
  const stale = outcomes.split('s').length - 1;
  return `${outcomes.length} of ${total} lucks tried: ${fresh} fresh, ${stale} stale.`;
}
