// Fig 6-11 b's picture: a pure function from what is known to the figure's frame.
import { html, nothing } from 'lit';
import { formatShare, group } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { focusWhenThere } from './focus.js';
import { guessedWords } from './guessed.js';
import { drawBits, drawErrors, drawReads } from './lookups-drawing.js';
import { bitChoices } from './lookups-run.js';
import { bitsWords, microseconds, newsOf, perRead, stepsOf } from './lookups-words.js';
import { inWidths } from './widths.js';

/** @import { ShownLookup, TreeReads } from '../engine/engine.d.ts' */
/** @import { Bits, Reads } from './lookups-run.js' */

/**
 * @typedef {object} LookupsPicture
 * @property {boolean} live
 * @property {Reads} reads
 * @property {Reads} asked what the question was about: the reads with the first setting
 * @property {Bits} bits
 * @property {number} show which read is told step by step
 * @property {string | null} guess which of the two is slower
 * @property {TreeReads[] | null} each
 * @property {number | null} progress of trying every number of bits, 0..1
 */

/**
 * @typedef {object} LookupsControls
 * @property {(guess: string) => void} guess
 * @property {(bits: Bits) => void} setBits
 * @property {() => void} next
 * @property {() => void} tryAll
 */

/** @type {LookupsControls} */
export const noControls = { guess() {}, setBits() {}, next() {}, tryAll() {} };

const answers = /** @type {const} */ ([
  ['miss', 'the key that nobody wrote'],
  ['hit', 'the key that is there'],
  ['unsure', 'not sure'],
]);

/** @param {LookupsPicture} picture @param {LookupsControls} controls */
export function lookupsFrame(picture, controls) {
  const { reads, guess } = picture;
  return {
    caption: 'Fig 6-11 b · a miss and a hit',
    look: `${group(reads.keys)} keys stand in the files of ${reads.levels.length} levels. One key that is there is read, and one that nobody wrote. Which read is slower?`,
    body: html`
      ${guess === null ? question(picture, controls) : settings(picture, controls)}
      <p class="news" role="status">${newsOf(picture)}</p>
      ${guess === null ? nothing : results(picture)}`,
    twin: twins(picture),
  };
}

/** @param {LookupsPicture} picture @param {LookupsControls} controls */
function question({ live, bits }, controls) {
  return html`<div class="lookups-panel">
    <p class="asked" id="lookups-asked">Each file has a Bloom filter of ${bits} bits a key. Which of the two takes longer?</p>
    <div class="picks" role="group" aria-labelledby="lookups-asked">
      ${answers.map(
        ([id, words]) =>
          html`<button type="button" class="pick" ?disabled=${!live} @click=${(
            /** @type {Event} */ event,
          ) => {
            focusWhenThere(event, '.segmented [aria-pressed="true"]');
            controls.guess(id);
          }}>${words}</button>`,
      )}
    </div>
  </div>`;
}

/** @param {LookupsPicture} picture @param {LookupsControls} controls */
function settings({ live, asked, bits, each, progress, guess }, controls) {
  const slower = asked.miss.us_a_read > asked.hit.us_a_read ? 'miss' : 'hit';
  return html`<div class="lookups-panel">
    <p class="hush">${guessedWords(answers, guess ?? 'unsure', slower)}</p>
    <div class="lookups-settings">
      <div class="switch">
        <span id="lookups-bits">filter bits for each key</span>
        <div class="segmented" role="group" aria-labelledby="lookups-bits">
          ${bitChoices.map((choice) => html`<button type="button" ?disabled=${!live} aria-pressed=${String(choice === bits)} @click=${() => controls.setBits(choice)}>${choice === 0 ? 'none' : choice}</button>`)}
        </div>
      </div>
      <div class="row">
        <button type="button" class="btn" ?disabled=${!live} @click=${controls.next}>two other keys</button>
        <button type="button" class="btn" ?disabled=${!live} aria-disabled=${each || progress !== null ? 'true' : nothing} @click=${controls.tryAll}>try every number of bits</button>
      </div>
    </div>
  </div>`;
}

/** @param {LookupsPicture} picture */
function results({ reads, bits, each }) {
  return html`<div class="lookups-results">
    <div class="lookups-steps">
      ${steps(reads.shown.hit, 'A key that is there')} ${steps(reads.shown.miss, 'A key that nobody wrote')}
    </div>
    <div class="lookups-chart">
      <p class="column-name">${group(reads.reads)} reads of each kind, ${bitsWords(bits)}</p>
      ${inWidths((width) => drawReads({ reads, width }))}
      <p class="hush">Counted: the blocks that a read fetches from the disk. Computed from them: the time on an SSD that takes a tenth of a millisecond for a block. What is in memory counts as no time. A level is passed over where none of its files reaches to the key.</p>
    </div>
    ${each ? curves(each, bits) : nothing}
  </div>`;
}

/** @param {ShownLookup} read @param {string} name */
function steps(read, name) {
  return html`<div class="lookups-read" role="group" aria-label=${name}>
    <p class="column-name">${name}</p>
    <p><code>get ${read.key}</code></p>
    <ol>
      ${stepsOf(read).map(({ where, said, block }) => html`<li class=${block ? 'block' : ''}><span>${where}</span> <b>${said}</b></li>`)}
    </ol>
    <p><b>${read.found ? '✓ found' : '○ there is no such key'}</b> · ${read.blocks === 1 ? '1 block' : `${read.blocks} blocks`} from the disk, ${microseconds(read.us)}</p>
  </div>`;
}

/** @param {TreeReads[]} each @param {number} bits */
function curves(each, bits) {
  return html`<div class="lookups-chart">
      <p class="column-name">The average read, by bits of filter for each key</p>
      ${inWidths((width) => drawBits({ each, bits, width }))}
    </div>
    <div class="lookups-chart">
      <p class="column-name">How often a filter says “perhaps” of a key that is not there</p>
      ${inWidths((width) => drawErrors({ each, width }))}
      <p class="hush">Each filter covers one block of some thirty keys. With many bits the dots stay above the line: in filters as small as these, LevelDB’s probes meet more often than the formula assumes.</p>
    </div>`;
}

/** A share that may be very small. @param {number | null} share */
const shareWords = (share) => (share === null ? '–' : share === 0 ? 'none' : formatShare(share, 1));

/** What a tree came to, as a row. @param {Pick<TreeReads, 'bloom_bits' | 'hit' | 'miss' | 'false_positives'>} tree */
export const treeRow = ({ bloom_bits, hit, miss, false_positives: { measured, theory } }) => [
  bloom_bits === 0 ? 'none' : bloom_bits,
  microseconds(hit.us_a_read),
  microseconds(miss.us_a_read),
  perRead(hit.blocks_a_read),
  perRead(miss.blocks_a_read),
  shareWords(measured),
  shareWords(theory),
];

export const treeColumns = [
  'Filter bits a key',
  'A hit',
  'A miss',
  'Blocks for a hit',
  'Blocks for a miss',
  'Wrong “perhaps”, measured',
  'In theory',
];

/** @param {LookupsPicture} picture */
function twins({ reads, bits, guess, each }) {
  if (guess === null)
    return tableTwin({
      caption: 'A miss and a hit',
      columns: treeColumns,
      rows: [],
      empty: 'Nothing was read yet.',
    });
  const rows = each ?? [{ ...reads, bloom_bits: bits }];
  return html`${tableTwin({ caption: 'A read on average', columns: treeColumns, rows: rows.map(treeRow), empty: '' })}
  ${tableTwin({
    caption: 'The two reads, step by step',
    columns: ['Step', 'Key', 'Where', 'What was said'],
    rows: [reads.shown.hit, reads.shown.miss].flatMap((read) =>
      stepsOf(read).map(({ where, said }, at) => [at + 1, read.key, where, said]),
    ),
    empty: '',
  })}`;
}
