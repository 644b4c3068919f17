// How the answer to a question looks: a pure function from what was chosen and what the engine found.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { drawLane } from '../figures/lane.js';
import { distanceInWords, formatMark, isNear, placeOn } from './mark.js';
import { filled, formatShown, runsOf } from './shown.js';

/** @import { Experiment } from '../engine/engine.d.ts' */
/** @import { Question } from './definitions.js' */

/**
 * @typedef {object} Told
 * @property {Question} question
 * @property {number} at the option that was run
 * @property {boolean} sure false: the reader chose none, and the right one was run
 * @property {number} [mark] on the question's line
 * @property {number | null} measured
 * @property {boolean} holds the option's expectation, in its run
 */

/** @param {{told: Told | null, running: unknown, problem: string}} state */
export function told({ told, running, problem }) {
  const waits = running && !problem;
  return html`${waits ? html`<p class="truth hush">The engine is trying it …</p>` : nothing}
    <div role="status">${waits ? nothing : found(told, problem)}</div>`;
}

/** What is seen is what is said: there is no second text for who does not see it. @param {Told | null} told @param {string} problem */
function found(told, problem) {
  if (problem) return html`<p class="truth word failed">✕ ${problem}</p>`;
  if (!told) return nothing;
  const { misconception } = told.question.options[told.at];
  return html`<div class="truth" data-tone=${tone(told)}>
    ${lane(told)}
    <p><b>${verdict(told)}</b> ${answer(told)}</p>
    ${!told.holds && misconception ? html`<p class="hush">The thought behind it: ${misconception}</p>` : nothing}
  </div>`;
}

/** The mark, the truth, and what lies between them. @param {Told} told */
function lane({ question: { line }, mark, measured }) {
  if (!line || measured === null) return nothing;
  const truth = placeOn(line, measured);
  const guess = mark === undefined ? null : placeOn(line, mark);
  return html`<div class="lane">${unsafeHTML(drawLane({ rolls: [truth], guess, truth }))}</div>`;
}

/** @param {Told} told */
function tone({ question: { line }, mark, measured, holds }) {
  if (!line || mark === undefined || measured === null) return holds ? 'fresh' : 'stale';
  if (isNear(line, mark, measured)) return 'fresh';
  return holds ? 'plain' : 'stale';
}

/** @param {Told} told */
function verdict({ question, sure, holds, mark, measured }) {
  const { line, show } = question;
  if (line && measured !== null) {
    const found = `Measured: ${formatShown(measured, show)}.`;
    if (mark === undefined) return `Nobody has to know. ${found}`;
    const marked = `Your mark: ${formatMark(show, line, mark)}. ${found}`;
    return isNear(line, mark, measured)
      ? `${marked} As near as the line allows.`
      : `${marked} That is ${distanceInWords(mark, measured, show)}.`;
  }
  if (!sure) return 'Nobody has to know.';
  return holds ? 'So it is.' : 'Not so.';
}

/** @param {Told} told */
function answer({ question, at, measured }) {
  const { answer, experiment = question.experiment } = question.options[at];
  return filled(answer, {
    value: measured === null ? 'nothing' : formatShown(measured, question.show),
    runs: runsOf(/** @type {Experiment} */ (experiment)),
  });
}
