// Fig 6-4's picture: a pure function from what is known to the figure's frame.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { tableTwin } from '../ui/table-twin.js';
import { drawWorld } from './worlds-drawing.js';
import {
  before,
  key,
  machines,
  patience,
  requests,
  roundTrip,
  slowest,
  slowStep,
  until,
  ways,
  wires,
} from './worlds-measure.js';
import { hearing } from './worlds-news.js';

/** @import { Doubt, Request, Trouble, Way, Wire, World } from './worlds-measure.js' */

/** @typedef {'' | 'answered' | 'refused' | 'wrong'} Mark what somebody expects of a request */

/** @typedef {Record<Way, Mark[]>} Marks of the requests during the cut */

/** @typedef {'stopped' | Way} Decision of the world that has chosen nothing: none yet, or which */

/**
 * @typedef {object} WorldsPicture
 * @property {boolean} live
 * @property {Trouble} trouble
 * @property {Record<Way, World>} worlds
 * @property {Doubt | null} doubt where the worlds part
 * @property {Marks} marks
 * @property {number} at so many requests are over
 * @property {boolean} tried a run was seen to its end
 * @property {Decision | null} third null: there is no third world
 * @property {string} news
 */

/**
 * @typedef {object} WorldsControls
 * @property {(wire: Wire) => void} toggleWire
 * @property {() => void} cutOff
 * @property {(ms: number | null) => void} setMs
 * @property {(way: Way, at: number) => void} mark
 * @property {() => void} run
 * @property {() => void} next
 * @property {() => void} third
 * @property {(way: Way) => void} decide
 */

/** @type {WorldsControls} */
export const noControls = {
  toggleWire() {},
  cutOff() {},
  setMs() {},
  mark() {},
  run() {},
  next() {},
  third() {},
  decide() {},
};

/** @type {Mark[]} */
export const marksInOrder = ['', 'answered', 'refused', 'wrong'];

/** @type {Record<Mark, [shape: string, word: string, className: string]>} */
const markWords = {
  '': ['?', 'mark', 'hush'],
  answered: ['●', 'answered', 'fresh'],
  refused: ['✕', 'refused', 'failed'],
  wrong: ['◐', 'wrong', 'stale'],
};

/** @type {Record<Way, string>} */
const wayWords = { refuse: 'refuses when unsure', answer: 'always answers' };
/** @type {Record<Decision, string>} */
const thirdWords = {
  stopped: 'CA: has not chosen',
  refuse: 'CA: refuses after all',
  answer: 'CA: answers after all',
};

const beginMs = 100;
const runAll = 'run the twelve requests';
const runAgain = 'run again';

/** @param {WorldsPicture} picture @param {WorldsControls} controls */
export function worldsFrame(picture, controls) {
  return {
    caption: 'Fig 6-4 · two worlds',
    look: 'Cut C off and run. In each world, which of the twelve requests are answered, and which answers are right?',
    body: html`
      <div class="worlds-panel">
        ${network(picture, controls)}
        ${choices(picture, controls)}
      </div>
      <p class="news" role="status">${picture.news}</p>
      ${prompt(picture, controls)}
      ${worldsTable(picture, controls)}`,
    twin: twins(picture),
  };
}

/** @param {string} wire */
const wireName = (wire) => [...wire].join('–');

/** @param {WorldsPicture} picture @param {WorldsControls} controls */
function network({ live, trouble: { hit, ms } }, controls) {
  const kind = (/** @type {Wire} */ wire) => (!hit.includes(wire) ? '' : ms === null ? 'cut' : 'slow');
  return html`<div class="network" role="group" aria-label="The machines and the wires between them">
    <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      <path class=${kind('AB')} d="M12 12V88" />
      <path class=${kind('AC')} d="M12 12L88 50" />
      <path class=${kind('BC')} d="M12 88L88 50" />
    </svg>
    ${machines.map((name) => html`<span class="box at-${name}"><b>${name}</b></span>`)}
    ${wires.map(
      (wire) => html`<button
        type="button"
        class="snip at-${wire} ${kind(wire)}"
        ?disabled=${!live}
        aria-pressed=${String(hit.includes(wire))}
        aria-label=${`${ms === null ? 'cut' : 'slow'} the wire ${wireName(wire)}`}
        @click=${() => controls.toggleWire(wire)}
      ><span aria-hidden="true">✂</span> ${wireName(wire)}</button>`,
    )}
  </div>`;
}

/** @param {WorldsPicture} picture @param {WorldsControls} controls */
function choices(picture, controls) {
  const { live, trouble, at, tried, third } = picture;
  const whole = trouble.hit.length === 0;
  const ended = at === requests.length;
  return html`<div class="choices">
    <p class="asked">
      Three clients ask for <code>${key}</code>, each at its own machine: twelve requests, one after the other.
    </p>
    <p class="hearing">${hearing(trouble)}</p>
    <div class="row">
      <button
        type="button"
        class=${ended ? 'btn' : 'btn primary'}
        ?disabled=${!live}
        @click=${whole ? controls.cutOff : controls.run}
      >${whole ? html`<span aria-hidden="true">✂</span>cut C off` : ended ? runAgain : runAll}</button>
      ${
        whole
          ? html`<button type="button" class="btn" ?disabled=${!live} @click=${controls.run}>${ended ? runAgain : runAll}</button>`
          : nothing
      }
      <button type="button" class="btn" ?disabled=${!live} aria-disabled=${ended ? 'true' : nothing} @click=${controls.next}>next request</button>
      <button type="button" class="btn" ?disabled=${!live} aria-pressed=${String(third !== null)} @click=${controls.third}>CA: choose neither</button>
    </div>
    ${tried ? slower(picture, controls) : nothing}
  </div>`;
}

/** Cut, or slower by how much: one line that ends in a cut. @param {WorldsPicture} picture @param {WorldsControls} controls */
function slower({ live, trouble: { hit, ms } }, controls) {
  const value = ms ?? beginMs;
  return html`<div class="slower">
    <div class="segmented" role="group" aria-label="What happens to the chosen wires">
      <button type="button" ?disabled=${!live} aria-pressed=${String(ms === null)} @click=${() => controls.setMs(null)}>cut</button>
      <button type="button" ?disabled=${!live} aria-pressed=${String(ms !== null)} @click=${() => controls.setMs(value)}>only slower</button>
    </div>
    ${
      ms === null
        ? nothing
        : html`<label class="slow-by">
            <span>each way <b>+${ms} ms</b>, there and back ${roundTrip(ms)} ms: ${
              roundTrip(ms) > patience
                ? html`<em class="failed">✕ too late</em>`
                : html`<em class="fresh">● in time</em>`
            }</span>
            <input
              type="range"
              min="0"
              max=${slowest}
              step=${slowStep}
              value=${value}
              .value=${String(value)}
              ?disabled=${!live || hit.length === 0}
              aria-label="how much slower each way"
              aria-valuetext=${`${ms} ms each way, there and back ${roundTrip(ms)} ms`}
              @change=${(/** @type {Event} */ event) =>
                controls.setMs(Number(/** @type {HTMLInputElement} */ (event.target).value))}
            />
          </label>`
    }
  </div>`;
}

/** The third world has come to where it must choose. @param {WorldsPicture} picture */
export const thirdStops = ({ third, doubt }) => third === 'stopped' && doubt !== null;

/** So many requests are over in the third world. @param {WorldsPicture} picture */
export const shownIn = ({ third, doubt }) =>
  third === 'stopped' && doubt ? doubt.number - 1 : requests.length;

/** What it must choose, once it must; the choice can be made anew. @param {WorldsPicture} picture @param {WorldsControls} controls */
function prompt({ doubt, third, live }, controls) {
  if (third === null || !doubt) return nothing;
  const choice = (/** @type {Way} */ way) => html`<button
    type="button"
    class="btn"
    ?disabled=${!live}
    aria-pressed=${String(third === way)}
    @click=${() => controls.decide(way)}
  >${way}</button>`;
  return html`<div class="prompt row" role="group" aria-label=${`Request ${doubt.number} at ${doubt.machine}`}>
    <b>${doubt.machine} has heard nothing for ${patience} ms.</b>
    ${choice('answer')} ${choice('refuse')}
  </div>`;
}

/**
 * A column of the table: one of the two worlds, or the third, which is one of them as far as it goes.
 * @typedef {object} Column
 * @property {string} name
 * @property {Way | null} way whose marks stand in it
 * @property {World} world
 * @property {number} shown so many requests are over in it
 * @property {number | null} waits the request that waits for a choice
 */

/** @param {WorldsPicture} picture @returns {Column[]} */
function columnsOf(picture) {
  const { worlds, at, third, doubt } = picture;
  /** @type {Column[]} */
  const columns = ways.map((way) => ({
    name: wayWords[way],
    way,
    world: worlds[way],
    shown: at,
    waits: null,
  }));
  if (third === null) return columns;
  const world = third === 'answer' ? worlds.answer : worlds.refuse;
  const waits = thirdStops(picture) && doubt ? doubt.number : null;
  return [
    ...columns,
    { name: thirdWords[third], way: null, world, shown: Math.min(at, shownIn(picture)), waits },
  ];
}

/** @param {WorldsPicture} picture @param {WorldsControls} controls */
function worldsTable(picture, controls) {
  const columns = columnsOf(picture);
  const { trouble } = picture;
  return html`<div class="two-worlds" data-worlds=${columns.length}>
    <table role="table">
      <caption class="visually-hidden">The same twelve requests in each world</caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">same machines, same requests, same luck</th>
          ${columns.map(({ name }) => html`<th role="columnheader" scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        <tr role="row" class="machines">
          <th role="rowheader" scope="row">what each machine has, and in the end what it cost</th>
          ${columns.map((column) => machinesCell(column, trouble))}
        </tr>
        ${requests.map(
          (request, at) => html`
            ${at === before ? eventRow(trouble, columns.length, true) : nothing}
            ${at === until ? eventRow(trouble, columns.length, false) : nothing}
            <tr role="row">
              <th role="rowheader" scope="row"><i>${request.number}</i> <code>${request.what}</code> <span>at ${request.machine}</span></th>
              ${columns.map((column) => cell(picture, column, request, controls))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** @type {{word: string, of: (world: World) => string | number}[]} */
const costs = [
  { word: 'answered', of: ({ answered }) => answered },
  { word: 'refused', of: ({ refused }) => refused },
  { word: 'stale', of: ({ stale }) => stale },
  { word: 'overwrote unseen', of: ({ overwrote }) => (overwrote.length === 0 ? 0 : overwrote.join(', ')) },
];

/** @param {Column} column @param {Trouble} trouble */
function machinesCell({ world, shown }, trouble) {
  const phase = shown > until || trouble.hit.length === 0 ? 'whole' : shown <= before ? 'to come' : 'now';
  return html`<td role="cell">
    ${unsafeHTML(drawWorld({ held: world.held[shown], trouble, phase }))}
    ${
      shown < requests.length
        ? nothing
        : html`<ul class="costs">${costs.map(({ word, of }) => html`<li>${word} <b>${of(world)}</b></li>`)}</ul>`
    }
  </td>`;
}

/** What happens to the wires between two requests. @param {Trouble} trouble @param {number} columns @param {boolean} begins */
function eventRow({ hit, ms }, columns, begins) {
  const all = hit.map(wireName).join(', ');
  const what =
    hit.length === 0
      ? begins
        ? '1.0 s · nothing is cut'
        : ''
      : begins
        ? ms === null
          ? `✂ 1.0 s · ${all} cut`
          : `▸ 1.0 s · ${all} slower by ${ms} ms each way`
        : `3.2 s · ${all} whole again`;
  if (!what) return nothing;
  return html`<tr role="row" class="event"><td role="cell" colspan=${columns + 1}>${what}</td></tr>`;
}

/** @param {WorldsPicture} picture @param {Column} column @param {Request} request @param {WorldsControls} controls */
function cell(picture, column, request, controls) {
  const { number } = request;
  const { way, shown, waits } = column;
  const place = number - 1 - before;
  const markable = way && number > before && number <= until && picture.trouble.hit.length > 0;
  if (waits === number)
    return html`<td role="cell" class="waits"><b>?</b> <small>${request.machine} waits</small></td>`;
  if (number > shown) {
    if (!markable) return html`<td role="cell" class="hush">·</td>`;
    const [sign, word, className] = markWords[picture.marks[way][place]];
    return html`<td role="cell"><button
      type="button"
      class="mark ${className}"
      ?disabled=${!picture.live}
      aria-label=${`request ${number}, the world that ${wayWords[way]}: ${word === 'mark' ? 'no mark yet' : `marked ${word}`}`}
      @click=${() => controls.mark(way, place)}
    >${sign} ${word}</button></td>`;
  }
  const mark = markable ? picture.marks[way][place] : '';
  const { sign, words, className, ms } = told(column.world, number);
  return html`<td role="cell" class=${number === shown && shown < requests.length ? 'newest' : ''}>
    <b class=${className}>${sign} ${words}</b>
    ${ms > patience ? html`<small>${Math.round(ms)} ms</small>` : nothing}
    ${mark && way ? html`<small class="yours">${isRight(picture, way, place) ? '✓' : '✕'} you: ${mark}</small>` : nothing}
  </td>`;
}

/** The write that this one overwrote without having seen it. @param {number[]} overwrote @param {number} number */
const blindTo = (overwrote, number) => (overwrote.at(-1) === number ? overwrote[0] : undefined);

/** What a caller was told, and what the engine says of it. @param {World} world @param {number} number */
function told({ fates, overwrote }, number) {
  const { outcome, label, value, ms } = fates[number - 1];
  if (outcome !== 'ok')
    return { sign: '✕', words: outcome === 'refused' ? 'refused' : 'no answer', className: 'failed', ms };
  if (label === 'stale') return { sign: '◐', words: `${value} stale`, className: 'stale', ms };
  if (label) return { sign: '●', words: value, className: 'fresh', ms };
  const other = blindTo(overwrote, number);
  return other === undefined
    ? { sign: '●', words: 'saved', className: 'fresh', ms }
    : { sign: '◐', words: `saved, blind to ${other}`, className: 'stale', ms };
}

/**
 * Whether a mark is what came. A write that had not seen another one is answered, and is wrong.
 * @param {WorldsPicture} picture @param {Way} way @param {number} place
 */
export function isRight({ marks, worlds }, way, place) {
  const mark = marks[way][place];
  const number = before + place + 1;
  const { outcome, label } = worlds[way].fates[number - 1];
  if (outcome !== 'ok') return mark === 'refused';
  if (blindTo(worlds[way].overwrote, number) !== undefined) return mark === 'answered' || mark === 'wrong';
  return mark === (label === 'stale' ? 'wrong' : 'answered');
}

/** @param {World} world @param {number} number */
function toldPlain(world, number) {
  const { words, ms } = told(world, number);
  return `${words}, ${Math.round(ms)} ms`;
}

/** @param {string} caption @param {World[]} worlds @param {number} [shown] */
export function fateTwin(caption, worlds, shown = requests.length) {
  return tableTwin({
    caption,
    columns: ['Request', 'At', 'Time', ...worlds.map(({ way }) => `World that ${wayWords[way]}`)],
    rows: requests
      .slice(0, shown)
      .map(({ number, what, machine, at_us }) => [
        `${number}. ${what}`,
        machine,
        `${(at_us / 1_000_000).toFixed(1)} s`,
        ...worlds.map((world) => toldPlain(world, number)),
      ]),
    empty: 'None is over yet.',
  });
}

/** @param {World[]} worlds */
export function costTwin(worlds) {
  return tableTwin({
    caption: 'What it cost, of twelve requests',
    columns: ['World', ...costs.map(({ word }) => word)],
    rows: worlds.map((world) => [`that ${wayWords[world.way]}`, ...costs.map(({ of }) => of(world))]),
    empty: '',
  });
}

/** @param {WorldsPicture} picture */
function twins(picture) {
  const { worlds, at, trouble, doubt } = picture;
  const both = ways.map((way) => worlds[way]);
  return html`
    ${fateTwin(`The requests so far. ${hearing(trouble)}`, both, at)}
    ${at === requests.length ? costTwin(both) : nothing}
    ${tableTwin({
      caption: 'What each machine has now',
      columns: ['World', ...machines],
      rows: both.map(({ way, held }) => [`that ${wayWords[way]}`, ...held[at].map(({ value }) => value)]),
      empty: '',
    })}
    ${
      picture.third && doubt
        ? tableTwin({
            caption: 'The world that has not chosen',
            columns: ['Same run as both worlds', 'Until', 'Then waits', 'Chosen'],
            rows: [
              [
                `${doubt.position} events`,
                `${(doubt.us / 1_000_000).toFixed(3)} s`,
                `request ${doubt.number} at ${doubt.machine}`,
                picture.third === 'stopped' ? 'nothing yet' : wayWords[picture.third],
              ],
            ],
            empty: '',
          })
        : nothing
    }`;
}
