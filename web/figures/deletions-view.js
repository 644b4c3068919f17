// Fig 6-11 c's picture: a pure function from what is known to the figure's frame.
import { html, nothing } from 'lit';
import { formatShare, group } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { drawDirectory } from './deletions-drawing.js';
import { parts } from './deletions-run.js';
import { focusWhenThere } from './focus.js';
import { guessedWords } from './guessed.js';
import { inWidths } from './widths.js';

/** @import { DirectoryState } from '../engine/engine.d.ts' */
/** @import { Emptied, Part } from './deletions-run.js' */

/**
 * @typedef {object} DeletionsPicture
 * @property {boolean} live
 * @property {Emptied} run
 * @property {Part} part how far the run is shown
 * @property {string | null} guess what deleting does to the directory
 */

/**
 * @typedef {object} DeletionsControls
 * @property {(guess: string) => void} guess
 * @property {() => void} compact
 * @property {() => void} download
 */

/** @type {DeletionsControls} */
export const noControls = { guess() {}, compact() {}, download() {} };

/** @param {number} bytes */
export const kilobytes = (bytes) => `${(bytes / 1000).toFixed(bytes > 0 && bytes < 10_000 ? 1 : 0)}\u00a0KB`;

const answers = /** @type {const} */ ([
  ['smaller', 'next to nothing'],
  ['same', 'as many as before'],
  ['larger', 'more than before'],
  ['unsure', 'not sure'],
]);

/** @param {DeletionsPicture} picture @param {DeletionsControls} controls */
export function deletionsFrame(picture, controls) {
  const { run, part } = picture;
  return {
    caption: 'Fig 6-11 c · delete everything',
    look: `A database holds ${group(run.keys)} keys with short values. Delete every one of them and watch the size of the directory.`,
    body: html`
      ${panel(picture, controls)}
      <p class="news" role="status">${newsOf(picture)}</p>
      <div class="deletions-chart">
        <ul class="deletions-key">
          <li><i class="thick" aria-hidden="true"></i> bytes in the directory</li>
          <li><i aria-hidden="true"></i> bytes of keys and values that can be read</li>
        </ul>
        ${inWidths((width) => drawDirectory({ run, part, width }))}
      </div>
      ${state(picture, controls)}`,
    twin: twins(picture),
  };
}

/** By a twentieth: less is as many as before. @param {Emptied} run */
function whatBecame({ filled, deleted }) {
  const times = deleted.directory_bytes / filled.directory_bytes;
  return times > 1.05 ? 'larger' : times < 0.95 ? 'smaller' : 'same';
}

/** @param {DeletionsPicture} picture @param {DeletionsControls} controls */
function panel({ live, run, part, guess }, controls) {
  if (part === 'filled')
    return html`<div class="deletions-panel">
      <p class="asked" id="deletions-asked">
        The directory has ${kilobytes(run.filled.directory_bytes)}. All ${group(run.keys)} keys are deleted, one after the other. How many bytes has it then?
      </p>
      <div class="picks" role="group" aria-labelledby="deletions-asked">
        ${answers.map(
          ([id, words]) =>
            html`<button type="button" class="pick" ?disabled=${!live} @click=${(
              /** @type {Event} */ event,
            ) => {
              focusWhenThere(event, '.deletions-panel .btn');
              controls.guess(id);
            }}>${words}</button>`,
        )}
      </div>
    </div>`;
  return html`<div class="deletions-panel">
    <p class="hush">${guessedWords(answers, guess ?? 'unsure', whatBecame(run))}</p>
    <div class="row">
      <button type="button" class=${part === 'compacted' ? 'btn' : 'btn primary'} ?disabled=${!live} aria-disabled=${part === 'compacted' ? 'true' : nothing} @click=${controls.compact}>${part === 'compacted' ? 'it is compacted' : 'compact it'}</button>
    </div>
  </div>`;
}

/** @param {DeletionsPicture} picture */
export function newsOf({ run, part }) {
  const { filled, deleted, compacted, keys } = run;
  if (part === 'filled')
    return `All ${group(keys)} keys are there: ${kilobytes(filled.live_bytes)} of keys and values, in a directory of ${kilobytes(filled.directory_bytes)}.`;
  const change = deleted.directory_bytes / filled.directory_bytes;
  if (part === 'deleted') {
    const size =
      change >= 1
        ? `and the directory has grown by ${formatShare(change - 1, 1)}, from ${kilobytes(filled.directory_bytes)} to ${kilobytes(deleted.directory_bytes)}`
        : `and the directory still has ${kilobytes(deleted.directory_bytes)} of ${kilobytes(filled.directory_bytes)}`;
    return `No key can be read any more, ${size}. Each deletion was written down.${dips(run) ? ' Where the line falls, a small compaction has come by itself.' : ''}`;
  }
  return `The compaction has merged all files: what was deleted is left out, and so are the deletions. ${kilobytes(compacted.directory_bytes)} are left of ${kilobytes(deleted.directory_bytes)}, and that is the list of files and an empty log.`;
}

/** Whether the directory became smaller on the way. @param {Emptied} run */
const dips = ({ moments }) =>
  moments.some(
    ({ deletes, directory_bytes }, at) =>
      deletes > 0 && at < moments.length - 1 && directory_bytes < moments[at - 1].directory_bytes,
  );

/** @param {DeletionsPicture} picture @param {DeletionsControls} controls */
function state({ live, run, part }, controls) {
  const known = parts.slice(0, parts.indexOf(part) + 1);
  return html`<div class="deletions-state">
    <table>
      <thead><tr>${stateColumns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
      <tbody>
        ${known.map((part) => {
          const [head, ...cells] = stateRow(part, run[part]);
          return html`<tr><th scope="row">${head}</th>${cells.map((cell, at) => html`<td data-label=${stateColumns[at + 1]}>${cell}</td>`)}</tr>`;
        })}
      </tbody>
    </table>
    <div class="deletions-foot">
      <button type="button" class="btn" ?disabled=${!live} @click=${controls.download}>download the directory, ${partWords[part]}</button>
      <span class="hush">as a tar archive; the real LevelDB opens it</span>
    </div>
  </div>`;
}

/** @type {Record<Part, string>} */
const partWords = { filled: 'filled', deleted: 'all deleted', compacted: 'compacted' };

export const stateColumns = [
  'the database',
  'the directory',
  'the log',
  'files on each level',
  'written for a byte put',
  'blocks for a read',
  'on disk for a byte kept',
];

/** @param {number | null} share */
const times = (share) => (share === null ? '–' : share.toFixed(2));

/** @param {Part} part @param {DirectoryState} state @returns {string[]} */
export const stateRow = (part, { directory_bytes, log_bytes, levels, amplification }) => [
  partWords[part],
  kilobytes(directory_bytes),
  kilobytes(log_bytes),
  levels.some(({ tables }) => tables > 0) ? levels.map(({ tables }) => tables).join(' · ') : 'none',
  times(amplification.write),
  times(amplification.read),
  times(amplification.space),
];

/** @param {DeletionsPicture} picture */
function twins({ run, part }) {
  const at = parts.indexOf(part);
  const shown = run.moments.filter(({ deletes }, i) =>
    at === 0 ? deletes === 0 : at === 1 ? i < run.moments.length - 1 : true,
  );
  return html`${tableTwin({
    caption: 'The database',
    columns: stateColumns,
    rows: parts.slice(0, at + 1).map((part) => stateRow(part, run[part])),
    empty: '',
  })}
  ${tableTwin({
    caption: 'Bytes in the directory, and of what can be read',
    columns: ['Puts and deletions', 'In the directory', 'Can be read'],
    rows: shown
      .filter((_, i) => i % 5 === 0 || i === shown.length - 1)
      .map(({ puts, deletes, directory_bytes, live_bytes }) => [
        `${group(puts)} and ${group(deletes)}`,
        kilobytes(directory_bytes),
        kilobytes(live_bytes),
      ]),
    empty: '',
  })}
  ${tableTwin({
    caption: `The files, ${partWords[part]}`,
    columns: ['File', 'Bytes'],
    rows: run[part].files.map(({ name, bytes }) => [name, group(bytes)]),
    empty: '',
  })}`;
}
