// The bad day's picture: a pure function from what is known to the bet, the table, the day's events and the stores' folds.
import { html, nothing } from 'lit';
import { group } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { dayEvents } from './day-events.js';
import { columns, worstOf } from './day-measure.js';
import { dayHours, dayMachines, presets } from './day-parts.js';
import { besidesWords, bets, mechanismNames, sourceNames } from './day-words.js';
import { focusWhenThere } from './focus.js';

/** @import { Column, ColumnId, DayResult } from './day-measure.js' */
/** @import { Mechanism, Preset } from './day-parts.js' */

/**
 * @typedef {object} DayPicture
 * @property {boolean} live
 * @property {string | null} bet an answer's id; null: none yet
 * @property {number} seed
 * @property {ReadonlyMap<string, DayResult>} results of the stores whose day is over, by preset
 * @property {Readonly<Record<string, string>>} links of these days for Lab A
 * @property {{store: string, hour: number, done: number, total: number} | null} running
 * @property {string} news
 */

/**
 * @typedef {object} DayControls
 * @property {(bet: string) => void} bet
 * @property {() => void} run
 * @property {() => void} stop
 * @property {() => void} again with another luck
 */

/** @type {DayControls} */
export const noControls = { bet() {}, run() {}, stop() {}, again() {} };

/** @param {DayPicture} picture @param {DayControls} controls */
export function dayFrame(picture, controls) {
  return {
    caption: 'Fig 6-12 · one bad day, five stores',
    look: `Calls at the same moments, from the same clients, with the same faults and the same luck, on five stores of ${dayMachines} machines with the same ring. It is a day in little: an hour of it is a minute of the run.`,
    body: html`<div class="day">
      ${picture.bet === null ? question(picture, controls) : panel(picture, controls)}
      <p class="news" role="status">${picture.news}</p>
      ${table(picture)}
      ${counted()}
      ${events()}
      <div class="stores">${presets.map((preset) => storeFold(preset, picture))}</div>
    </div>`,
    twin: dayTwin(picture),
  };
}

/** @param {DayPicture} picture @param {DayControls} controls */
function question({ live }, controls) {
  return html`<div class="day-panel">
    <p class="asked" id="day-asked">Which store loses a write that it had confirmed?</p>
    <div class="picks" role="group" aria-labelledby="day-asked">
      ${bets.map(
        ([id, words]) =>
          html`<button type="button" class="pick" ?disabled=${!live} @click=${(
            /** @type {Event} */ event,
          ) => {
            focusWhenThere(event, '.day-panel .run');
            controls.bet(id);
          }}>${words}</button>`,
      )}
    </div>
  </div>`;
}

/** One button, which is always the next press, so that the focus stays on it. @param {DayPicture} picture @param {DayControls} controls */
function panel({ live, bet, running, results, seed }, controls) {
  const words = bets.find(([id]) => id === bet)?.[1];
  const over = results.size === presets.length;
  const next = running
    ? { says: 'stop', press: controls.stop }
    : over
      ? { says: 'the same day with another luck', press: controls.again }
      : { says: results.size > 0 ? 'go on with the day' : 'run the day', press: controls.run };
  return html`<div class="day-panel">
    <p class="hush">Your bet: ${words}. The luck of this day: seed ${seed}.</p>
    <div class="row">
      <button type="button" class="btn run" ?disabled=${!live} @click=${next.press}>${next.says}</button>
      ${
        running
          ? html`<progress max=${running.total} value=${running.done} aria-label="hours that were run, of all stores"></progress>
            <span class="word">${running.store}, hour ${running.hour} of ${dayHours}</span>`
          : nothing
      }
    </div>
  </div>`;
}

/** The roles stand there because a narrow screen shows each row as a card. @param {DayPicture} picture */
function table({ results, running }) {
  // The worst of a column is known when all have come.
  const worst = results.size === presets.length ? worstOf(results) : new Map();
  return html`<table class="day-table" role="table" aria-busy=${String(running !== null)}>
    <caption>What the day came to, store by store</caption>
    <thead role="rowgroup">
      <tr role="row">
        <th scope="col" role="columnheader">store</th>
        ${columns.map(({ name, what }) => html`<th scope="col" role="columnheader">${name} <small>${what}</small></th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${presets.map((preset) => row(preset, results.get(preset.id), worst))}
    </tbody>
  </table>`;
}

/** @param {Preset} preset @param {DayResult | undefined} day @param {Map<ColumnId, string[]>} worst */
function row({ id, name }, day, worst) {
  return html`<tr role="row" class=${day ? 'over' : 'waiting'}>
    <th scope="row" role="rowheader">${name}</th>
    ${columns.map((column) => {
      const isWorst = (worst.get(column.id) ?? []).includes(id);
      return html`<td role="cell" data-column=${column.name} class=${isWorst ? 'worst' : nothing}>
        <span class="figure">${day ? column.shown(day) : '…'}</span>
        ${isWorst ? html`<span class="mark">▲ worst</span>` : nothing}
      </td>`;
    })}
  </tr>`;
}

/** For a narrow screen, where no head stands over the columns. */
function counted() {
  return html`<details class="day-events day-counted">
    <summary>what each line counts</summary>
    <dl>${columns.map(({ name, what }) => html`<div><dt>${name}</dt><dd>${what}</dd></div>`)}</dl>
  </details>`;
}

function events() {
  return html`<details class="day-events">
    <summary>what happens in the day</summary>
    <ol>
      ${dayEvents().map(
        ({ at, says, fault }) => html`<li class=${fault ? 'fault' : nothing}><span>${at}</span> ${says}</li>`,
      )}
    </ol>
  </details>`;
}

/** @param {Preset} preset @param {DayPicture} picture */
function storeFold({ id, name, describes, mechanisms }, { results, links }) {
  const day = results.get(id);
  return html`<section class="store" aria-label=${name}>
    <p class="store-line">
      <b>${name}</b>
      ${
        links[id]
          ? html`<a class="in-lab" href="../labs/quorum-playground/#run=${links[id]}">open this run in Lab A, just before the cut<span class="visually-hidden">: ${name}</span></a>`
          : nothing
      }
    </p>
    ${day ? html`<p class="store-besides">Of ${group(day.calls)} calls, besides: ${besidesWords(day)}.</p>` : nothing}
    <details>
      <summary>what it is made of<span class="visually-hidden">: ${name}</span></summary>
      <p>${describes}</p>
      <dl>${mechanisms.map(mechanismLine)}</dl>
    </details>
  </section>`;
}

/** @param {Mechanism} mechanism */
function mechanismLine({ id, does, source, not_modelled }) {
  return html`<div>
    <dt>${mechanismNames[id]}</dt>
    <dd>
      ${does} <small>(${sourceNames[source.id]}, ${source.where})</small>
      ${not_modelled ? html`<small class="other"><b>Not modelled, or otherwise:</b> ${not_modelled}</small>` : nothing}
    </dd>
  </div>`;
}

/** @param {Column} column @param {string} id @param {DayResult} day @param {Map<ColumnId, string[]>} worst */
const cellText = ({ id: column, shown }, id, day, worst) =>
  `${shown(day)}${(worst.get(column) ?? []).includes(id) ? ' ▲ worst' : ''}`;

/** @param {Pick<DayPicture, 'results'>} picture */
function rowsOf({ results }) {
  const worst = results.size === presets.length ? worstOf(results) : new Map();
  return presets.flatMap(({ id, name }) => {
    const day = results.get(id);
    if (!day) return [];
    return [[name, ...columns.map((column) => cellText(column, id, day, worst)), besidesWords(day)]];
  });
}

const twinColumns = ['Store', ...columns.map(({ name }) => name), 'Besides'];

/** @param {DayPicture} picture */
function dayTwin(picture) {
  return tableTwin({
    caption: `One bad day, seed ${picture.seed}`,
    columns: twinColumns,
    rows: rowsOf(picture),
    empty: 'No store has lived through the day yet.',
  });
}

/** For a reader without JavaScript. @param {ReadonlyMap<string, DayResult>} results */
export function dayWithoutScript(results) {
  return tableTwin({
    caption: 'What Fig 6-12 shows, measured when this page was built',
    columns: twinColumns,
    rows: rowsOf({ results }),
    empty: '',
  });
}
