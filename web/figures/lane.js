// Drawings that take the width they get: a guess beside what was found, on one line.
import { element, line, round } from './svg.js';

/**
 * What was found as ticks on a line, a guess as a thicker one, and the distance between them.
 * @param {object} lane
 * @param {number[]} lane.rolls places 0..1 of what was found
 * @param {number | null} lane.guess place 0..1
 * @param {number | null} lane.truth where the distance ends: the mean of what was found
 */
export function drawLane({ rolls, guess, truth }) {
  const x = (/** @type {number} */ at) => round(1000 * at);
  const between = guess !== null && truth !== null ? line(x(guess), 50, x(truth), 50, 'distance') : '';
  return stretched(
    'lane-line',
    1000,
    [
      line(0, 50, 1000, 50, 'floor'),
      between,
      ...rolls.map((at) => line(x(at), 14, x(at), 86, 'roll')),
      ...(guess === null ? [] : [line(x(guess), 0, x(guess), 100, 'guess')]),
    ].join(''),
  );
}

/** A drawing without letters that takes the width and height of its place. @param {string} className @param {number} width @param {string} inside */
export function stretched(className, width, inside) {
  return element(
    'svg',
    {
      class: `stretched ${className}`,
      viewBox: `0 0 ${width} 100`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    inside,
  );
}
