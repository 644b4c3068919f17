// Fig 6-4's table: a column for each world, a row for each request, and the same as plain tables.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { capital, formatList } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { drawWorld } from './worlds-drawing.js';
import {
  before,
  cutUs,
  healUs,
  machines,
  patience,
  phaseOf,
  requests,
  until,
  ways,
} from './worlds-measure.js';
import { clock, hearing } from './worlds-news.js';
import { isRight, marksInOrder, markWords, shownIn, thirdStops, toldOf } from './worlds-state.js';

/** @import { Request, Trouble, Way, World } from './worlds-measure.js' */
/** @import { Decision, Mark, WorldsPicture } from './worlds-state.js' */
/** @import { WorldsControls } from './worlds-view.js' */

/** @type {Record<Way, string>} */
const wayWords = { refuse: 'refuses when unsure', answer: 'always answers' };
/** @type {Record<Decision, string>} */
const thirdWords = {
  stopped: 'CA: has not chosen',
  refuse: 'CA: refuses after all',
  answer: 'CA: answers after all',
};

/** @param {string} wire */
export const wireName = (wire) => [...wire].join('–');

/**
 * A column of the table: one of the two worlds, or the third, which is one of them as far as it goes.
 * @typedef {object} Column
 * @property {string} name
 * @property {Way | null} way whose marks stand in it
 * @property {World} world
 * @property {number} shown so many requests were seen to be over in it
 * @property {number} at the moment that is shown
 * @property {number | null} waits the request that waits for a choice
 */

/** @param {WorldsPicture} picture @returns {Column[]} */
function columnsOf(picture) {
  const { worlds, at, seen, third, doubt } = picture;
  /** @type {Column[]} */
  const columns = ways.map((way) => ({
    name: wayWords[way],
    way,
    world: worlds[way],
    shown: seen,
    at,
    waits: null,
  }));
  if (third === null) return columns;
  const world = third === 'answer' ? worlds.answer : worlds.refuse;
  const waits = thirdStops(picture) && doubt ? doubt.number : null;
  return [
    ...columns,
    {
      name: thirdWords[third],
      way: null,
      world,
      shown: Math.min(seen, shownIn(picture)),
      at: Math.min(at, shownIn(picture)),
      waits,
    },
  ];
}

/** @param {WorldsPicture} picture @param {WorldsControls} controls */
export function worldsTable(picture, controls) {
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
          <th role="rowheader" scope="row">${machinesWords(picture)}</th>
          ${columns.map((column) => machinesCell(column, trouble))}
        </tr>
        ${requests.map(
          (request, at) => html`
            ${at === before ? eventRow(trouble, columns.length, true) : nothing}
            ${at === until ? eventRow(trouble, columns.length, false) : nothing}
            <tr role="row">
              <th role="rowheader" scope="row"><i>${request.number}</i> <code>${request.what}</code> <span>at ${request.machine}</span> <small>${clock(request.at_us)}</small></th>
              ${columns.map((column) => cell(picture, column, request, controls))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** @param {number} at */
function momentOf(at) {
  if (at === 0) return 'what each machine has at the beginning';
  return `what each machine has ${at === requests.length ? 'in the end' : `after request ${at}`}`;
}

/** @param {WorldsPicture} picture */
const machinesWords = ({ at, seen }) =>
  `${momentOf(at)}${seen === requests.length ? ', and what all twelve cost' : ''}`;

/** @type {{word: string, of: (world: World) => string | number}[]} */
const costs = [
  { word: 'answered', of: ({ answered }) => answered },
  { word: 'refused', of: ({ refused }) => refused },
  { word: 'stale reads', of: ({ stale }) => stale },
  { word: 'clashing writes', of: ({ clashes }) => clashing(clashes) },
];

/** How many, and which. @param {World['clashes']} clashes */
function clashing(clashes) {
  const numbers = clashes.flatMap(({ numbers }) => numbers);
  return numbers.length === 0 ? 0 : `${numbers.length} (${formatList(numbers.map(String))})`;
}

/** @param {Column} column @param {Trouble} trouble */
function machinesCell({ world, shown, at }, trouble) {
  return html`<td role="cell"><div class="state">
    ${unsafeHTML(drawWorld({ held: world.held[at], trouble, phase: phaseOf(trouble, at) }))}
    ${
      shown < requests.length
        ? nothing
        : html`<ul class="costs">${costs.map(({ word, of }) => html`<li>${word} <b>${of(world)}</b></li>`)}</ul>`
    }
  </div></td>`;
}

/** What happens to the wires between two requests. @param {Trouble} trouble @param {number} columns @param {boolean} begins */
function eventRow({ hit, ms }, columns, begins) {
  const all = hit.map(wireName).join(', ');
  const what =
    hit.length === 0
      ? begins
        ? `${clock(cutUs)} · nothing is cut`
        : ''
      : begins
        ? ms === null
          ? `✂ ${clock(cutUs)} · ${all} cut`
          : `▸ ${clock(cutUs)} · ${all} slower by ${ms} ms each way`
        : `${clock(healUs)} · ${all} whole again`;
  if (!what) return nothing;
  return html`<tr role="row" class="event"><td role="cell" colspan=${columns + 1}>${what}</td></tr>`;
}

/** @param {WorldsPicture} picture @param {Column} column @param {Request} request @param {WorldsControls} controls */
function cell(picture, column, request, controls) {
  const { number } = request;
  const { way, shown, at, waits } = column;
  const place = number - 1 - before;
  const markable = way && number > before && number <= until && picture.trouble.hit.length > 0;
  if (waits === number)
    return html`<td role="cell" class="waits"><b>?</b> <small>${request.machine} waits</small></td>`;
  if (number > shown) {
    return markable
      ? html`<td role="cell">${guess(picture, way, place, request, controls)}</td>`
      : html`<td role="cell" class="hush">·</td>`;
  }
  const mark = markable ? picture.marks[way][place] : '';
  const { sign, words, className, ms, note } = toldOf(column.world, number);
  return html`<td role="cell" class=${number === at && at < requests.length ? 'newest' : ''}>
    <b class=${className}>${sign} ${words}</b>
    ${ms > patience ? html`<small>${Math.round(ms)} ms</small>` : nothing}
    ${note ? html`<small class="note">${note}</small>` : nothing}
    ${mark && way ? html`<small class="yours">${isRight(picture, way, place) ? '✓' : '✕'} your guess: ${markWords(mark, request).slice(2)}</small>` : nothing}
  </td>`;
}

/** @param {WorldsPicture} picture @param {Way} way @param {number} place @param {Request} request @param {WorldsControls} controls */
function guess({ live, marks }, way, place, request, controls) {
  const now = marks[way][place];
  return html`<select
    class="mark ${now ? '' : 'hush'}"
    ?disabled=${!live}
    aria-label=${`your guess for request ${request.number}, the world that ${wayWords[way]}`}
    @change=${(/** @type {Event} */ event) =>
      controls.mark(way, place, /** @type {Mark} */ (/** @type {HTMLSelectElement} */ (event.target).value))}
  >${marksInOrder.map((mark) => html`<option value=${mark} .selected=${mark === now}>${markWords(mark, request)}</option>`)}</select>`;
}

/** @param {World} world @param {number} number */
function toldPlain(world, number) {
  const { words, ms, note } = toldOf(world, number);
  return `${words}, ${Math.round(ms)} ms${note ? ` (${note})` : ''}`;
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
        clock(at_us),
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
export function twins(picture) {
  const { worlds, at, seen, trouble, doubt } = picture;
  const both = ways.map((way) => worlds[way]);
  return html`
    ${fateTwin(`The requests so far. ${hearing(trouble)}`, both, seen)}
    ${seen === requests.length ? costTwin(both) : nothing}
    ${tableTwin({
      caption: capital(momentOf(at)),
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
