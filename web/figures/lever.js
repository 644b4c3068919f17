// A switch with its name: its knob at the right is on.
import { html } from 'lit';

/** @param {string} label @param {boolean} on @param {boolean} live @param {() => void} press */
export function lever(label, on, live, press) {
  return html`<button
    type="button"
    class="lever"
    role="switch"
    aria-checked=${String(on)}
    ?disabled=${!live}
    @click=${press}
  ><i aria-hidden="true"></i>${label}</button>`;
}
