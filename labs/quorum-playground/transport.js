// The controls of time. The slider counts events, so that one press of an arrow key is one event.
import { html } from 'lit';
import { sign } from './glyph.js';

/** @import { Lab } from './lab.js' */
/** @import { Pace } from '../../web/ui/player.js' */

/** @type {[Pace, string][]} */
const paces = [
  ['each', 'each message'],
  ['steady', 'steady'],
  ['fast', 'fast'],
];

/** @param {Lab} lab */
export function transport(lab) {
  const { run, player } = lab;
  if (!run || !lab.lit.transport) {
    return html`<section class="time is-waiting" aria-label="Time">
      <p>Paused at <span data-clock></span>. Your answer plays the read.</p>
    </section>`;
  }
  const { position, last_position, ended } = run.status;
  // Each message in flight is at least one event to come: the slider leaves room for them.
  const most = Math.max(last_position, position + run.stage.messages.length);
  const atEnd = ended && position >= most;
  const { playing } = player;
  const free = lab.phase === 'free';
  return html`
    <section class="time" aria-label="Time">
      <button class="btn icon" aria-label="Back one event" aria-disabled=${position === 0 ? 'true' : 'false'} @click=${() => lab.stepBack()}>${sign('back')}</button>
      <button class="btn icon ${free ? 'primary' : ''}" aria-label=${playing ? 'Pause' : 'Play'} aria-disabled=${atEnd && !playing ? 'true' : 'false'} @click=${() => lab.togglePlay()}>${sign(playing ? 'pause' : 'play')}</button>
      <button class="btn icon" aria-label="Forward one event" aria-disabled=${atEnd ? 'true' : 'false'} @click=${() => lab.stepForward()}>${sign('forward')}</button>
      <input
        type="range"
        min="0"
        max=${Math.max(1, most)}
        .value=${String(position)}
        aria-label="Events"
        aria-valuetext="event ${position} of ${most}"
        @input=${(/** @type {any} */ event) => lab.scrub(Number(event.target.value))}
      />
      <span class="clock" data-clock></span>
      <select class="pace" aria-label="Speed" @change=${(/** @type {any} */ event) => lab.setPace(paces[event.target.selectedIndex][0])}>
        ${paces.map(([pace, word]) => html`<option ?selected=${pace === player.pace}>${word}</option>`)}
      </select>
    </section>`;
}
