// The foot: take the run away, see it as a table, light everything, begin again.
import { html, nothing } from 'lit';
import { copiedNote, copyAddress, handCopy } from '../../web/ui/take-away.js';
import { addressOf } from './share.js';

/** @import { Lab } from './lab.js' */
/** @import { Ui } from './ui.js' */

/**
 * @param {Lab} lab
 * @param {Ui} ui
 */
export function foot(lab, ui) {
  const hash = lab.run?.hash?.trace_sha256 ?? '';
  return html`
    <section class="foot" aria-label="The run">
      <button class="link" @click=${() => copyLink(lab, ui, 'link')}>copy link</button>
      ${copiedNote(ui, 'link')}
      <button class="link" aria-expanded=${ui.tables ? 'true' : 'false'} aria-controls="tables" @click=${() => ui.set({ tables: !ui.tables })}>as a table</button>
      ${lab.assignment.choosing ? nothing : html`<button class="link" @click=${() => lab.assignment.choose()}>challenges</button>`}
      ${lab.tale.choosing || !lab.helps || lab.phase === 'ask' || lab.phase === 'reading' ? nothing : html`<button class="link" @click=${() => lab.tale.choose()}>stories</button>`}
      <button class="link" role="switch" aria-checked=${lab.allControls ? 'true' : 'false'} @click=${() => lab.setAllControls(!lab.allControls)}>all controls</button>
      ${lab.phase === 'ask' ? nothing : html`<button class="link" @click=${() => lab.reset()}>reset</button>`}
      <code class="run" title="SHA-256 of everything that happened: ${hash}">run ${hash.slice(0, 4)}</code>
      ${handCopy(ui)}
    </section>`;
}

/**
 * @param {Lab} lab
 * @param {Ui} ui
 * @param {'link' | 'hand-in'} button which was pressed
 */
export async function copyLink(lab, ui, button) {
  await copyAddress(addressOf(await lab.link()), ui, lab.around.say, button);
}
