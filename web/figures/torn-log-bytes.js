// The bytes of Fig 6-11: each record a row of parts, each part its bytes in hexadecimal over what they say.
import { html, nothing } from 'lit';
import { formatBytes } from '../ui/format.js';
import { bytesOf, partAt } from './torn-log-run.js';
import { labelOf, recordName } from './torn-log-words.js';

/** @import { LogPart } from '../engine/engine.d.ts' */
/** @import { Damage, Torn } from './torn-log-run.js' */
/** @import { TornControls, TornPicture } from './torn-log-view.js' */

/** A press on a byte is a shorter way to it than the slider. @param {TornPicture} picture @param {TornControls} controls */
export function logBytes({ live, torn, damage, guess }, controls) {
  const { log, records, found_hex } = torn;
  const press = (/** @type {Event} */ event) => {
    const at = /** @type {Element} */ (event.target).getAttribute('data-at');
    if (live && at !== null && (damage.mode === 'cut' || guess !== null)) controls.move(Number(at));
  };
  const bytes = bytesOf(log.hex);
  const found = bytesOf(found_hex);
  return html`<div class="torn-log" role="group" aria-label="The bytes of the log, which stand in the table as well">
    <p class="torn-key">
      The file <code>${log.file}</code>. Two characters are one byte, a number from 0 to 255 in base 16: <code>${bytes[20]}</code> is ${Number.parseInt(bytes[20], 16)}. Under each group stands what its bytes say; beside the blade, above, under each byte the letter that it is, if it is one.
    </p>
    <ol class="torn-records" @click=${press}>
      ${records.map(
        (record, at) => html`<li class=${at % 2 === 0 ? 'torn-record' : 'torn-record other'}>
          <p class="torn-title"><span class="torn-number">${at + 1}</span> put <span class="whole">${formatBytes(record.key)}</span> <span class="whole">= ${formatBytes(record.value)}</span></p>
          <div class="torn-parts">
            ${log.parts
              .filter(({ record }) => record === at)
              .map((part) => partBytes(part, bytes, found, damage))}
            ${damage.mode === 'cut' && damage.at === log.bytes && at === records.length - 1 ? html`<i class="torn-end" aria-hidden="true"></i>` : nothing}
          </div>
        </li>`,
      )}
    </ol>
  </div>`;
}

/** @param {LogPart} part @param {string[]} bytes @param {string[]} found @param {Damage} damage */
function partBytes(part, bytes, found, damage) {
  const header = ['checksum', 'length', 'type'].includes(part.part);
  const here = part.from <= damage.at && damage.at < part.to;
  const gone = damage.mode === 'cut' && damage.at <= part.from;
  return html`<span class="torn-part ${header ? 'header' : ''} ${here ? 'here' : ''} ${gone ? 'gone' : ''}">
    <span class="torn-hex">${bytes.slice(part.from, part.to).map((byte, i) => one(part.from + i, byte, found[part.from + i], damage))}</span>
    <span class="torn-says">${labelOf(part)}</span>
  </span>`;
}

/** @param {number} at @param {string} byte as it was written @param {string | undefined} found @param {Damage} damage */
function one(at, byte, found, damage) {
  const cut = damage.mode === 'cut';
  const kind = [
    cut && at === damage.at ? 'blade' : '',
    found === undefined ? 'lost' : found === byte ? '' : 'turned',
  ].join(' ');
  return html`<code data-at=${at} class=${kind.trim() || nothing}>${found ?? byte}</code>`;
}

/** How many bytes are shown before the place and from it on. */
const [before, behind] = [4, 4];

/** The bytes next to the place, each over the letter that it is, where it is one. @param {Torn} torn @param {Damage} damage */
export function lens(torn, damage) {
  const bytes = bytesOf(torn.log.hex);
  const found = bytesOf(torn.found_hex);
  const from = Math.min(Math.max(0, damage.at - before), bytes.length - before - behind);
  const part = partAt(torn, damage.at);
  return html`<div class="torn-lens">
    <ol aria-hidden="true">
      ${bytes.slice(from, from + before + behind).map((byte, i) => {
        const at = from + i;
        const now = found[at] ?? byte;
        const kind = [
          damage.mode === 'cut' && at === damage.at ? 'blade' : '',
          found[at] === undefined ? 'lost' : now === byte ? '' : 'turned',
          (partAt(torn, at)?.record ?? 0) % 2 === 0 ? '' : 'other',
        ];
        return html`<li class=${kind.filter(Boolean).join(' ') || nothing}><b>${now}</b><span>${letterOf(now)}</span></li>`;
      })}
    </ol>
    <span>${part ? html`${damage.mode === 'cut' ? 'The first byte that is gone' : 'This byte'} is of ${recordName(part.record)}: <b>${labelOf(part)}</b>` : 'Nothing is gone.'}</span>
  </div>`;
}

/** The letter that a byte is in ASCII; a dot where it is none. @param {string} hex */
function letterOf(hex) {
  const code = Number.parseInt(hex, 16);
  return code > 32 && code < 127 ? String.fromCharCode(code) : '·';
}

/** The byte whose bit is turned, bit by bit. @param {TornPicture} picture @param {TornControls} controls */
export function turnedByte({ live, torn, damage }, controls) {
  if (damage.mode !== 'flip') return nothing;
  const written = Number.parseInt(bytesOf(torn.log.hex)[damage.at], 16);
  const found = Number.parseInt(bytesOf(torn.found_hex)[damage.at], 16);
  const hex = (/** @type {number} */ byte) => byte.toString(16).padStart(2, '0');
  return html`<div class="torn-bits">
    <span class="torn-name" id="torn-bits">its eight bits</span>
    <div class="segmented" role="group" aria-labelledby="torn-bits">
      ${[7, 6, 5, 4, 3, 2, 1, 0].map((bit) => {
        const value = (found >> bit) & 1;
        return html`<button type="button" ?disabled=${!live} aria-pressed=${String(bit === damage.bit)} @click=${() => controls.turn(bit)}><span class="visually-hidden">bit ${bit}: </span>${value}</button>`;
      })}
    </div>
    <span>written <code>${hex(written)}</code>, found <code>${hex(found)}</code></span>
  </div>`;
}
