// N, W and R as they are chosen, over the strip that is their inequality.
import { html, nothing } from 'lit';
import { inequality, overlapSlots } from '../../web/figures/overlap.js';
import { formatList } from '../../web/ui/format.js';
import { sign } from './glyph.js';

/** @import { Lab } from './lab.js' */

/** @param {Lab} lab */
export function overlapStrip(lab) {
  const { n } = lab.quorum;
  const { quorum: isLit, hands } = lab.lit;
  const freeN = hands || lab.challenge?.frees('n');
  return html`
    <section class="strip ${isLit && !isAllLocked(lab) ? 'is-lit' : ''}" aria-label="N, W and R">
      <h2>${freeN ? 'Change N, W or R' : isLit && !lab.locked('w') ? 'Change W or R' : 'How many must answer'}</h2>
      <div class="steppers">
        ${stepper(lab, 'w', 'W', 'copies that must have a write', n)}
        ${
          isLit
            ? nothing
            : html`<span class="stepper" title="copies of each key"><span class="letter">N</span><span class="amount">${n}</span></span>`
        }
        ${stepper(lab, 'r', 'R', 'answers that a read takes', n)}
      </div>
      <div class="slot-row">
        ${overlapSlots(lab.quorum)}
        ${freeN ? copiesStepper(lab) : nothing}
      </div>
      ${lab.challenge ? html`<p class="locked" id="locked">N = ${n}. ${lockedNames(lab)} locked in this challenge.</p>` : nothing}
      ${inequality(lab.quorum)}
      ${
        hands
          ? html`<button class="btn small" @click=${() => lab.replay()}>Replay from the start with these</button>`
          : nothing
      }
    </section>`;
}

/**
 * @param {Lab} lab
 * @param {'n' | 'w' | 'r'} name
 * @param {string} letter
 * @param {string} meaning
 * @param {number} most
 */
function stepper(lab, name, letter, meaning, most) {
  const value = lab.quorum[name];
  const read = html`<span class="letter">${letter}</span><span class="amount">${value}</span>`;
  if (!lab.lit.quorum) return html`<span class="stepper" title=${meaning}>${read}</span>`;
  return html`
    <span class="stepper" role="group" aria-label="${letter}, ${meaning}" title=${meaning}>
      ${change(lab, name, -1, most)} ${read} ${change(lab, name, 1, most)}
    </span>`;
}

/** On a phone there is no room for what cannot be pressed. @param {Lab} lab */
function isAllLocked(lab) {
  return lab.locked('w') !== '' && lab.locked('r') !== '';
}

/** @param {Lab} lab */
function lockedNames(lab) {
  const names = /** @type {const} */ (['n', 'w', 'r']).filter((name) => lab.locked(name));
  if (names.length === 0) return 'None of the three is';
  return `${formatList(names.map((name) => name.toUpperCase()))} ${names.length === 1 ? 'is' : 'are'}`;
}

/** N stands at the end of the slots that it counts. @param {Lab} lab */
function copiesStepper(lab) {
  return html`<div class="copies-stepper" role="group" aria-label="N, copies of each key">
    ${change(lab, 'n', 1, lab.machines)} <span class="letter" aria-hidden="true">N = ${lab.quorum.n}</span> ${change(lab, 'n', -1, lab.machines)}
  </div>`;
}

/**
 * @param {Lab} lab
 * @param {'n' | 'w' | 'r'} name
 * @param {1 | -1} by
 * @param {number} most
 */
function change(lab, name, by, most) {
  const value = lab.quorum[name];
  const locked = lab.locked(name);
  const atLimit = locked !== '' || (by > 0 ? value >= most : value <= 1);
  // A limit is said with aria-disabled: a button that vanished under the finger would lose the focus.
  return html`<button
    class="btn icon"
    aria-label="${name.toUpperCase()} ${by > 0 ? 'more' : 'less'}, now ${value}"
    aria-disabled=${atLimit ? 'true' : 'false'}
    aria-describedby=${locked ? 'locked' : nothing}
    @click=${() => lab.setQuorum({ [name]: value + by })}
  >${sign(by > 0 ? 'more' : 'less')}</button>`;
}
