// The guess line of Fig 6-5: a line from once to ten times the average, on which a guess is a place, and each roll
// another. Equal steps on it are equal factors, so that 1.1 and 1.5 can be told apart.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { drawLane } from './lane.js';

/** @import { Points } from './partition-measure.js' */

/** @typedef {number | 'unsure' | null} Guess times the average; null: none yet */

/**
 * @typedef {object} Lane
 * @property {Points} points
 * @property {Guess} guess
 * @property {number[]} seeds the dice of each ring that was rolled
 * @property {number[]} rolls its busiest server, in times the average
 */

/** Keys and buttons go from notch to notch, each a number of two digits of its own; a pointer goes where it likes. */
export const notches = 24;
const steps = 240;
const most = 10;
/** @type {Record<string, number>} */
const arrows = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
/** What stands under the line; the style sheet knows where. */
const scale = [1, 1.5, 2, 3, 5, 10];

/** @param {number} place 0..1 */
const timesAt = (place) => Number((most ** place).toPrecision(2));

/** @param {number} notch */
export const timesAtNotch = (notch) => timesAt(Math.min(notches, Math.max(0, notch)) / notches);

/** @param {number} times */
export const notchAt = (times) => Math.round(notches * placeOf(times));

/** @param {number} times @returns {number} 0..1 */
export const placeOf = (times) => Math.min(1, Math.max(0, Math.log(times) / Math.log(most)));

/** @param {number} times */
export const formatTimes = (times, digits = 1) => times.toFixed(times >= 9.95 ? 0 : digits);

/** @param {number[]} values */
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * @param {object} dial
 * @param {boolean} dial.live
 * @param {Lane} dial.lane that of the points as they stand
 * @param {Lane[]} dial.lanes those with rolls or a guess
 * @param {{guess: (guess: Guess) => void}} controls
 */
export function guessLine({ live, lane, lanes }, controls) {
  const { guess, points } = lane;
  const times = typeof guess === 'number' ? guess : null;
  const step = times === null ? 0 : Math.round(steps * placeOf(times));
  const move = (/** @type {number} */ by) => controls.guess(timesAtNotch(notchAt(times ?? 1) + by));
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (!Object.hasOwn(arrows, event.key)) return;
    event.preventDefault();
    move(arrows[event.key]);
  };
  const where = points === 1 ? 'at random places' : `at ${points} random places each`;
  return html`<div class="guess">
    <p class="asked" id="partition-guess">
      Ten servers ${where}. The busiest gets <b>how many times the average</b>?
    </p>
    <div class="dial">
      <input
        type="range"
        min="0"
        max=${steps}
        step="1"
        .value=${String(step)}
        value=${step}
        class=${times === null ? 'unset' : ''}
        ?disabled=${!live}
        aria-labelledby="partition-guess"
        aria-valuetext=${times === null ? 'no guess yet' : `${formatTimes(times)} times the average`}
        @input=${(/** @type {Event} */ event) =>
          controls.guess(timesAt(Number(/** @type {HTMLInputElement} */ (event.target).value) / steps))}
        @keydown=${onKey}
      />
      <ol class="scale" aria-hidden="true">${scale.map((at) => html`<li>${at}</li>`)}</ol>
    </div>
    <div class="row">
      <button type="button" class="btn step" ?disabled=${!live} aria-label="guess less" @click=${() => move(-1)}>−</button>
      <output class="guessed">${guessed(guess)}</output>
      <button type="button" class="btn step" ?disabled=${!live} aria-label="guess more" @click=${() => move(1)}>+</button>
      <button
        type="button"
        class="btn"
        ?disabled=${!live}
        aria-pressed=${String(guess === 'unsure')}
        @click=${() => controls.guess('unsure')}
      >not sure</button>
    </div>
    ${lanes.length ? html`<div class="lanes">${lanes.map(laneRow)}</div>` : nothing}
  </div>`;
}

/** @param {Guess} guess */
function guessed(guess) {
  if (guess === 'unsure') return 'just roll';
  return guess === null ? 'your guess' : `${formatTimes(guess)} ×`;
}

/** @param {Lane} lane */
function laneRow({ points, guess, rolls }) {
  const place = typeof guess === 'number' ? placeOf(guess) : null;
  const truth = rolls.length ? mean(rolls) : null;
  return html`<div class="lane">
    <p><b>${points === 1 ? '1 point' : `${points} points`}</b> ${laneSentence(guess, rolls, points === 1 ? 1 : 2)}</p>
    ${unsafeHTML(drawLane({ rolls: rolls.map(placeOf), guess: place, truth: truth === null ? null : placeOf(truth) }))}
  </div>`;
}

/** @param {Guess} guess @param {number[]} rolls @param {number} digits */
function laneSentence(guess, rolls, digits) {
  const times = (/** @type {number} */ value) => formatTimes(value, digits);
  const said = typeof guess === 'number' ? `┃ your guess ${formatTimes(guess)}` : '';
  if (rolls.length === 0) return said;
  const found =
    rolls.length === 1
      ? `| one ring ${times(rolls[0])}`
      : `| ${rolls.length} rings ${times(Math.min(...rolls))} to ${times(Math.max(...rolls))}, on average ${times(mean(rolls))}`;
  return said ? `${said} · ${found}` : found;
}
