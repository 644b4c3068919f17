// How a claim's mark and panel look: pure functions from what is known.
import { html, nothing } from 'lit';
import { capital, formatShare } from '../ui/format.js';
import { boundsInWords, formatShown, runsOf, seedsInWords, statedNumber } from './shown.js';

/** @import { Claim } from '../engine/engine.d.ts' */
/** @import { ClaimFile } from './definitions.js' */

/** @typedef {{offset: number, measured: number | null, stands: boolean}} Rerun */

/**
 * @typedef {object} ClaimPicture
 * @property {string} claim its id
 * @property {ClaimFile | null} file
 * @property {string} problem
 * @property {number | null} progress
 * @property {Rerun[]} reruns
 */

/**
 * @typedef {object} ClaimControls
 * @property {() => void} press
 * @property {(event: PointerEvent) => void} hover
 * @property {() => void} again
 * @property {() => void} stop
 */

/**
 * @param {{id: string, wrong: boolean, stated: string, open: boolean}} mark
 * @param {ClaimControls} controls
 */
export function claimMark({ id, wrong, stated, open }, controls) {
  const name = wrong ? `This sentence is wrong: ${stated}. See the run` : `Checked: ${stated}. See the run`;
  return html`<button type="button" class=${wrong ? 'claim-mark wrong' : 'claim-mark'} aria-label=${name}
      aria-expanded=${String(open)} aria-controls=${`claim-${id}`}
      @click=${controls.press} @pointerenter=${controls.hover}
    ><svg viewBox="0 0 16 16" aria-hidden="true"><path d=${wrong ? 'M3 3l10 10M13 3L3 13' : 'M2 9l4 4.500L14 3'} /></svg></button>`;
}

/** @param {ClaimPicture} picture @param {ClaimControls} controls */
export function claimPanel({ claim: id, file, problem, progress, reruns }, controls) {
  return html`<span class="claim-panel" id=${`claim-${id}`} role="group" aria-label="The run behind this sentence">
    ${file ? contents(file) : problem ? nothing : html`<span class="hush">…</span>`}
    ${file && reruns.length > 0 ? html`<span class="claim-part">${reruns.map((rerun) => rerunLine(file.claim, rerun))}</span>` : nothing}
    ${problem ? html`<span class="claim-part word failed">✕ ${problem}</span>` : nothing}
    ${file ? html`<span class="claim-part">${runControls(progress, controls)}</span>` : nothing}
  </span>`;
}

/** @param {ClaimFile} file */
function contents({ claim, run, quantity, measured }) {
  return html`<b>${
    claim.fails
      ? '✕ This sentence is wrong, and here is the run.'
      : '✓ This sentence was checked by running it.'
  }</b>
    <span class="claim-part">${run} ${luckInWords(claim.experiment)}</span>
    <span class="claim-part">What is measured: ${quantity}. ${statedLine(claim)} ${
      measured === null ? nothing : html`Measured when this page was built: <b>${shown(claim, measured)}</b>.`
    }</span>
    <span class="claim-part claim-source">${claim.source}</span>`;
}

/** What a seed is, where a reader first meets one. @param {Claim['experiment']} experiment */
function luckInWords(experiment) {
  const seeds = seedsInWords(experiment, 0);
  return experiment.kind === 'check' || experiment.kind === 'torn_log'
    ? ''
    : `${runsOf(experiment) === 1 ? 'Its luck' : 'Each has its own luck'}: ${seeds}.`;
}

/** @param {Claim} claim */
function statedLine({ expect, show = plainShow(expect), fails, sentence }) {
  const said = formatShown(statedNumber(expect), show);
  const bounds = boundsInWords(expect, show);
  if (!sentence.includes('{value}') && !fails) return html`It is right while the result is ${bounds}.`;
  if (!sentence.includes('{value}')) return html`To be right the sentence would need <b>${bounds}</b>.`;
  if (fails && !('value' in expect)) return html`The sentence says <b>${bounds}</b>.`;
  if (fails) return html`The sentence says <b>${said}</b>, and would be right while the result is ${bounds}.`;
  return bounds === 'exactly 0'
    ? html`The sentence says <b>${said}</b>, and is wrong with the first that is not.`
    : html`The sentence says <b>${said}</b>, and is right while the result is ${bounds}.`;
}

/** How a number is written that no sentence has. @param {Claim['expect']} expect @returns {import('../engine/engine.d.ts').Show} */
const plainShow = (expect) => ({
  as: 'number',
  digits: Object.values(expect).every(Number.isInteger) ? 0 : 1,
});

/** @param {Claim} claim @param {Rerun} rerun */
function rerunLine(claim, rerun) {
  return html`<span class="claim-rerun">${capital(seedsInWords(claim.experiment, rerun.offset))}:
    <b>${shown(claim, rerun.measured)}</b>. ${verdict(claim, rerun)}</span>`;
}

/** @param {Claim} claim @param {Rerun} rerun */
function verdict({ fails }, { stands }) {
  if (fails) return stands ? '✕ Wrong again.' : 'This time it happened to hold.';
  return stands ? '✓ Right again.' : '✕ Not right with these.';
}

/**
 * The same in one sentence, for a reader who does not see the panel.
 * @param {Claim} claim
 * @param {Rerun} rerun
 */
export function verdictSentence(claim, rerun) {
  const words = verdict(claim, rerun).replace(/^[✓✕] /, '');
  return `${capital(seedsInWords(claim.experiment, rerun.offset))}: ${shown(claim, rerun.measured)}. ${words}`;
}

/** One button for both, so that the focus stays where it is. @param {number | null} progress @param {ClaimControls} controls */
function runControls(progress, controls) {
  const runs = progress !== null;
  return html`<button type="button" class="btn" @click=${runs ? controls.stop : controls.again}>
      ${runs ? 'stop' : 'run it again with other luck'}
    </button>
    ${
      runs
        ? html`<progress aria-label="The run" value=${progress}></progress>
          <span aria-hidden="true">${formatShare(Math.floor(progress * 100), 100)}</span>`
        : nothing
    }`;
}

/** One digit more than the sentence has, unless it counts. @param {Claim} claim @param {number | null} measured */
function shown({ show }, measured) {
  if (measured === null) return 'nothing';
  // Where the sentence has no number, a whole one is written as one.
  if (!show && Number.isInteger(measured)) return formatShown(measured, { as: 'number', digits: 0 });
  return formatShown(
    measured,
    show ?? { as: 'number', digits: 1 },
    show?.as === 'number' && show.digits === 0 ? 0 : 1,
  );
}
