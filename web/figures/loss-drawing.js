// Fig 6-6 b's field: a place for every choice of three machines, and on it a blot whose area is the share of the keys that
// is lost with them: full where it was rolled, an outline where it was not; a cross where a roll lost nothing. All blots together have the same area on every ring: each key has three machines.
import { formatShare, group } from '../ui/format.js';
import { choices, rolled } from './loss-measure.js';
import { element, picture, round } from './svg.js';

/** @import { Risk } from './loss-measure.js' */

const columns = 70;
const cell = 10;
const width = columns * cell;
const height = Math.ceil(choices.length / columns) * cell;
/** The side of a blot of everything. */
const whole = 300;

/**
 * @param {object} field
 * @param {Risk | null} field.risk
 * @param {number} field.rolls so many throws are marked
 * @param {number | null} field.chosen the choice that is looked at
 * @param {boolean} field.all whether every choice shows its blot
 */
export function drawField({ risk, rolls, chosen, all }) {
  const lost = risk?.lost ?? new Map();
  const thrown = new Set(Array.from({ length: rolls }, (_, at) => rolled(at + 1)));
  const hits = [...thrown].filter((number) => lost.has(number));
  const misses = [...thrown].filter((number) => !lost.has(number));
  const blots = (/** @type {number[]} */ numbers) =>
    numbers.map((number) => square(number, whole * Math.sqrt(lost.get(number)))).join('');
  return picture({ width, height, className: 'loss-field', label: describe(risk, rolls, hits.length, all) }, [
    element('rect', { x: 0, y: 0, width, height, class: 'ground' }),
    all ? element('path', { d: blots([...lost.keys()]), class: 'blot' }) : '',
    element('path', { d: misses.map(cross).join(''), class: 'miss' }),
    element('path', { d: blots(hits), class: 'hit' }),
    chosen === null ? '' : looked(chosen),
  ]);
}

/** @param {number} number @returns {[number, number]} */
const centre = (number) => [
  (number % columns) * cell + cell / 2,
  Math.floor(number / columns) * cell + cell / 2,
];

/** @param {number} number @param {number} side */
function square(number, side) {
  const [x, y] = centre(number);
  const edge = round(side);
  return `M${round(x - side / 2)} ${round(y - side / 2)}h${edge}v${edge}h-${edge}Z`;
}

/** @param {number} number */
function cross(number) {
  const [x, y] = centre(number);
  return `M${x - 2.5} ${y - 2.5}l5 5M${x + 2.5} ${y - 2.5}l-5 5`;
}

/** @param {number} number */
function looked(number) {
  const [cx, cy] = centre(number);
  return element('circle', { cx, cy, r: 13, class: 'looked' });
}

/** @param {Risk | null} risk @param {number} rolls @param {number} hits @param {boolean} all */
function describe(risk, rolls, hits, all) {
  const field = `A field with a place for each of ${group(choices.length)} choices of three machines.`;
  const thrown = rolls === 0 ? '' : ` ${rolls} of them were rolled, and ${hits} places have a loss.`;
  return all && risk
    ? `${field}${thrown} All are shown: ${formatShare(risk.chance, 1)} of them have a loss.`
    : field + thrown;
}
