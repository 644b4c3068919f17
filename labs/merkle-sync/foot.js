// The foot: take the run away, see it as a table, begin again.
import { html, nothing } from 'lit';
import { copiedNote, copyAddress, downloads, handCopy } from '../../web/ui/take-away.js';
import { billFile, levelsFile, logFile, stageFile } from './exports.js';
import { standard } from './settings.js';
import { addressOf } from './share.js';

/** @import { Lab } from './lab.js' */
/** @import { Ui } from './ui.js' */

/** @param {Lab} lab @param {Ui} ui @param {ParentNode} root where the lab is drawn */
export function foot(lab, ui, root) {
  if (lab.phase !== 'free' || !lab.shown) return nothing;
  const { say } = lab.around;
  const copy = () => copyAddress(addressOf({ settings: lab.settings, hop: lab.hop }), ui, say, 'link');
  return html`<section class="foot" aria-label="The run">
    <button class="link" @click=${copy}>copy link</button>
    ${copiedNote(ui, 'link')}
    <button class="link" aria-expanded=${ui.tables ? 'true' : 'false'} aria-controls="tables" @click=${() => ui.set({ tables: !ui.tables })}>as a table</button>
    <button class="link" @click=${() => lab.set({ ...standard })}>reset</button>
    ${downloads(
      [
        ['stage (SVG)', () => stageFile(lab, root)],
        ['levels (CSV)', () => levelsFile(lab)],
        ['bill (CSV)', () => billFile(lab)],
        ['log (JSON lines)', () => logFile(lab)],
      ],
      ui,
      say,
    )}
    ${handCopy(ui)}
  </section>`;
}
