// Fig 6-1's drawing: a pure function from what is known to what is shown. The build draws the still picture with it.
import { html, nothing, svg } from 'lit';
import { formatList, group } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { shapePaths } from './shapes.js';

/** @import { Mark, Row, Told } from './contract-run.js' */

/**
 * @typedef {object} Answer what the store said to the last call
 * @property {string} call
 * @property {string} said
 * @property {string} note
 * @property {'plain' | 'fresh' | 'stale' | 'failed'} tone
 */

/**
 * @typedef {object} ContractPicture
 * @property {boolean} live
 * @property {'closed' | 'one' | 'five'} lid
 * @property {Row[]} rows
 * @property {{name: string, up: boolean, copies: number}[]} machines
 * @property {string} key in the field
 * @property {string} value in the field
 * @property {Answer} answer
 * @property {string} behind what the lid's plugs have done, in a sentence
 * @property {(string | number)[][]} calls for the table twin
 */

/**
 * @typedef {object} ContractControls
 * @property {(verb: 'put' | 'get' | 'delete') => void} call
 * @property {(name: 'key' | 'value', text: string) => void} type
 * @property {(row: Row) => void} choose
 * @property {(what: 'missing' | 'too large') => void} attempt
 * @property {() => void} toggleLid
 * @property {(lid: 'one' | 'five') => void} setMachines
 * @property {(machine: string, on: boolean) => void} plug
 */

/** @type {ContractControls} */
export const noControls = {
  call() {},
  type() {},
  choose() {},
  attempt() {},
  toggleLid() {},
  setMachines() {},
  plug() {},
};

/**
 * @param {ContractPicture} picture
 * @param {ContractControls} controls
 */
export function contractFrame(picture, controls) {
  return {
    caption: 'Fig 6-1 · the key-value contract',
    look: 'Put a value, get it back; then lift the lid, pull a plug, and ask again.',
    body: html`
      <div class="contract">
        ${callPanel(picture, controls)}
        <div class="records">${recordTable(picture, controls)} ${facts()}</div>
      </div>
      ${lid(picture, controls)}`,
    twin: [recordTwin(picture), callTwin(picture)],
  };
}

/** @param {ContractPicture} picture @param {ContractControls} controls */
function callPanel({ live, key, value, answer }, controls) {
  const typed = (/** @type {'key' | 'value'} */ name) => (/** @type {Event} */ event) =>
    controls.type(name, /** @type {HTMLInputElement} */ (event.target).value);
  const onEnter = (/** @type {'put' | 'get'} */ verb) => (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Enter') controls.call(verb);
  };
  return html`<div class="call">
    <p class="surface">
      <code>put(key, value)</code><code>get(key)</code>
      <span>two calls. that’s the surface.</span>
    </p>
    <label>key
      <input value=${key} .value=${key} ?disabled=${!live} spellcheck="false" autocomplete="off" autocapitalize="off"
        @input=${typed('key')} @keydown=${onEnter('get')} /></label>
    <label>value
      <input value=${value} .value=${value} ?disabled=${!live} spellcheck="false" autocomplete="off"
        autocapitalize="off" @input=${typed('value')} @keydown=${onEnter('put')} /></label>
    <div class="row">
      <button type="button" class="btn primary" ?disabled=${!live} @click=${() => controls.call('put')}>put</button>
      <button type="button" class="btn" ?disabled=${!live} @click=${() => controls.call('get')}>get</button>
      <button type="button" class="btn" ?disabled=${!live} @click=${() => controls.call('delete')}>delete</button>
      <small class="hush">delete is a put of a marker, see 07 and 09</small>
    </div>
    <div class="row tries">
      <span>try</span>
      <button type="button" ?disabled=${!live} @click=${() => controls.attempt('missing')}>a missing key</button>
      <button type="button" ?disabled=${!live} @click=${() => controls.attempt('too large')}>a value too large</button>
    </div>
    <div class="answer" data-tone=${answer.tone} role="status">
      <span>${answer.call}</span>
      <b>${answer.said}</b>
      <small>${answer.note}</small>
    </div>
  </div>`;
}

/** @param {ContractPicture} picture @param {ContractControls} controls */
function recordTable({ live, lid, rows, key: chosen }, controls) {
  const open = lid !== 'closed';
  const shown = open ? rows : rows.filter(({ deleted }) => !deleted);
  return html`<table class=${open ? 'open' : ''}>
    <caption class="visually-hidden">The records in the store</caption>
    <thead>
      <tr>
        <th scope="col">Key</th>
        <th scope="col">Value</th>
        ${open ? html`<th scope="col">Copies</th><th scope="col">A get now</th>` : nothing}
      </tr>
    </thead>
    <tbody>
      ${shown.map(
        (row) => html`<tr class=${row.key === chosen ? 'hit' : ''}>
          <th scope="row">
            <button type="button" ?disabled=${!live} @click=${() => controls.choose(row)}>${row.key}</button>
          </th>
          <td>${row.deleted ? html`<i>deleted: a marker</i>` : short(row.value)}</td>
          ${open ? html`<td class="copies">${marks(row)}</td><td class="now">${answersNow(row)}</td>` : nothing}
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** A long value is shown by its beginning and its size. @param {string} value */
function short(value) {
  if (value.length <= 48) return value;
  return html`${value.slice(0, 20)}… <small>${group(sizeOf(value))} bytes</small>`;
}

/** @param {string} text */
export function sizeOf(text) {
  return new TextEncoder().encode(text).length;
}

/** @type {Record<Told, [shape: string, word: string, className: string]>} */
const toldWords = {
  value: ['●', 'answers', 'fresh'],
  'older value': ['◐', 'an older value', 'stale'],
  nothing: ['○', 'nothing there', 'quiet'],
  silent: ['✕', 'silent', 'failed'],
};

/** @param {Row} row */
function answersNow({ told }) {
  if (!told) return html`<span class="hush">not asked</span>`;
  const [shape, word, className] = toldWords[told];
  return html`<span class=${`word ${className}`}>${shape} ${word}</span>`;
}

/** @type {Record<Mark, string>} */
const markWords = {
  up_to_date: 'up to date',
  behind: 'behind',
  off: 'unreachable',
  none: 'no copy',
};

/** One mark a machine: where the record lies. @param {Row} row */
function marks({ copies }) {
  const said = copies
    .filter(({ mark }) => mark !== 'none')
    .map(({ machine, mark }) => `${machine} ${markWords[mark]}`);
  return html`<svg class="marks" viewBox=${`0 0 ${copies.length * 20} 31`} width=${copies.length * 20} height="31"
      role="img" aria-label=${said.length ? `copies: ${formatList(said)}` : 'no copies'}>
      ${copies.map(
        ({ machine, mark }, at) => svg`<g transform=${`translate(${at * 20 + 3} 2)`} class=${`mark ${mark}`}>
          ${markShape(mark)}<text x="7" y="27" text-anchor="middle">${machine}</text></g>`,
      )}
    </svg>`;
}

/** @type {Record<Mark, string>} */
const markShapes = { up_to_date: 'fresh', behind: 'behind', off: 'failed', none: 'quiet' };

/** @param {Mark} mark */
function markShape(mark) {
  const { fill, line } = shapePaths[markShapes[mark]];
  return svg`<g transform="scale(0.875)">
    ${fill ? svg`<path class="fill" d=${fill} />` : nothing} ${line ? svg`<path class="line" d=${line} />` : nothing}
  </g>`;
}

/** @param {ContractPicture} picture @param {ContractControls} controls */
function lid(picture, controls) {
  const open = picture.lid !== 'closed';
  return html`<section class="lid" aria-label="Behind the surface: the machines">
    <button type="button" class="lift" aria-expanded=${String(open)} ?disabled=${!picture.live}
      @click=${controls.toggleLid}>
      <span>what is behind this?</span> <b>${open ? 'close the lid' : 'lift the lid'}</b>
    </button>
    ${open ? inside(picture, controls) : nothing}
  </section>`;
}

/** @param {ContractPicture} picture @param {ContractControls} controls */
function inside(picture, controls) {
  const choice = (/** @type {'one' | 'five'} */ name, /** @type {string} */ text) =>
    html`<button type="button" aria-pressed=${String(picture.lid === name)} @click=${() => controls.setMachines(name)}>
      ${text}
    </button>`;
  return html`<div class="inside">
    <div class="segmented" role="group" aria-label="How many machines">
      ${choice('one', 'one machine')} ${choice('five', 'five machines, three copies')}
    </div>
    <ul class="machines">
      ${picture.machines.map((machine) => machineTile(machine, controls))}
    </ul>
    <p class="behind" role="status">${picture.behind}</p>
    <p class="legend" aria-hidden="true">
      <span class="word fresh">● copy, up to date</span>
      ${
        picture.rows.some(({ copies }) => copies.some(({ mark }) => mark === 'behind'))
          ? html`<span class="word">⊖ copy, behind</span>`
          : nothing
      }
      <span class="word failed">✕ copy, unreachable</span>
      ${picture.lid === 'five' ? html`<span class="word quiet">○ no copy</span>` : nothing}
    </p>
  </div>`;
}

/**
 * @param {{name: string, up: boolean, copies: number}} machine
 * @param {ContractControls} controls
 */
function machineTile({ name, up, copies }, controls) {
  return html`<li class=${up ? 'machine' : 'machine off'}>
    ${machinePicture(up)}
    <span class="machine-name"><b>${name}</b> ${up ? '● on' : '✕ no power'}</span>
    <small>${copies === 1 ? '1 record' : `${copies} records`} on it</small>
    <button type="button" class="btn" @click=${() => controls.plug(name, !up)}>
      ${up ? 'pull the plug' : 'plug in'}<span class="visually-hidden">${up ? ` of ${name}` : ` ${name} again`}</span>
    </button>
  </li>`;
}

/** A box with a cable; the plug is in the socket or beside it. @param {boolean} up */
function machinePicture(up) {
  return html`<svg viewBox="0 0 96 44" aria-hidden="true">
    <rect x="4" y="6" width="46" height="30" rx="4" />
    <path class="thin" d="M11 14h22M11 21h22M11 28h22" />
    <circle class="lamp" cx="42" cy="14" r="2.5" />
    <rect class="socket" x="80" y="13" width="10" height="16" rx="2" />
    ${
      up
        ? svg`<path class="cable" d="M50 21h22" /><path class="plug" d="M72 16v10h4v-10zM76 18.500h4M76 23.500h4" />`
        : svg`<path class="cable" d="M50 21c8 0 5 15 13 15" /><path class="plug" d="M63 31v10h4v-10zM67 33.500h4M67 38.500h4" />`
    }
  </svg>`;
}

function facts() {
  return html`<div class="facts">
    <b>Behind the surface</b>
    <ul>
      <li>keys are unique</li>
      <li>values are opaque</li>
      <li>no schema, no joins</li>
      <li>must scale horizontally</li>
      <li>must survive node loss</li>
    </ul>
  </div>`;
}

/** @param {ContractPicture} picture */
function recordTwin({ rows, lid }) {
  const open = lid !== 'closed';
  const shown = open ? rows : rows.filter(({ deleted }) => !deleted);
  return tableTwin({
    caption: 'The records',
    columns: ['Key', 'Value', ...(open ? ['Copies', 'A get now'] : [])],
    rows: shown.map((row) => [
      row.key,
      row.deleted ? 'deleted: a marker' : row.value.slice(0, 48),
      ...(open
        ? [
            row.copies
              .filter(({ mark }) => mark !== 'none')
              .map(({ machine, mark }) => `${machine} ${markWords[mark]}`)
              .join(', '),
            row.told ? toldWords[row.told][1] : 'not asked',
          ]
        : []),
    ]),
    empty: 'The store is empty.',
  });
}

/** @param {ContractPicture} picture */
function callTwin({ calls }) {
  return tableTwin({
    caption: 'Your calls, newest last',
    columns: ['Call', 'Key', 'Told', 'Took'],
    rows: calls,
    empty: 'None yet.',
  });
}
