// Fig 6-10's drawing: a pure function from what was measured to parts, lamps, the hour's events and the machine that is open.
import { html, nothing } from 'lit';
import chapter from '../../content/chapter.json' with { type: 'json' };
import { formatShare, group } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { eventsOf } from './hours-events.js';
import { openedMinute } from './hours-machine.js';
import { machineTitle, machineView } from './hours-machine-view.js';
import { lampNames } from './hours-measure.js';
import { isOut, machinesOf, parts } from './hours-parts.js';

/** @import { Opened } from './hours-machine.js' */
/** @import { Lamp, Measured } from './hours-measure.js' */
/** @import { Hour, Out, Part, PartId } from './hours-parts.js' */

/**
 * @typedef {object} HoursPicture
 * @property {boolean} live
 * @property {Out} out
 * @property {Hour} hour
 * @property {Measured | null} measured null: it is being measured
 * @property {Opened | null} opened
 * @property {string} news
 */

/**
 * @typedef {object} HoursControls
 * @property {(id: PartId) => void} toggle
 * @property {(hour: Hour) => void} run
 * @property {(machine: string) => void} open
 */

/** @type {HoursControls} */
export const noControls = { toggle() {}, run() {}, open() {} };

const sectionOf = (/** @type {string} */ number) =>
  chapter.sections.find((section) => section.number === number);

/**
 * @param {HoursPicture} picture
 * @param {HoursControls} controls
 */
export function hoursFrame(picture, controls) {
  return {
    caption: 'Fig 6-10 · nine parts, a quiet hour and a bad one',
    look: 'Take any one part out. See the quiet hour, then the bad one.',
    body: html`<div class="hours">
      <div class="hours-board">
        <div class="parts">
          <div class="part-list" role="group" aria-label="parts of the store">
            ${parts.map((part) => partCard(part, picture, controls))}
          </div>
          <div class="hour-choice">
            <div class="segmented" role="group" aria-label="which hour">
              ${hourButton('quiet', 'a quiet hour', picture, controls)}
              ${hourButton('bad', 'a bad hour', picture, controls)}
            </div>
          </div>
          <details class="describe">
            <summary>what each part and lamp is</summary>
            <p>It stands below its name now.</p>
          </details>
        </div>
        <div class="board-lamps">
          ${lampList(picture)}
          <p class="news" role="status">${picture.news}</p>
          ${besides(picture)}
        </div>
      </div>
      ${eventList(picture)}
      <div class="open-machine">
        <p>
          <span id="open-machine">Open a machine at minute ${openedMinute}, and send one write through it:</span>
          <span class="segmented" role="group" aria-labelledby="open-machine">
            ${machinesOf(picture.hour).map(
              (name) => html`<button type="button" ?disabled=${!picture.live}
                aria-pressed=${String(picture.opened?.name === name)} @click=${() => controls.open(name)}>${name}</button>`,
            )}
          </span>
        </p>
        ${machineTitle(picture.opened, picture)}
        ${picture.opened ? machineView(picture.opened) : nothing}
      </div>
    </div>`,
    twin: hoursTwin(picture),
  };
}

/** @param {Part} part @param {HoursPicture} picture @param {HoursControls} controls */
function partCard(part, { live, out }, controls) {
  const { id, name, does } = part;
  const gone = isOut(out, id);
  const needsGossip = gone && !out.has(id);
  return html`<div class=${gone ? 'part gone' : 'part'}>
    <button type="button" ?disabled=${!live} aria-pressed=${String(!gone)} aria-disabled=${needsGossip ? 'true' : nothing}
      @click=${() => controls.toggle(id)}>
      <b>${name}</b>
      <span class="state">${gone ? (needsGossip ? '○ needs gossip' : '○ out') : '● in'}</span>
    </button>
    <small>${does} ${sectionLink(part)}</small>
  </div>`;
}

/** @param {Part} part */
function sectionLink({ section, term }) {
  const found = sectionOf(section);
  if (!found?.written) return html`<span class="where">section ${section}</span>`;
  return html`<a href=${`../${found.slug}/`}>${term ? `${section}: ${term}` : `section ${section}`}</a>`;
}

/** @param {Hour} hour @param {string} text @param {HoursPicture} picture @param {HoursControls} controls */
function hourButton(hour, text, picture, controls) {
  return html`<button type="button" class=${isNext(hour, picture) ? 'next' : nothing} ?disabled=${!picture.live} aria-pressed=${String(picture.hour === hour)}
    @click=${() => controls.run(hour)}>${text}</button>`;
}

/** What the quiet hour did not show, the bad one will. @param {Hour} hour @param {HoursPicture} picture */
const isNext = (hour, { live, hour: shown, out }) =>
  live && hour === 'bad' && shown === 'quiet' && out.size > 0;

const words = { lit: '● lit', out: '○ out', untested: '– not tested' };

/** @param {HoursPicture} picture */
function lampList({ measured }) {
  return html`<ul class=${measured ? 'lamps' : 'lamps waiting'} aria-label="lamps">
    ${lampNames.map(({ name, rule }, at) => {
      const lamp = measured?.lamps[at];
      return html`<li class=${lamp?.state ?? 'untested'}>
        <span class="lamp-state">${lamp ? words[lamp.state] : '…'}</span>
        <b>${name}</b>
        <strong>${lamp?.value ?? '…'}</strong>
        <small>${lamp ? `${lamp.says}; ${rule}` : rule}</small>
      </li>`;
    })}
  </ul>`;
}

/** @param {HoursPicture} picture */
function eventList({ hour }) {
  return html`<div class="events">
    <p>Five machines, three copies of each record, three clients, and the same luck in both hours. Besides what the clients do all the time, this happens in the ${hour} hour (minutes and seconds):</p>
    <ol>
      ${eventsOf(hour).map(
        ({ at, says, fault }) => html`<li class=${fault ? 'fault' : nothing}><span>${at}</span> ${says}</li>`,
      )}
    </ol>
  </div>`;
}

/** @param {HoursPicture} picture */
function besides({ measured }) {
  if (!measured) return html`<div class="besides"><p>…</p></div>`;
  const { stale, reads, brought } = measured;
  return html`<div class="besides">
    <p>What has no lamp:</p>
    <p><b>${group(stale)} of ${group(reads)}</b> reads were stale${stale > 0 ? ` (${formatShare(stale, reads)})` : ''}.</p>
    ${brought ? broughtWords(brought) : html`<p>Nothing here tells who mended a copy.</p>`}
  </div>`;
}

/** @param {import('../engine/engine.d.ts').Brought} brought */
function broughtWords({ read_repair, hint, merkle }) {
  const all = read_repair + hint + merkle;
  if (all === 0) return html`<p>No copy had missed a write for longer than a moment.</p>`;
  return html`<p>${group(all)} times a copy had missed a write and got it later: from read repair ${group(read_repair)},
    as a hint ${group(hint)}, through Merkle trees ${group(merkle)} times.</p>`;
}

/** What is out, in words. @param {Out} out */
export function outWords(out) {
  const gone = parts.filter(({ id }) => isOut(out, id)).map(({ name }) => name);
  if (gone.length === parts.length) return 'every part out';
  return gone.length === 0 ? 'every part in' : `without ${gone.join(', ')}`;
}

/** @param {HoursPicture} picture */
function hoursTwin({ measured, out, hour }) {
  return tableTwin({
    caption: `The seven lamps: ${outWords(out)}, a ${hour} hour`,
    columns: ['Lamp', 'Rule', 'Measured', 'State'],
    rows: measured
      ? [
          ...lampNames.map(({ name, rule }, at) => {
            const { value, says, state } = measured.lamps[at];
            return [name, rule, `${value}: ${says}`, words[state]];
          }),
          [
            'Has no lamp: stale reads',
            '–',
            `${group(measured.stale)} of ${group(measured.reads)}: ${formatShare(measured.stale, measured.reads)}`,
            '–',
          ],
        ]
      : [],
    empty: 'It is being measured.',
  });
}

/** @typedef {{out: Out, hour: Hour, measured: Measured}} Measurement */

/** For a reader without JavaScript: each part alone taken out, in the bad hour. @param {Measurement[]} runs */
export function hoursWithoutScript(runs) {
  return tableTwin({
    caption: 'What Fig 6-10 shows, measured when this page was built',
    columns: ['', ...lampNames.map(({ name }) => name), 'Stale reads'],
    rows: runs.map(({ out, hour, measured }) => [
      `A ${hour} hour, ${outWords(out)}`,
      ...measured.lamps.map(cell),
      formatShare(measured.stale, measured.reads),
    ]),
    empty: '',
  });
}

/** @param {Lamp} lamp */
const cell = ({ state, value }) => (state === 'untested' ? '–' : `${state === 'lit' ? '●' : '○'} ${value}`);
