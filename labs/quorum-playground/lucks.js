// A hundred other lucks as dots, and the price of the setting beside the old one.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { drawLucks } from '../../web/figures/lucks.js';
import { glyph } from './glyph.js';
import { price } from './price.js';
import { sameQuorum } from './scenario.js';
import { luckCount } from './trials.js';

/** @import { Lab } from './lab.js' */
/** @import { Ui } from './ui.js' */

/**
 * @param {Lab} lab
 * @param {Ui} ui
 */
export function lucks(lab, ui) {
  if (!lab.lit.lucks) return legend(lab);
  const result = lab.trying ? null : lab.trials?.result('lucks', lab.quorum);
  const outcomes = result?.outcomes.slice(0, lab.measuring.revealed) ?? '';
  const running = lab.trials?.progress?.kind === 'lucks';
  return html`
    <section class="lucks" aria-label="The same experiment with ${luckCount} lucks">
      <h2>Same experiment, ${luckCount} different lucks</h2>
      ${unsafeHTML(drawLucks({ outcomes, total: luckCount, width: ui.sideWidth }))}
      ${result || running ? counts(lab, outcomes) : nothing}
      ${
        lab.lit.hands && !result && !running && !lab.trying
          ? html`<button class="btn small" @click=${() => lab.tryLucks()}>Try ${luckCount} lucks</button>`
          : nothing
      }
      ${lab.lit.price ? price(lab) : nothing}
    </section>`;
}

/**
 * @param {Lab} lab
 * @param {string} outcomes
 */
function counts(lab, outcomes) {
  const before = sameQuorum(lab.before, lab.quorum) ? null : lab.trials?.result('lucks', lab.before);
  /** @param {string} letter */
  const count = (letter) => outcomes.split(letter).length - 1;
  const unanswered = count('u');
  return html`
    <dl class="counts">
      ${amount('fresh', 'fresh', count('f'), before?.fresh[0])}
      ${amount('stale', 'stale', count('s'), before?.stale[0])}
      ${unanswered > 0 ? amount('quiet', 'no answer', unanswered, undefined) : nothing}
    </dl>`;
}

/**
 * @param {string} shape
 * @param {string} word
 * @param {number} value
 * @param {number | undefined} before
 */
function amount(shape, word, value, before) {
  return html`<div>
    <dt class="is-${shape}">${glyph(shape)}${word}</dt>
    <dd><b>${value}</b><span class="of">of ${luckCount} lucks</span>${before === undefined ? nothing : html`<span class="ghost">was ${before}</span>`}</dd>
  </div>`;
}

/** Before there are any lucks: how to read the stage. @param {Lab} lab */
function legend(lab) {
  return html`
    <section class="lucks legend" aria-label="How to read the stage">
      <h2>How to read the stage</h2>
      <ul>
        <li>${glyph('flight')}<span>a message <b>in flight</b></span></li>
        ${lab.lit.doors ? html`<li>${glyph('held')}<span>a message that is <b>held</b> at its receiver’s door</span></li>` : nothing}
        <li>${glyph('fresh')}<span>a copy that is <b>up to date</b></span></li>
        <li>${glyph('behind')}<span>a copy that is <b>behind</b></span></li>
        <li>${glyph('done')}<span>what a client was told</span></li>
      </ul>
    </section>`;
}
