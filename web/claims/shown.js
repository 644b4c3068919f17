// The number of a claim as a reader sees it. The pages are written with this, and what a run has measured is said with
// it too, so that the two can be compared by eye.
import { group } from '../ui/format.js';

/** @import { Experiment, Expectation, Show } from '../engine/engine.d.ts' */

/**
 * @param {number} number a share as a fraction
 * @param {Show} show
 * @param {number} [more] digits than the sentence has
 */
export function formatShown(number, { as, digits }, more = 0) {
  const text = (/** @type {number} */ value) => {
    const [whole, part] = value.toFixed(digits + more).split('.');
    return part === undefined ? group(Number(whole)) : `${group(Number(whole))}.${part}`;
  };
  if (as === 'percent') return `${text(number * 100)}\u00a0%`;
  if (as === 'ms') return `${text(number)}\u00a0ms`;
  if (as === 'times') return `${text(number)}\u00a0times`;
  return text(number);
}

/** The number that a sentence prints. @param {Expectation} expect */
export function statedNumber(expect) {
  if ('value' in expect) return expect.value;
  return /** @type {number} */ (expect.at_least ?? expect.at_most);
}

/**
 * What the engine may measure while the claim stands.
 * @param {Expectation} expect
 * @param {Show} show
 */
export function boundsInWords(expect, show) {
  const number = (/** @type {number} */ value) => formatShown(value, show, 'value' in expect ? 1 : 0);
  const { at_least: least, at_most: most } = 'value' in expect ? around(expect, show) : expect;
  if (least === undefined)
    return most === 0 ? 'exactly 0' : `at most ${number(/** @type {number} */ (most))}`;
  if (most === undefined)
    return least === 1 && show.as === 'percent' ? number(least) : `at least ${number(least)}`;
  return least === most
    ? `exactly ${formatShown(least, show)}`
    : `between ${number(least)} and ${number(most)}`;
}

/**
 * A share is nothing at least and all at most, which need not be said.
 * @param {{value: number, within: number}} expect
 * @param {Show} show
 * @returns {{at_least?: number, at_most?: number}}
 */
function around({ value, within }, { as }) {
  const isShare = as === 'percent' && value >= 0 && value <= 1;
  return {
    at_least: isShare && value - within <= 0 ? undefined : value - within,
    at_most: isShare && value + within >= 1 ? undefined : value + within,
  };
}

/** @param {Experiment} experiment @returns {import('../engine/engine.d.ts').Seeds | undefined} */
const seedsOf = (experiment) => {
  if (experiment.kind === 'rumour') {
    const from = experiment.seed ?? 1;
    return { from, to: from + runsOf(experiment) - 1 };
  }
  return 'seeds' in experiment && typeof experiment.seeds === 'object'
    ? /** @type {any} */ (experiment.seeds)
    : undefined;
};

/** Of a rumour, where it is not said (cpp/lab/rumour.h). */
const rumourRuns = 100;

/** How many runs an experiment is. @param {Experiment} experiment */
export function runsOf(experiment) {
  if (experiment.kind === 'pbs') return experiment.trials;
  if (experiment.kind === 'rumour') return experiment.runs ?? rumourRuns;
  const seeds = seedsOf(experiment);
  return seeds ? seeds.to - seeds.from + 1 : 1;
}

/**
 * Which lucks these are.
 * @param {Experiment} experiment
 * @param {number} offset added to every seed
 */
export function seedsInWords(experiment, offset) {
  if (experiment.kind === 'torn_log') return 'the same bytes';
  if ('seed' in experiment && experiment.kind !== 'rumour')
    return `seed ${group(Number(experiment.seed) + offset)}`;
  const seeds = seedsOf(experiment);
  if (!seeds) return offset === 0 ? 'its own seed' : 'another seed';
  const [from, to] = [seeds.from + offset, seeds.to + offset].map(group);
  return from === to ? `seed ${from}` : `seeds ${from} to ${to}`;
}

/**
 * A text with its places filled.
 * @param {string} text with {value} and {runs}
 * @param {{value: string, runs: number}} fillings
 */
export function filled(text, { value, runs }) {
  return text.replaceAll('{value}', value).replaceAll('{runs}', group(runs));
}
