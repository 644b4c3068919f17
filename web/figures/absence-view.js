// Fig 6-9's picture: a pure function from what is known to the figure's frame.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { tableTwin } from '../ui/table-twin.js';
import { drawBands, drawRecords } from './absence-drawing.js';
import { away, carriers, countsOf, deletedKey, graceMs, lengths, windowMs } from './absence-run.js';
import { carrierWords, lengthWords, newsOf, placeNamed, shortLength, triedRows } from './absence-words.js';
import { focusWhenThere } from './focus.js';
import { glyph } from './glyph.js';
import { inWidths } from './widths.js';

/** @import { Carrier, Played } from './absence-run.js' */

/** @typedef {Record<Carrier, number>} Counts of the changes that each carrier brought */

/**
 * @typedef {object} AbsencePicture
 * @property {boolean} live
 * @property {boolean} returned C is back
 * @property {number} place of the dial
 * @property {Played} played
 * @property {Map<number, Counts>} tried by place
 * @property {number | null} running a length that is being run, where that takes a moment
 * @property {boolean} swept the last press ran every length
 */

/**
 * @typedef {object} AbsenceControls
 * @property {() => void} comeBack
 * @property {(place: number) => void} turn
 * @property {() => void} sweep
 */

/** @type {AbsenceControls} */
export const noControls = { comeBack() {}, turn() {}, sweep() {} };

/** @param {AbsencePicture} picture @param {AbsenceControls} controls */
export function absenceFrame(picture, controls) {
  const { returned, played } = picture;
  const shown = foundIn(picture);
  return {
    caption: 'Fig 6-9 · who brings it back',
    look: `Machine ${away} has been away while ${played.changes.length} records were changed. Bring it back. Then change how long it was away: who brings what it missed?`,
    body: html`
      ${returned ? dialPanel(picture, controls) : returnPanel(picture, controls)}
      <p class="news" role="status">${newsOf(picture)}</p>
      <div class="absence-drawn">
        ${inWidths((width) => drawRecords({ played, returned, shown, width }))}
        <p class="hush"><i class="ring" aria-hidden="true"></i> the record that was deleted, <code class="whole">${deletedKey}</code>: the first of the changes, so that its marker is the oldest</p>
      </div>
      ${returned ? explained(picture) : nothing}`,
    twin: twins(picture),
  };
}

/** The carriers that were found at any length so far. @param {AbsencePicture} picture @returns {Carrier[]} */
function foundIn({ tried }) {
  return carriers.filter((carrier) => [...tried.values()].some((counts) => counts[carrier] > 0));
}

/** @param {AbsencePicture} picture @param {AbsenceControls} controls */
function returnPanel({ live, played }, controls) {
  const press = (/** @type {Event} */ event) => {
    focusWhenThere(event, '.dial input');
    controls.comeBack();
  };
  return html`<div class="absence-panel">
    <p class="asked">The others have heard nothing of ${away} for <b>${lengthWords(played.ms)}</b>. Nothing on its disk is lost. Who will bring it the ${played.changes.length} changes?</p>
    <div class="row">
      <button type="button" class="btn primary" ?disabled=${!live} @click=${press}>bring ${away} back</button>
    </div>
  </div>`;
}

/** @param {string[]} names */
function placesOf(...names) {
  return names.map(placeNamed);
}

/** Which places of the dial have a label: always, and where there is room. */
const labelled = {
  always: placesOf('10ms', '1min', '3h', '11d'),
  roomy: placesOf('1s', '1h', '1d', '9d', '30d'),
};

/** @param {AbsencePicture} picture @param {AbsenceControls} controls */
function dialPanel(picture, controls) {
  const { live, place, played, tried, running } = picture;
  const whole = tried.size === lengths.length;
  const step = (/** @type {string} */ sign, /** @type {number} */ by, /** @type {string} */ way) =>
    html`<button type="button" class="btn step" ?disabled=${!live} aria-label="a ${way} absence" @click=${() => controls.turn(place + by)}>${sign}</button>`;
  return html`<div class="absence-panel">
    <div class="absence-dial">
      <label class="lane-name" for="absence-of-c">machine ${away} is away for</label>
      <output class="absence-is">${lengthWords(lengths[place])}</output>
      <div class="dial-steps">${step('−', -1, 'shorter')}${step('+', 1, 'longer')}</div>
      <div class="dial">
        <input
          id="absence-of-c"
          type="range"
          min="0"
          max=${lengths.length - 1}
          step="1"
          .value=${String(place)}
          value=${place}
          ?disabled=${!live}
          aria-valuetext=${lengthWords(lengths[place])}
          @input=${(/** @type {Event} */ event) =>
            controls.turn(Number(/** @type {HTMLInputElement} */ (event.target).value))}
        />
        <ol class="scale even" aria-hidden="true">${lengths.map((ms, at) => {
          const roomy = labelled.roomy.includes(at);
          return html`<li class=${roomy ? 'roomy' : ''}>${roomy || labelled.always.includes(at) ? shortLength(ms) : ''}</li>`;
        })}</ol>
        <div class="absence-strip"><div>${unsafeHTML(drawBands(tried, place))}</div></div>
      </div>
    </div>
    <p class="hush">Each length that was run has a column. The higher a colour is in it, the more of the ${played.changes.length} changes came that way.</p>
    <div class="row">
      <button type="button" class="btn" ?disabled=${!live} aria-disabled=${whole ? 'true' : nothing} @click=${controls.sweep}>
        ${whole ? 'every length was run' : 'run every length'}
      </button>
      <span class="hush legend">${foundIn(picture).map(
        (carrier) =>
          html`<span class="whole">${glyph(carrierWords[carrier].shape)} ${carrierWords[carrier].name}</span> `,
      )}${running === null ? nothing : html`<span class="whole">running ${lengthWords(lengths[running])} …</span>`}</span>
    </div>
  </div>`;
}

/** How each carrier that was at work came to it. @param {AbsencePicture} picture */
function explained({ played }) {
  const counts = countsOf(played);
  const atWork = carriers.filter((carrier) => counts[carrier] > 0);
  return html`<ul class="absence-how">
    ${atWork.map((carrier) => {
      const { name, shape, how } = carrierWords[carrier];
      return html`<li class=${carrier === 'nobody' ? 'failed' : ''}>${glyph(shape)} <span><b>${name}</b>: ${how}${more(played, carrier)}</span></li>`;
    })}
    ${counts.hint === 0 && played.ms > windowMs ? html`<li>${glyph(carrierWords.hint.shape)} <span><b>${carrierWords.hint.name}</b>: none. ${fewHints(played)}</span></li>` : nothing}
    <li class="stamp">Run ${played.hash.slice(0, 8)}</li>
  </ul>`;
}

/** The longer C is away, the further apart the changes are, and the fewer of them are early. @param {Pick<Played, 'changes'>} played */
function fewHints({ changes }) {
  const early = changes.filter(({ afterMs }) => afterMs < windowMs).length;
  const limit = lengthWords(windowMs);
  if (early > 0)
    return `The ${changes.length} changes are spread over the whole absence: ${early} of them ${early === 1 ? 'was' : 'were'} made in its first ${limit}.`;
  return `The first change was made ${timeWords(changes[0].afterMs)} after ${away} left, and after ${limit} of silence no new hints are kept.`;
}

/** @param {Played} played @param {Carrier} carrier */
function more({ ms, changes, back }, carrier) {
  if (carrier === 'hint' && ms > windowMs)
    return `. Of what was written after ${lengthWords(windowMs)} of silence, nobody kept any. ${fewHints({ changes })}`;
  if (carrier === 'nobody')
    return ` after ${lengthWords(graceMs)}, and ${away} still had the old record.${back.length > 1 ? ' The trees have copied it to the others.' : ''}`;
  return '.';
}

/** @param {AbsencePicture} picture */
function twins({ returned, played, tried }) {
  return html`${tableTwin({
    caption: returned
      ? `What ${away} had missed after ${lengthWords(played.ms)}, and who brought it`
      : `What ${away} has missed in ${lengthWords(played.ms)}`,
    columns: ['Record', 'Change', 'Made', 'Brought by', 'There within'],
    rows: played.changes.map(({ key, deleted, afterMs, by, withinMs }) => [
      key,
      deleted ? 'deleted' : 'new value',
      `${timeWords(afterMs)} after ${away} left`,
      returned ? carrierWords[by].name : '–',
      returned && withinMs !== null ? lengthWords(withinMs) : '–',
    ]),
    empty: '',
  })}
  ${tableTwin({
    caption: 'Lengths that were tried',
    columns: triedColumns,
    rows: triedRows(tried),
    empty: 'None yet.',
  })}`;
}

export const triedColumns = [`${away} is away for`, ...carriers.map((carrier) => carrierWords[carrier].name)];

/** A moment of the absence. @param {number} ms */
function timeWords(ms) {
  const [size, unit] = /** @type {[number, string][]} */ ([
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
    [0, 'ms'],
  ]).find(([size]) => ms >= size) ?? [0, 'ms'];
  return `${(ms / (size || 1)).toFixed(1)} ${unit}`;
}
