/**
 * What the build has written about each claim and each question, beside the scripts. Fetched when a reader asks for it.
 */

/** @import { Claim, Expectation, Experiment, Measure, Show } from '../engine/engine.d.ts' */

/**
 * @typedef {object} ClaimFile
 * @property {Claim} claim with its scenario in place
 * @property {string} run what is run, in words
 * @property {string} quantity what is measured, with its unit
 * @property {number | null} measured when the page was built; null where that was not done
 */

/**
 * @typedef {object} Option
 * @property {string} text
 * @property {boolean} right
 * @property {string} [misconception]
 * @property {Expectation} expect
 * @property {string} answer what to say after its run
 * @property {Experiment} [experiment]
 * @property {Measure} [measure]
 */

/**
 * @typedef {object} Line on which the answer is marked, in what is measured
 * @property {number} from
 * @property {number} to
 * @property {number} step
 */

/**
 * @typedef {object} Question
 * @property {string} id
 * @property {string} section
 * @property {string} prompt
 * @property {Experiment} [experiment]
 * @property {Measure} [measure]
 * @property {Show} show
 * @property {Line} [line]
 * @property {Option[]} options
 * @property {string} source
 */

/** @type {Map<string, Promise<any>>} */
const fetched = new Map();

/** @param {string} id @returns {Promise<ClaimFile>} */
export const claimFile = (id) => definition(`claims/${id}.json`);

/** @param {string} id @returns {Promise<Question>} */
export const questionFile = (id) => definition(`questions/${id}.json`);

/** @param {string} file */
function definition(file) {
  const known = fetched.get(file);
  if (known) return known;
  const asked = ask(file);
  fetched.set(file, asked);
  // Asked again the next time, since the network may be back.
  asked.catch(() => fetched.delete(file));
  return asked;
}

/** @param {string} file */
async function ask(file) {
  const response = await fetch(new URL(file, import.meta.url)).catch(() => null);
  if (!response?.ok) throw new Error(`What is run did not arrive${response ? ` (${response.status})` : ''}.`);
  return response.json();
}
