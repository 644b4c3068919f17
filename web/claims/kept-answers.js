/** What a reader answered before the chapter, to be compared with what the same reader answers after it. */
import { keep, recall } from '../ui/keep.js';
import { optionAt, valueAt } from './mark.js';

/** @import { Line, Question } from './definitions.js' */

/** The number of an option, -1: not sure; or of a step of the question's line. @typedef {{choice: number} | {step: number}} Answer */

const name = 'seven-questions';

/** @returns {Record<string, unknown>} */
function all() {
  const kept = recall(name);
  return kept !== null && typeof kept === 'object' && !Array.isArray(kept) ? { ...kept } : {};
}

/** @param {string} question @returns {Answer | null} */
export function recallThen(question) {
  const answer = /** @type {any} */ (all()[question]);
  if (Number.isInteger(answer?.choice)) return { choice: answer.choice };
  return Number.isInteger(answer?.step) ? { step: answer.step } : null;
}

/** @param {string} question @param {Answer} answer */
export function keepThen(question, answer) {
  keep(name, { ...all(), [question]: answer });
}

export const forgetThen = () => keep(name, null);

/**
 * The option that an answer is, and the mark on the line if it was one; no option for one who was not sure.
 * @param {Question} question
 * @param {Answer} answer
 * @returns {{at: number, mark?: number} | null}
 */
export function meantBy(question, answer) {
  if ('choice' in answer) return question.options[answer.choice] ? { at: answer.choice } : null;
  if (!question.line) return null;
  const mark = valueAt(/** @type {Line} */ (question.line), answer.step);
  return { at: optionAt(question, mark), mark };
}
