// The inequality as a strip: N copies as slots, W filled from the left, R from the right. A slot that is both is why a
// read cannot miss a finished write.
import { html } from 'lit';

/** @typedef {{n: number, w: number, r: number}} Quorum */

/** Whether every read set must share a machine with every write set. @param {Quorum} quorum */
export function overlaps({ n, w, r }) {
  return w + r > n;
}

/** @param {Quorum} quorum */
export function overlapSlots({ n, w, r }) {
  return html`<div class="slots" role="img" aria-label=${`${n} copies: W takes ${w} from the left, R takes ${r} from the right, ${shared({ n, w, r })} are in both.`}>
    ${Array.from({ length: n }, (_, index) => slot(index < w, index >= n - r))}
  </div>`;
}

/** @param {Quorum} quorum @param {string} [meaning] where it is not about finished writes */
export function inequality({ n, w, r }, meaning = sentence(shared({ n, w, r }))) {
  return html`<p class="ineq"><b>${w} + ${r} = ${w + r} ${overlaps({ n, w, r }) ? '>' : '≤'} ${n}</b>
    <span>${meaning}</span></p>`;
}

/** @param {Quorum} quorum */
const shared = ({ n, w, r }) => Math.max(0, w + r - n);

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
  if (both === 0) return 'they need not share a copy: a read can miss a finished write';
  return `they must share ${both === 1 ? 'a copy' : `${both} copies`}: a read always meets a finished write`;
}
