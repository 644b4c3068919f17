// The controls of time: by round, or by message. A run is finished at once, so the slider only says how much is known.
import { html, nothing } from 'lit';
import { sign } from '../../web/ui/sign.js';
import { crossedBy, roundOf } from './rounds.js';
import { formatSeconds, formatSize } from './words.js';

/** @import { Lab } from './lab.js' */

/** @param {Lab} lab */
export function transport(lab) {
  const { shown, hop, last, byMessage } = lab;
  const playing = lab.playing.on;
  if (!shown) return nothing;
  const { us, bytes } = crossedBy(shown.run.log, hop);
  const rounds = roundOf(last);
  const unit = byMessage ? 'message' : 'round';
  const says = `round ${roundOf(hop)} of ${rounds}`;
  return html`<section class="time" aria-label="Time">
    <button class="btn icon" aria-label="Back one ${unit}" aria-disabled=${hop === 0 ? 'true' : 'false'} @click=${() => lab.step(-1)}>${sign('back')}</button>
    <button class="btn icon ${lab.phase === 'free' ? 'primary' : ''}" aria-label=${playing ? 'Pause' : 'Play'} aria-disabled=${last === 0 ? 'true' : 'false'} @click=${() => lab.togglePlay()}>${sign(playing ? 'pause' : 'play')}</button>
    <button class="btn icon" aria-label="Forward one ${unit}" aria-disabled=${hop >= last ? 'true' : 'false'} @click=${() => lab.step(1)}>${sign('forward')}</button>
    <input type="range" min="0" max=${Math.max(1, last)} .value=${String(hop)} list="rounds" aria-label="Messages" aria-valuetext="${says}, message ${hop} of ${last}"
      @input=${(/** @type {any} */ event) => lab.scrub(Number(event.target.value))} />
    <datalist id="rounds">${rounds <= 60 ? Array.from({ length: rounds + 1 }, (_, round) => html`<option value=${Math.min(last, 2 * round)}></option>`) : nothing}</datalist>
    <span class="clock"><span>${says} · </span><span>${formatSeconds(us)} · ${formatSize(bytes)}</span></span>
    <select class="pace" aria-label="A step is" @change=${(/** @type {any} */ event) => {
      lab.byMessage = event.target.selectedIndex === 1;
      lab.around.draw();
    }}>
      <option ?selected=${!byMessage}>by round</option><option ?selected=${byMessage}>by message</option>
    </select>
  </section>`;
}
