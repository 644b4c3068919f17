// The promises under the verdict: the weakest one that was broken, in everyday words and then by its name; behind one
// press all of them, each with its state, its count, and a way to see it broken.
import { html, nothing } from 'lit';
import { behindWords, standing, standingWords, tally, wordsOf } from '../../web/ui/promises.js';
import { glyph } from './glyph.js';
import { hunting } from './hunt-view.js';
import { preventionButton, preventionPanel } from './prevention-view.js';
import { storyOf } from './told.js';
import { whyPanel } from './why-view.js';

/** @import { Finding, Operation, Verdict } from '../../web/engine/engine.d.ts' */
/** @import { Judging } from './judging.js' */
/** @import { Lab } from './lab.js' */
/** @import { Words } from '../../web/ui/promises.js' */
/** @import { Ui } from './ui.js' */

/** @type {Record<Finding['state'], string>} */
const shapes = { broken: 'failed', held: 'done', untested: 'untested', undecided: 'undecided' };

/**
 * @param {Lab} lab
 * @param {Ui} ui
 */
export function promises(lab, ui) {
  const { judging } = lab;
  if (!judging) return nothing;
  const { verdict } = judging;
  const isTested = verdict && standing(verdict).some(({ finding }) => finding.state !== 'untested');
  return html`
    ${isTested ? judged(lab, judging, verdict, ui) : nothing}
    ${!isTested && judging.why ? whyPanel(lab, judging.why, ui) : nothing}`;
}

/**
 * @param {Lab} lab
 * @param {Judging} judging
 * @param {Verdict} verdict
 * @param {Ui} ui
 */
function judged(lab, judging, verdict, ui) {
  return html`
    ${brokenFirst(lab) ? nothing : brokenPromise(lab)}
    ${judging.why ? whyPanel(lab, judging.why, ui) : nothing}
    ${preventionPanel(judging)}
    <button
      class="link all-promises"
      aria-expanded=${ui.promises ? 'true' : 'false'}
      aria-controls="promises"
      @click=${() => ui.set({ promises: !ui.promises })}
    ><span>all promises: ${tally(verdict)}</span></button>
    <div id="promises" class="promises" ?hidden=${!ui.promises}>
      ${ui.promises ? rows(lab, judging, verdict) : nothing}
    </div>`;
}

/** The broken promise to be told of: the one that was looked for, else the weakest. @param {Lab} lab */
function brokenOne({ judging, detour }) {
  const verdict = judging?.verdict;
  if (!verdict) return null;
  const sought = detour.found?.promise;
  return sought && verdict.verdict[sought].state === 'broken' ? sought : verdict.weakest_broken;
}

/**
 * Whether it comes before what became of the last read: where it was looked for, and where that read is not to blame.
 * @param {Lab} lab
 * @param {Operation | undefined} last the last call that has an end
 */
export function brokenFirst(lab, last = lab.run?.lastJudged) {
  return brokenOne(lab) !== null && (lab.detour.found !== null || last?.label !== 'stale');
}

/** @param {Lab} lab */
export function brokenPromise(lab) {
  const { judging, run } = lab;
  const verdict = judging?.verdict;
  const weakest = brokenOne(lab);
  if (!run || !judging || !verdict || !weakest) return nothing;
  const { broken, name, source } = wordsOf(weakest);
  const told = brokenFirst(lab) ? storyOf(weakest, run.operationsOf(verdict.verdict[weakest].ops)).told : '';
  const others = standing(verdict).filter(({ finding }) => finding.state === 'broken').length - 1;
  return html`
    <div class="broken-promise">
      <p tabindex="-1">${told ? html`<span class="was-told">${told}</span> ` : nothing}<b class="is-failed">${glyph('failed')}A promise was broken:</b> ${lowered(broken)}
        <small>In textbooks: ${name} (${source}).${
          others > 0
            ? ` ${others === 1 ? 'One other promise breaks' : `${others} others break`} with it.`
            : ''
        }</small></p>
      <button class="btn small" aria-expanded=${judging.why?.promise === weakest ? 'true' : 'false'} @click=${() => judging.toggle(weakest)}>show me why</button>
      ${preventionButton(lab, judging, weakest)}
    </div>`;
}

/** Within a sentence. @param {string} sentence */
function lowered(sentence) {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/**
 * @param {Lab} lab
 * @param {Judging} judging
 * @param {Verdict} verdict
 */
function rows(lab, judging, verdict) {
  return html`<ul>${standing(verdict).map(({ words, finding }) => row(lab, judging, words, finding))}</ul>
    <p class="behind-words">${behindWords(verdict)}</p>`;
}

/**
 * @param {Lab} lab
 * @param {Judging} judging
 * @param {Words} words
 * @param {Finding} finding
 */
function row(lab, judging, words, finding) {
  const { id, promise, name, needs } = words;
  const { state } = finding;
  return html`<li class="promise is-${state}">
    <span class="standing">${glyph(shapes[state])}${standingWords(finding)}</span>
    <span class="promise-words">${promise} <small>${name}${state === 'untested' ? html` · ${needs}` : nothing}${
      state === 'undecided' ? ' · the search for an order was given up: too many ways' : nothing
    }</small></span>
    ${
      state === 'broken'
        ? html`<button class="btn small" aria-expanded=${judging.why?.promise === id ? 'true' : 'false'} aria-label="show me why: ${name}" @click=${() => judging.toggle(id)}>show me why</button>`
        : hunting(lab, judging.hunt, words, state)
    }
  </li>`;
}
