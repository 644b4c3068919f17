// The foot: take the run away, see it as a table, begin again.
import { html, nothing } from 'lit';
import { copyText, showAddress } from '../../web/ui/clipboard.js';
import { standard } from './settings.js';
import { fragmentOf } from './share.js';

/** @import { Lab } from './lab.js' */
/** @import { Ui } from './ui.js' */

/** @param {Lab} lab @param {Ui} ui */
export function foot(lab, ui) {
  if (lab.phase !== 'free' || !lab.shown) return nothing;
  return html`<section class="foot" aria-label="The run">
    <button class="link" @click=${() => copyLink(lab, ui)}>copy link</button>
    ${ui.copied ? html`<span class="copied">copied</span>` : nothing}
    <button class="link" aria-expanded=${ui.tables ? 'true' : 'false'} aria-controls="tables" @click=${() => ui.set({ tables: !ui.tables })}>as a table</button>
    <button class="link" @click=${() => lab.set({ ...standard })}>reset</button>
    ${ui.address === null ? nothing : html`<label class="address"><span>Copy this link:</span><input class="field" readonly .value=${ui.address} @focus=${(/** @type {any} */ event) => event.target.select()} /></label>`}
  </section>`;
}

/** @param {Lab} lab @param {Ui} ui */
async function copyLink(lab, ui) {
  const { shown, hop } = lab;
  if (!shown) return;
  const address = location.href.replace(/#.*$/s, '') + fragmentOf({ settings: lab.settings, hop });
  showAddress(address);
  const copied = await copyText(address);
  ui.set({ copied, address: copied ? null : address });
  lab.around.say(copied ? 'The link is copied.' : 'The link is in the text field, selected.');
}
