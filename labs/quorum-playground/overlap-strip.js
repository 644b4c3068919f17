// The strip is the inequality: N slots, W filled from the left, R from the right. A slot that is both is why a read
// cannot miss a finished write.
import { html, nothing } from 'lit';
import { formatList } from '../../web/ui/format.js';
import { sign } from './glyph.js';
import { overlaps } from './scenario.js';

/** @import { Lab } from './lab.js' */

/** @param {Lab} lab */
export function overlapStrip(lab) {
  const { n, w, r } = lab.quorum;
  const { quorum: isLit, hands } = lab.lit;
  const both = Math.max(0, w + r - n);
  return html`
    <section class="strip ${isLit && !isAllLocked(lab) ? 'is-lit' : ''}" aria-label="N, W and R">
      <h2>${hands ? 'Change N, W or R' : isLit && !lab.locked('w') ? 'Change W or R' : 'How many must answer'}</h2>
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
        <div class="slots" role="img" aria-label=${`${n} slots: W fills ${w} from the left, R fills ${r} from the right, ${both} are both.`}>
          ${Array.from({ length: n }, (_, index) => slot(index < w, index >= n - r))}
        </div>
        ${hands ? copiesStepper(lab) : nothing}
      </div>
      ${lab.challenge ? html`<p class="locked" id="locked">N = ${n}. ${lockedNames(lab)} locked in this challenge.</p>` : nothing}
      <p class="ineq"><b>${w} + ${r} = ${w + r} ${overlaps(lab.quorum) ? '>' : '≤'} ${n}</b>
        <span>${sentence(both)}</span></p>
      ${
        hands
          ? html`<button class="btn small" @click=${() => lab.replay()}>Replay from the start with these</button>`
          : nothing
      }
    </section>`;
}

/**
 * @param {boolean} isW
 * @param {boolean} isR
 */
function slot(isW, isR) {
  return html`<span class="slot ${isW ? 'w' : ''} ${isR ? 'r' : ''}"
    ><i>${isW ? 'W' : ''}</i><em>${isW && isR ? 'both' : ''}</em><i>${isR ? 'R' : ''}</i></span
  >`;
}

/** @param {number} both */
function sentence(both) {
  if (both === 0) return 'no slot is both: a read can miss the write';
  return both === 1
    ? 'one slot is both: a read always meets the write'
    : `${both} slots are both: a read always meets the write`;
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
