// What the shortcodes write into a page. It reads well without any script: the sentence, its number, the options.
import { labelsOf, stepsOf } from '../claims/mark.js';
import { filled, formatShown, runsOf, statedNumber } from '../claims/shown.js';
import { escapeHtml, wordsHtml } from './words.mjs';

/** @import { Claim } from '../engine/engine.d.ts' */
/** @import { Line, Question } from '../claims/definitions.js' */

/**
 * The sentence, in which Markdown is still to be read, and which its element makes runnable.
 * @param {Claim} claim
 */
export function claimHtml(claim) {
  const sentence = filled(claim.sentence.replaceAll(' = ', '\u00a0=\u00a0'), {
    value: claim.show ? number(claim) : '',
    runs: runsOf(claim.experiment),
  });
  const words = claim.fails ? `<q>${sentence}</q> <small class="not-so">not so</small>` : sentence;
  return `<sim-claim claim="${claim.id}" id="run-${claim.id}"><span class="claim-sentence">${words}</span></sim-claim>`;
}

/** The number alone, inside another sentence. @param {Claim} claim */
export function valueHtml(claim) {
  if (claim.fails) throw new Error(`the number of "${claim.id}" is a mistake; show its whole sentence`);
  return number(claim);
}

/** @param {Claim} claim */
function number({ id, expect, show }) {
  if (!show) throw new Error(`"${id}" does not say how its number is written`);
  const stated = statedNumber(expect);
  return `<data value="${stated}" data-claim="${id}">${formatShown(stated, show)}</data>`;
}

const button = (/** @type {string} */ text, /** @type {string} */ attributes) =>
  `<button type="button" class="choice" ${attributes} disabled>${escapeHtml(text)}</button>`;

const choice = (/** @type {string} */ text, /** @type {number} */ at) =>
  button(text, `data-option="${at}" aria-pressed="false"`);

/** @param {Question} question @param {Line} line */
function lineHtml({ id, show }, line) {
  const steps = stepsOf(line);
  return [
    `<div class="dial"><input type="range" class="unset" min="0" max="${steps}" step="1" value="${Math.round(steps / 2)}"`,
    ` aria-labelledby="question-${id}" aria-valuetext="no mark yet" disabled>`,
    `<ol class="scale even" aria-hidden="true">${labelsOf(show, line)
      .map((label) => `<li>${label}</li>`)
      .join('')}</ol></div>`,
    // What the mark stands at the line says itself: this is for who sees it, and for the button that waits for it.
    `<div class="row"><span class="marked" id="marked-${id}">move the mark first</span>${button('this is my guess', `data-guess aria-disabled="true" aria-describedby="marked-${id}"`)}${choice('not sure', -1)}</div>`,
  ].join('');
}

/** @param {Question} question */
const optionsHtml = ({ options }) =>
  `<div class="row">${options.map(({ text }, at) => choice(text, at)).join('')}${choice('not sure', -1)}</div>`;

/**
 * One line, in a block of its own, so that Markdown takes it as HTML.
 * @param {Question} question
 * @param {{from: string, seedOffset: number}} [recalled] where it was asked before; now it is run with other seeds
 */
export function questionHtml(question, recalled) {
  const asked = askedHtml(question, recalled?.seedOffset);
  if (!recalled) return asked;
  // Folded, so that one guess at most is asked for before the page's own figure does something.
  const from = `from ${escapeHtml(recalled.from)}, with another seed`;
  return `<details class="fold"><summary>Before you go on: a question again <small>${from}</small></summary>${asked}</details>`;
}

/**
 * The questions that are put down before the chapter, and asked again after it: one line, as above.
 * @param {Question[]} questions
 * @param {'then' | 'now'} when
 * @param {number} seedOffset of those that are run
 */
export function sevenHtml(questions, when, seedOffset) {
  if (when === 'then') {
    const list = questions.map((question) => askedHtml(question, undefined, 'then-question')).join('');
    return `<details class="fold"><summary>Before you begin: seven questions <small>3&nbsp;minutes, nothing is told yet</small></summary><p>Guess, or say that you are not sure. This browser alone keeps what you say. After the last section you are asked again, and then the engine answers.</p>${list}</details>`;
  }
  const list = questions.map((question) => `${askedHtml(question, seedOffset)}<p class="then hush"></p>`);
  return `<div class="seven-now">${list.map((one) => `<div>${one}</div>`).join('')}<p class="seven-sum" role="status"></p><p><button type="button" class="choice seven-forget">forget what I said then</button></p></div>`;
}

/**
 * @param {Question} question
 * @param {number} [seedOffset] added to its seeds
 * @param {string} [element] that makes it usable
 */
function askedHtml(question, seedOffset, element = 'sim-question') {
  const { id, prompt, line } = question;
  const seeds = seedOffset === undefined ? '' : ` seed-offset="${seedOffset}"`;
  return [
    `<div><${element} question="${id}"${seeds}><div class="ask" role="group" aria-labelledby="question-${id}">`,
    `<p id="question-${id}">${wordsHtml(prompt)}</p>`,
    line ? lineHtml(question, line) : optionsHtml(question),
    `<noscript><p class="hush">This page runs ${line ? 'your guess' : 'each of these answers'} in its engine, to see whether it holds. That needs JavaScript.</p></noscript>`,
    `<div class="told"></div></div></${element}></div>`,
  ].join('');
}
