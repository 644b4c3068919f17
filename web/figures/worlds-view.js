// Fig 6-4's picture: a pure function from what is known to the figure's frame.
import { html, nothing } from 'lit';
import { glyph } from './glyph.js';
import {
  before,
  key,
  machines,
  momentUs,
  patience,
  phaseOf,
  requests,
  requestsWord,
  roundTrip,
  slowest,
  slowStep,
  until,
  ways,
  wireName,
  wires,
} from './worlds-measure.js';
import { clock, hearing, momentWords, wiresWords } from './worlds-news.js';
import { twins, worldsTable } from './worlds-table.js';

/** @import { Way, Wire } from './worlds-measure.js' */
/** @import { Mark, WorldsPicture } from './worlds-state.js' */

/**
 * @typedef {object} WorldsControls
 * @property {(wire: Wire) => void} toggleWire
 * @property {() => void} cutOff
 * @property {(ms: number | null) => void} setMs
 * @property {(way: Way, at: number, mark: Mark) => void} mark
 * @property {() => void} run
 * @property {() => void} next
 * @property {(at: number) => void} seek
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
  seek() {},
  third() {},
  decide() {},
};

const beginMs = 100;

/** @param {WorldsPicture} picture @param {WorldsControls} controls */
export function worldsFrame(picture, controls) {
  return {
    caption: 'Fig 6-4 · two worlds',
    look: `Cut C off and run. In each world, which of the ${requestsWord} requests are answered, and which answers are right?`,
    body: html`
      <div class="worlds">
        <div class="worlds-side">
          <div class="worlds-panel">
            ${network(picture, controls)}
            ${choices(picture, controls)}
            ${time(picture, controls)}
          </div>
          <p class="news" role="status">${picture.news}</p>
          ${prompt(picture, controls)}
        </div>
        ${worldsTable(picture, controls)}
      </div>`,
    twin: twins(picture),
  };
}

/** @param {WorldsPicture} picture @param {WorldsControls} controls */
function network({ live, trouble, at }, controls) {
  const { hit, ms } = trouble;
  const phase = phaseOf(trouble, at);
  const chosen = (/** @type {Wire} */ wire) => (!hit.includes(wire) ? '' : ms === null ? 'cut' : 'slow');
  const mended = (/** @type {Wire} */ wire) => hit.includes(wire) && phase === 'whole';
  const kind = (/** @type {Wire} */ wire) =>
    phase === 'whole' ? '' : `${chosen(wire)} is-${phase.replace(' ', '-')}`;
  const asked = requests[at - 1]?.machine;
  return html`<div class="network" role="group" aria-label="The machines and the wires between them">
    <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      <path class=${kind('AB')} d="M12 12V88" />
      <path class=${kind('AC')} d="M12 12L88 50" />
      <path class=${kind('BC')} d="M12 88L88 50" />
    </svg>
    ${machines.map((name) => html`<span class="box at-${name} ${name === asked ? 'asked-now' : ''}"><b>${name}</b></span>`)}
    ${wires.map(
      (wire) => html`<button
        type="button"
        class="snip at-${wire} ${mended(wire) ? 'mended' : chosen(wire)}"
        ?disabled=${!live}
        aria-pressed=${String(hit.includes(wire))}
        aria-label=${`${ms === null ? 'cut' : 'slow'} the wire ${wireName(wire)}${mended(wire) ? ', mended by now' : ''}`}
        @click=${() => controls.toggleWire(wire)}
      ><span aria-hidden="true">✂</span> ${wireName(wire)}${mended(wire) ? html` <small>mended</small>` : nothing}</button>`,
    )}
  </div>`;
}

/** @param {WorldsPicture} picture */
function runWords({ running, at }) {
  if (running) return 'pause';
  if (at === 0) return `run the ${requestsWord} requests`;
  return at === requests.length ? 'run again' : 'run on';
}

/** @param {WorldsPicture} picture @param {WorldsControls} controls */
function choices(picture, controls) {
  const { live, trouble, at, seen, running, tried, third } = picture;
  const whole = trouble.hit.length === 0;
  const ended = at === requests.length;
  return html`<div class="choices">
    <p class="asked">
      Three clients ask for <code>${key}</code>, each at its own machine: ${requestsWord} requests. Whoever hears too little waits,
      and does not wait for ever.
    </p>
    <p class="hearing">${hearing(trouble)}</p>
    <div class="row">
      <button
        type="button"
        class=${ended && !running ? 'btn' : 'btn primary'}
        ?disabled=${!live}
        @click=${whole ? controls.cutOff : controls.run}
      >${whole ? html`<span aria-hidden="true">✂</span>cut C off` : runWords(picture)}</button>
      ${
        whole
          ? html`<button type="button" class="btn" ?disabled=${!live} @click=${controls.run}>${runWords(picture)}</button>`
          : nothing
      }
      <button type="button" class="btn" ?disabled=${!live} aria-disabled=${ended ? 'true' : nothing} @click=${controls.next}>next request</button>
      ${
        seen === requests.length
          ? html`<button type="button" class="btn" ?disabled=${!live} aria-pressed=${String(third !== null)} @click=${controls.third}>CA: choose neither</button>`
          : nothing
      }
    </div>
    ${tried ? slower(picture, controls) : nothing}
  </div>`;
}

/** The moment that is shown; it can be moved back and forth. @param {WorldsPicture} picture @param {WorldsControls} controls */
function time({ live, trouble, at, worlds }, controls) {
  const words = `${momentWords(at)}; ${wiresWords(trouble, at)}`;
  const us = momentUs(at, Math.max(...ways.map((way) => worlds[way].last_us)));
  const hit = (/** @type {number} */ number) => trouble.hit.length > 0 && number > before && number <= until;
  return html`<div class="clock">
    <p>time <b>${clock(us)}</b> · ${words}</p>
    <div class="dial">
      <input
        type="range"
        min="0"
        max=${requests.length}
        step="1"
        value=${at}
        .value=${String(at)}
        ?disabled=${!live}
        aria-label="time, in requests asked"
        aria-valuetext=${words}
        @input=${(/** @type {Event} */ event) =>
          controls.seek(/** @type {HTMLInputElement} */ (event.target).valueAsNumber)}
      />
      <ol class="scale even" aria-hidden="true">
        ${Array.from({ length: requests.length + 1 }, (_, number) => html`<li class=${hit(number) ? 'hit' : ''}>${number}</li>`)}
      </ol>
    </div>
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
                ? html`<em class="failed">${glyph('failed')} too late</em>`
                : html`<em class="fresh">${glyph('fresh')} in time</em>`
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
