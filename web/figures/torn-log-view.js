// Fig 6-11's picture: a pure function from what is known to the figure's frame.
import { html, nothing } from 'lit';
import { formatBytes } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { focusWhenThere } from './focus.js';
import { guessedWords } from './guessed.js';
import { lens, logBytes, turnedByte } from './torn-log-bytes.js';
import { drawCuts, drawFlips, pressedAt } from './torn-log-drawing.js';
import { isBack } from './torn-log-run.js';
import { cutPlace, damageWords, flipPlace, labelOf, newsOf, putWords, toldWords } from './torn-log-words.js';
import { inWidths } from './widths.js';

/** @import { Reopened } from '../engine/engine.d.ts' */
/** @import { Damage, EachByte, Torn } from './torn-log-run.js' */

/**
 * @typedef {object} TornPicture
 * @property {boolean} live
 * @property {Torn} torn
 * @property {Damage} damage
 * @property {Map<number, number | null>} tried puts that came back, by the cut; null: it did not open
 * @property {string | null} guess what a turned bit was guessed to do
 * @property {Reopened | null} asked what it did
 * @property {EachByte | null} each
 * @property {boolean} swept the last press ran every place
 */

/**
 * @typedef {object} TornControls
 * @property {(mode: Damage['mode']) => void} mode
 * @property {(at: number) => void} move
 * @property {(way: 1 | -1) => void} edge
 * @property {(bit: number) => void} turn
 * @property {(guess: string) => void} guess
 * @property {() => void} sweep
 * @property {() => void} download
 */

/** @type {TornControls} */
export const noControls = {
  mode() {},
  move() {},
  edge() {},
  turn() {},
  guess() {},
  sweep() {},
  download() {},
};

/** @param {TornPicture} picture @param {TornControls} controls */
export function tornFrame(picture, controls) {
  const { damage, guess } = picture;
  const known = damage.mode === 'cut' || guess !== null;
  return {
    caption: 'Fig 6-11 · the guillotine',
    look: 'These are the bytes of a real log with three puts. Let the power fail: move the blade into the third record, byte by byte. Then turn a single bit instead.',
    body: html`
      ${modeSwitch(picture, controls)}
      ${damage.mode === 'cut' ? blade(picture, controls) : bit(picture, controls)}
      <p class="news" role="status">${newsOf(picture)}</p>
      ${known ? reopened(picture) : nothing}
      ${logBytes(picture, controls)}
      ${known ? foot(picture, controls) : nothing}`,
    twin: twins(picture),
  };
}

/** @param {TornPicture} picture @param {TornControls} controls */
function modeSwitch({ live, damage: { mode } }, controls) {
  const choice = (/** @type {Damage['mode']} */ name, /** @type {string} */ words) =>
    html`<button type="button" ?disabled=${!live} aria-pressed=${String(mode === name)} @click=${() => controls.mode(name)}>${words}</button>`;
  return html`<div class="torn-mode">
    <div class="segmented" role="group" aria-label="What happens to the log">
      ${choice('cut', 'cut the log')} ${choice('flip', 'turn one bit')}
    </div>
  </div>`;
}

/** @param {TornPicture} picture @param {TornControls} controls */
function blade(picture, controls) {
  const { torn, damage, tried } = picture;
  return html`<div class="torn-panel">
    ${place(picture, controls, {
      name: 'the blade',
      most: torn.log.bytes,
      words: `after ${damage.at} of ${torn.log.bytes} bytes, ${cutPlace(torn, damage.at)}`,
    })}
    ${lens(torn, damage)}
    ${chart(picture, controls, (width) => drawCuts({ torn, tried, at: damage.at, width }))}
    ${every(picture, controls, 'cut at every byte')}
  </div>`;
}

/** @param {TornPicture} picture @param {TornControls} controls */
function bit(picture, controls) {
  const { torn, damage, guess, each, swept } = picture;
  if (damage.mode !== 'flip') return nothing;
  if (guess === null) return question(picture, controls);
  return html`<div class="torn-panel">
    ${place(picture, controls, {
      name: 'the byte',
      most: torn.log.bytes - 1,
      words: `byte ${damage.at + 1} of ${torn.log.bytes}, ${flipPlace(torn, damage.at)}`,
    })}
    ${lens(torn, damage)} ${turnedByte(picture, controls)} ${every(picture, controls, 'turn every bit')}
    ${swept && each ? chart(picture, controls, (width) => drawFlips({ torn, each, at: damage.at, width })) : nothing}
  </div>`;
}

/**
 * A press on it is a shorter way than the slider.
 * @param {TornPicture} picture @param {TornControls} controls @param {(width: number) => string} draw
 */
function chart({ live, torn, damage }, controls, draw) {
  const press = (/** @type {MouseEvent} */ event) => {
    const at = live ? pressedAt(event, torn, damage.mode) : null;
    if (at !== null) controls.move(at);
  };
  return html`<div class="torn-chart" @click=${press}>${inWidths(draw)}</div>`;
}

const answers = /** @type {const} */ ([
  ['refuses', 'it refuses to open'],
  ['others', 'it opens, without record 1'],
  ['none', 'it opens, and is empty'],
  ['unsure', 'not sure'],
]);

/** @param {TornPicture} picture @param {TornControls} controls */
function question({ live, torn, damage }, controls) {
  const [first] = torn.records;
  return html`<div class="torn-panel">
    <p class="asked" id="torn-asked">
      All bytes are there, but one bit of record 1 has turned, ${flipPlace(torn, damage.at).replace('in record 1, ', '')} “${formatBytes(first.value)}”. Records 2 and 3 are untouched. This chapter’s store opens the log again: what does it do?
    </p>
    <div class="picks" role="group" aria-labelledby="torn-asked">
      ${answers.map(
        ([id, words]) =>
          html`<button type="button" class="pick" ?disabled=${!live} @click=${(
            /** @type {Event} */ event,
          ) => {
            focusWhenThere(event, '#torn-at');
            controls.guess(id);
          }}>${words}</button>`,
      )}
    </div>
  </div>`;
}

/**
 * The slider, with a step of a byte and of a record.
 * @param {TornPicture} picture
 * @param {TornControls} controls
 * @param {{name: string, most: number, words: string}} dial
 */
function place({ live, damage: { at } }, controls, { name, most, words }) {
  const step = (/** @type {string} */ sign, /** @type {string} */ label, /** @type {() => void} */ go) =>
    html`<button type="button" class="btn step" ?disabled=${!live} aria-label=${label} @click=${go}>${sign}</button>`;
  const keys = (/** @type {KeyboardEvent} */ event) => {
    const way = event.key === 'PageUp' ? 1 : event.key === 'PageDown' ? -1 : 0;
    if (way === 0) return;
    event.preventDefault();
    controls.edge(way);
  };
  return html`<div class="torn-place">
    <label class="torn-name" for="torn-at">${name}</label>
    <output class="torn-is" for="torn-at">${words}</output>
    <div class="torn-steps">
      ${step('«', 'one record back', () => controls.edge(-1))} ${step('−', 'one byte back', () => controls.move(at - 1))}
      ${step('+', 'one byte on', () => controls.move(at + 1))} ${step('»', 'one record on', () => controls.edge(1))}
    </div>
    <div class="dial">
      <input
        id="torn-at"
        type="range"
        min="0"
        max=${most}
        step="1"
        .value=${String(at)}
        value=${at}
        ?disabled=${!live}
        aria-valuetext=${words}
        @keydown=${keys}
        @input=${(/** @type {Event} */ event) =>
          controls.move(Number(/** @type {HTMLInputElement} */ (event.target).value))}
      />
    </div>
  </div>`;
}

/** What each store holds after it was opened again. @param {TornPicture} picture */
function reopened({ torn, damage, guess, asked }) {
  const columns = /** @type {[string, Reopened][]} */ (
    damage.mode === 'cut'
      ? [['after reopening', torn.ours]]
      : [
          ['this store', torn.ours],
          ['LevelDB', torn.leveldb],
        ]
  );
  return html`<div class="torn-reopened">
    ${damage.mode === 'flip' && guess !== null ? html`<p class="hush">${guessedWords(answers, guess, asked?.opened ? (asked.puts === 0 ? 'none' : 'others') : 'refuses')}</p>` : nothing}
    <table>
      <thead><tr><th scope="col">put</th><th scope="col">its caller was told</th>${columns.map(([name]) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>
        ${torn.records.map(
          (record, at) => html`<tr>
            <th scope="row"><span class="torn-number">${at + 1}</span> <span class="whole">${formatBytes(record.key)}</span> <span class="whole">= ${formatBytes(record.value)}</span></th>
            <td data-label="told">${toldWords(record)}</td>
            ${columns.map(([name, opened]) => html`<td data-label=${name}>${state(opened, at)}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** @param {Reopened} opened @param {number} record */
function state(opened, record) {
  if (!opened.opened) return html`<span class="word">does not open</span>`;
  if (isBack(opened, record)) return html`<span class="word">✓ there</span>`;
  return html`<span class="word failed">✕ gone</span>`;
}

/** Beside the chart that it fills. @param {TornPicture} picture @param {TornControls} controls @param {string} words */
const every = ({ live, swept }, controls, words) =>
  html`<div class="row"><button type="button" class="btn" ?disabled=${!live} aria-disabled=${swept ? 'true' : nothing} @click=${controls.sweep}>${words}</button></div>`;

/** @param {TornPicture} picture @param {TornControls} controls */
function foot({ live, torn, damage }, controls) {
  return html`<div class="torn-foot">
    <div class="row">
      <button type="button" class="btn" ?disabled=${!live} @click=${controls.download}>download the directory</button>
    </div>
    <p class="hush">${damage.mode === 'cut' && torn.ours.puts === torn.leveldb.puts ? 'LevelDB recovers the same from this cut. ' : nothing}The download is the directory as it is found, as a tar archive; the real LevelDB opens it.</p>
  </div>`;
}

/** @param {TornPicture} picture */
function twins(picture) {
  const { torn, damage, guess, tried } = picture;
  const known = damage.mode === 'cut' || guess !== null;
  const held = (/** @type {Reopened} */ opened, /** @type {number} */ record) =>
    opened.opened ? (isBack(opened, record) ? 'there' : 'gone') : 'it does not open';
  return html`${tableTwin({
    caption: `What is there after reopening: ${damageWords(torn, damage)}`,
    columns: ['Put', 'Its caller was told', 'This store', 'LevelDB'],
    rows: torn.records.map((record, at) => [
      putWords(record),
      toldWords(record),
      ...(known ? [held(torn.ours, at), held(torn.leveldb, at)] : ['not said yet', 'not said yet']),
    ]),
    empty: '',
  })}
  ${tableTwin({
    caption: 'What each byte of the log is',
    columns: ['Bytes', 'Record', 'Hex', 'It says'],
    rows: torn.log.parts.map((part) => [
      part.to === part.from + 1 ? `${part.from + 1}` : `${part.from + 1} to ${part.to}`,
      part.record + 1,
      torn.log.hex.slice(2 * part.from, 2 * part.to).replace(/..(?=.)/g, '$& '),
      labelOf(part),
    ]),
    empty: '',
  })}
  ${tableTwin({
    caption: 'Where the blade has been',
    columns: ['Cut after', 'Puts after reopening'],
    rows: cutRows(tried),
    empty: '',
  })}`;
}

/** Neighbouring cuts with the same count are one row. @param {Map<number, number | null>} tried */
export function cutRows(tried) {
  /** @type {{from: number, to: number, puts: number | null}[]} */
  const runs = [];
  for (const [cut, puts] of [...tried].sort(([left], [right]) => left - right)) {
    const last = runs.at(-1);
    if (last && last.puts === puts && last.to === cut - 1) last.to = cut;
    else runs.push({ from: cut, to: cut, puts });
  }
  return runs.map(({ from, to, puts }) => [
    from === to ? `${from} bytes` : `${from} to ${to} bytes`,
    puts ?? 'it does not open',
  ]);
}
