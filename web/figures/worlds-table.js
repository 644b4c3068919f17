// Fig 6-4's table: a column for each world, a row for each request, and the same as plain tables.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { capital, formatList } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { glyph } from './glyph.js';
import { drawWorld } from './worlds-drawing.js';
import {
  before,
  cutUs,
  healUs,
  machines,
  momentUs,
  patience,
  phaseOf,
  requests,
  requestsWord,
  until,
  ways,
  wireName,
} from './worlds-measure.js';
import { clock, hearing } from './worlds-news.js';
import { isOver, isRight, marksInOrder, markWords, thirdStops, toldOf } from './worlds-state.js';

/** @import { Held, Phase, Request, Trouble, Way, World } from './worlds-measure.js' */
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

/**
 * A column of the table: one of the two worlds, or the third, which is one of them as far as it goes.
 * @typedef {object} Column
 * @property {string} name
 * @property {Way | null} way whose marks stand in it
 * @property {World} world
 * @property {(number: number) => 'told' | 'waits' | 'choice' | 'to come'} standing of a request
 * @property {Held[]} held
 * @property {Phase} phase of the trouble
 * @property {boolean} ended
 * @property {string} hash of its run, as far as it goes
 */

/** @param {WorldsPicture} picture @returns {Column[]} */
function columnsOf(picture) {
  const { worlds, trouble, at, seen, third, doubt } = picture;
  /** @param {string} name @param {World} world @param {Way | null} way @returns {Column} */
  const column = (name, world, way) => ({
    name,
    way,
    world,
    standing: (number) => (number > seen ? 'to come' : isOver(world, number, seen) ? 'told' : 'waits'),
    held: world.held[at],
    phase: phaseOf(trouble, at),
    ended: seen === requests.length,
    hash: world.hash,
  });
  const columns = ways.map((way) => column(wayWords[way], worlds[way], way));
  if (third === null) return columns;
  const last = column(thirdWords[third], third === 'answer' ? worlds.answer : worlds.refuse, null);
  if (!thirdStops(picture) || !doubt) return [...columns, last];
  // It goes no further than to where it must choose, which is between two requests' moments.
  const isThere = momentUs(at, last.world.last_us) >= doubt.us;
  /** @type {Column} */
  const stopped = {
    ...last,
    standing: (number) =>
      number === doubt.number ? 'choice' : doubt.told.includes(number) ? 'told' : 'to come',
    ...(isThere ? { held: doubt.held, phase: /** @type {const} */ ('now') } : {}),
    ended: false,
    hash: doubt.hash,
  };
  return [...columns, stopped];
}

/** @param {WorldsPicture} picture @param {WorldsControls} controls */
export function worldsTable(picture, controls) {
  const columns = columnsOf(picture);
  const { trouble } = picture;
  return html`<div class="two-worlds" data-worlds=${columns.length}>
    <table role="table">
      <caption class="visually-hidden">The same ${requestsWord} requests in each world</caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">same machines, same requests, same luck</th>
          ${columns.map(({ name }) => html`<th role="columnheader" scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        <tr role="row" class="machines">
          <th role="rowheader" scope="row">${machinesWords(picture)}</th>
          ${columns.map((column) => machinesCell(column, trouble, picture.seen === requests.length))}
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

/** Enough of a run's hash to tell two apart by eye. @param {string} hash */
const shortHash = (hash) => hash.slice(0, 8);

/** @param {number} at */
function momentOf(at) {
  if (at === 0) return 'what each machine has at the beginning';
  return `what each machine has ${at === requests.length ? 'in the end' : `at ${clock(momentUs(at, 0))}`}`;
}

/** @param {WorldsPicture} picture */
const machinesWords = ({ at, seen }) =>
  `${momentOf(at)}${seen === requests.length ? `, and what all ${requestsWord} cost` : ''}`;

/** @type {{word: string, of: (world: World) => string | number}[]} */
const costs = [
  { word: 'answered', of: ({ answered }) => answered },
  { word: 'refused', of: ({ refused }) => refused },
  { word: 'stale reads', of: ({ stale }) => stale },
  { word: 'clashing requests', of: ({ clashes }) => clashing(clashes) },
];

/** Which requests they are. @param {World['clashes']} clashes */
function clashing(clashes) {
  const numbers = clashes.flatMap(({ numbers }) => numbers);
  return numbers.length === 0 ? 'none' : formatList(numbers.map(String));
}

/** @param {Column} column @param {Trouble} trouble @param {boolean} shown whether its run was seen to the end */
function machinesCell({ world, held, phase, ended, hash }, trouble, shown) {
  return html`<td role="cell"><div class="state">
    ${unsafeHTML(drawWorld({ held, trouble, phase }))}
    ${
      !ended
        ? nothing
        : html`<ul class="costs">${costs.map(({ word, of }) => html`<li>${word} <b>${of(world)}</b></li>`)}</ul>`
    }
    ${shown ? html`<small>run ${shortHash(hash)}</small>` : nothing}
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
  const { way } = column;
  const { at, seen } = picture;
  const standing = column.standing(number);
  const place = number - 1 - before;
  const markable = way && number > before && number <= until && picture.trouble.hit.length > 0;
  if (standing === 'choice')
    return html`<td role="cell" class="waits"><b>?</b> <small>${request.machine} waits</small></td>`;
  if (standing === 'waits') return html`<td role="cell" class="waits"><small>waits</small></td>`;
  if (standing === 'to come') {
    return markable
      ? html`<td role="cell">${guess(picture, way, place, request, controls)}</td>`
      : html`<td role="cell" class="hush">·</td>`;
  }
  const mark = markable ? picture.marks[way][place] : '';
  const { words, kind, ms, note } = toldOf(column.world, number, seen);
  return html`<td role="cell" class=${number === at && at < requests.length ? 'newest' : ''}>
    <b class=${kind}>${glyph(kind)} ${words}</b>
    ${ms > patience ? html`<small>${Math.round(ms)} ms</small>` : nothing}
    ${note ? html`<small class="note">${note}</small>` : nothing}
    ${mark && way ? yours(isRight(picture, way, place), markWords(mark, request)) : nothing}
  </td>`;
}

/** @param {boolean} right @param {string} words */
const yours = (right, words) =>
  html`<small class="yours">${glyph(right ? 'done' : 'failed')} ${right ? 'right' : 'wrong'} guess: ${words}</small>`;

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

/** @param {World} world @param {number} number @param {number} asked */
function toldPlain(world, number, asked) {
  if (!isOver(world, number, asked)) return 'waits';
  const { words, ms, note } = toldOf(world, number, asked);
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
        ...worlds.map((world) => toldPlain(world, number, shown)),
      ]),
    empty: 'None is over yet.',
  });
}

/** @param {World[]} worlds */
export function costTwin(worlds) {
  return tableTwin({
    caption: `What it cost, of ${requestsWord} requests`,
    columns: ['World', ...costs.map(({ word }) => word), 'Run'],
    rows: worlds.map((world) => [
      `that ${wayWords[world.way]}`,
      ...costs.map(({ of }) => of(world)),
      shortHash(world.hash),
    ]),
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
            columns: ['Same run as both worlds', 'Until', 'Run so far', 'Then waits', 'Chosen'],
            rows: [
              [
                `${doubt.position} events`,
                `${(doubt.us / 1_000_000).toFixed(3)} s`,
                shortHash(doubt.hash),
                `request ${doubt.number} at ${doubt.machine}`,
                picture.third === 'stopped' ? 'nothing yet' : wayWords[picture.third],
              ],
            ],
            empty: '',
          })
        : nothing
    }`;
}
