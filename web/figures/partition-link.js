// What a link to Fig 6-5 holds beside the ring that is shown: guesses "1:1.5,16:unsure" and the dice of each ring that
// was rolled "1:1.2.3,16:1". Whatever cannot be read is left out.

/** @import { Guess, Lane } from './partition-guess.js' */

/** A link may ask for so many rings of each kind. */
const mostRings = 40;

/** @param {Lane[]} lanes */
export function writeGuesses(lanes) {
  return lanes
    .filter(({ guess }) => guess !== null)
    .map(({ points, guess }) => `${points}:${guess}`)
    .join(',');
}

/** @param {string} written @returns {Map<number, Guess>} by points */
export function readGuesses(written) {
  return new Map(
    pairs(written)
      .map(
        ([points, guess]) =>
          /** @type {[number, Guess]} */ ([points, guess === 'unsure' ? 'unsure' : Number(guess)]),
      )
      .filter(([, guess]) => guess === 'unsure' || (Number(guess) >= 1 && Number(guess) <= 10)),
  );
}

/** @param {Lane[]} lanes */
export function writeSeeds(lanes) {
  return lanes
    .filter(({ seeds }) => seeds.length > 0)
    .map(({ points, seeds }) => `${points}:${seeds.slice(-mostRings).join('.')}`)
    .join(',');
}

/** @param {string} written @returns {Map<number, number[]>} by points */
export function readSeeds(written) {
  return new Map(
    pairs(written).map(([points, seeds]) => [
      points,
      seeds
        .split('.')
        .map(Number)
        .filter((seed) => Number.isSafeInteger(seed) && seed > 0)
        .slice(0, mostRings),
    ]),
  );
}

/** @param {string} written @returns {[number, string][]} */
function pairs(written) {
  return written
    .split(',')
    .map((pair) => pair.split(':'))
    .filter((pair) => pair.length === 2)
    .map(([points, rest]) => [Number(points), rest]);
}
