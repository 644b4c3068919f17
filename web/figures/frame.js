// The frame every figure of the pages stands in: what to look for, the figure, its table twin, its caption with
// reset, copy link and "as a table". A pure function: the build draws the still picture with it, the page the live one.
import { html, nothing } from 'lit';

/**
 * @typedef {object} Frame
 * @property {string} caption "Fig 6-1 · the key-value contract"
 * @property {string} look one sentence on what to look for
 * @property {string} [again] what a reset has done, where it does not lead back to the beginning
 * @property {unknown} body
 * @property {unknown} twin the table that says the same
 */

/**
 * @typedef {object} FrameControls
 * @property {boolean} live false: the still picture, whose buttons wait for the engine
 * @property {boolean} twinOpen
 * @property {string} copied what became of "copy link": "", "copied", or the link to copy by hand
 * @property {string} problem why the figure does not run, or ""
 * @property {string} note what the reader must know of the link that was opened, or ""
 * @property {boolean} again it has been reset, and not been used since
 * @property {() => void} reset
 * @property {() => void} copyLink
 * @property {() => void} toggleTwin
 * @property {() => void} retry
 */

/** @type {FrameControls} */
export const stillControls = {
  live: false,
  twinOpen: false,
  copied: '',
  problem: '',
  note: '',
  again: false,
  reset() {},
  copyLink() {},
  toggleTwin() {},
  retry() {},
};

/**
 * @param {Frame} figure
 * @param {FrameControls} controls
 */
export function frame(figure, controls) {
  const off = !controls.live;
  return html`<figure class="sim">
    <p class=${controls.again ? 'look again' : 'look'} tabindex="-1">${controls.again ? html`<b>${figure.again ?? 'Back at the beginning.'}</b> ` : nothing}${figure.look}</p>
    ${controls.note ? html`<p class="look" role="status">${controls.note}</p>` : nothing}
    ${figure.body}
    ${controls.twinOpen ? twinPlace(figure, controls) : nothing}
    ${controls.problem ? problemBox(controls) : nothing} ${copyBox(controls.copied)}
    <figcaption>
      <span>${figure.caption}</span>
      <span class="tools">
        <button type="button" ?disabled=${off} @click=${controls.reset}>reset</button>
        <button type="button" ?disabled=${off} @click=${controls.copyLink}>
          ${controls.copied === 'copied' ? 'link copied' : 'copy link'}
        </button>
        <button type="button" ?disabled=${off} aria-expanded=${String(controls.twinOpen)} @click=${controls.toggleTwin}>
          as a table
        </button>
      </span>
    </figcaption>
  </figure>`;
}

/** A long table can be closed where it begins as well. @param {Frame} figure @param {FrameControls} controls */
function twinPlace({ twin }, { toggleTwin }) {
  return html`<div class="twin-place">
    <p class="tools"><button type="button" @click=${toggleTwin}>close the table</button></p>
    ${twin}
  </div>`;
}

/** @param {{problem: string, retry: () => void}} controls */
export function problemBox({ problem, retry }) {
  return html`<div class="problem" role="alert">
    <p><b>✕ This figure does not run.</b> ${problem}</p>
    <button type="button" class="btn" @click=${retry}>start from the beginning</button>
  </div>`;
}

/** Where the clipboard is out of reach, the link stands selected in a field. @param {string} copied */
function copyBox(copied) {
  if (copied === '' || copied === 'copied') return nothing;
  return html`<label class="copy-by-hand">
    Copy this link:
    <input readonly .value=${copied} @focus=${selectAll} />
  </label>`;
}

/** @param {Event} event */
function selectAll(event) {
  /** @type {HTMLInputElement} */ (event.target).select();
}
