// The line of a question: where a number stands on it, whose belief a mark is, and how far a mark is from the truth.
import { formatShown } from './shown.js';

/** @import { Expectation, Show } from '../engine/engine.d.ts' */
/** @import { Line, Question } from './definitions.js' */

/** How many numbers stand under a line. */
const labels = 5;

/** @param {Line} line @param {number} value @returns {number} 0..1 */
export const placeOn = ({ from, to }, value) => Math.min(1, Math.max(0, (value - from) / (to - from)));

/** The number of a step, from 0. Steps and not sums of steps, so that 0.05 taken six times is 0.3. @param {Line} line @param {number} step */
export const valueAt = ({ from, step: size }, step) => Number((from + step * size).toPrecision(12));

/** @param {Line} line */
export const stepsOf = ({ from, to, step }) => Math.round((to - from) / step);

/** A number between others that are `apart`, with as many digits as tell them apart. @param {number} value @param {number} apart @param {Show} show */
function format(value, apart, show) {
  const written = String(Number((show.as === 'percent' ? 100 * apart : apart).toPrecision(6)));
  return formatShown(value, { ...show, digits: written.split('.')[1]?.length ?? 0 });
}

/** @param {Show} show @param {Line} line @param {number} mark */
export const formatMark = (show, { step }, mark) => format(mark, step, show);

/** What stands under the line, at equal distances. @param {Show} show @param {Line} line */
export function labelsOf(show, { from, to }) {
  const apart = (to - from) / (labels - 1);
  return Array.from({ length: labels }, (_, at) => format(from + at * apart, apart, show));
}

/** @param {Expectation} expect @param {number} value */
function includes(expect, value) {
  const { at_least: least = -Infinity, at_most: most = Infinity } =
    'value' in expect
      ? { at_least: expect.value - expect.within, at_most: expect.value + expect.within }
      : expect;
  return least <= value && value <= most;
}

/** @param {Question} question */
export const rightOption = ({ options }) => options.findIndex(({ right }) => right);

/**
 * Whose belief a mark is: the wrong option that expects this number; else the right one.
 * @param {Question} question
 * @param {number} mark
 */
export function optionAt(question, mark) {
  const wrong = question.options.findIndex(({ right, expect }) => !right && includes(expect, mark));
  return wrong >= 0 ? wrong : rightOption(question);
}

/** A mark within one step of the truth is as good as the line allows. @param {Line} line @param {number} mark @param {number} measured */
export const isNear = ({ step }, mark, measured) => Math.abs(mark - measured) <= step;

/**
 * How far the mark is from the truth, in words.
 * @param {number} mark
 * @param {number} measured
 * @param {Show} show
 */
export function distanceInWords(mark, measured, show) {
  const off = formatShown(Math.abs(mark - measured), show);
  const distance = show.as === 'percent' ? off.replace('%', 'percentage points') : off;
  return `${distance} too ${mark > measured ? 'much' : 'little'}`;
}
