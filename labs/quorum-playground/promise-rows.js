// The promises under the verdict: the weakest one that was broken, in everyday words and then by its name; behind one
// press all of them, each with its state, its count, and a way to see it broken.
import { html, nothing } from 'lit';
import { glyph } from './glyph.js';
import { hunting } from './hunt-view.js';
import { behindWords, standing, standingWords, tally, wordsOf } from './promises.js';
import { whyPanel } from './why-view.js';

/** @import { Finding, PromiseId, Verdict } from '../../web/engine/engine.d.ts' */
/** @import { Judging } from './judging.js' */
/** @import { Lab } from './lab.js' */
/** @import { Words } from './promises.js' */
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
  const { weakest_broken: weakest } = verdict;
  return html`
    ${weakest ? brokenPromise(judging, verdict, weakest) : nothing}
    ${judging.why ? whyPanel(lab, judging.why, ui) : nothing}
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

/**
 * @param {Judging} judging
 * @param {Verdict} verdict
 * @param {PromiseId} weakest
 */
function brokenPromise(judging, verdict, weakest) {
  const { broken, name, source } = wordsOf(weakest);
  const others = standing(verdict).filter(({ finding }) => finding.state === 'broken').length - 1;
  return html`
    <div class="broken-promise">
      <p><b class="is-failed">${glyph('failed')}A promise was broken:</b> ${lowered(broken)}
        <small>In textbooks: ${name} (${source}).${
          others > 0
            ? ` ${others === 1 ? 'One stronger promise breaks' : `${others} others break`} with it.`
            : ''
        }</small></p>
      <button class="btn small" aria-expanded=${judging.why?.promise === weakest ? 'true' : 'false'} @click=${() => judging.toggle(weakest)}>show me why</button>
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
