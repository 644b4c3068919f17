// What a reader takes away from a lab: the run as a link, and files. Where the page may neither copy nor save, as in a
// frame, the same stands in a text field.
import { html, nothing } from 'lit';
import { copyText, showAddress } from './clipboard.js';
import { canSave, saveFile } from './save-file.js';

/**
 * What the element remembers of it.
 * @typedef {object} Taken
 * @property {string | null} copied   the button that put the link on the clipboard
 * @property {string | null} address  a link to copy by hand
 * @property {string | null} content  a file's text to copy by hand
 * @property {(change: Partial<Pick<Taken, 'copied' | 'address' | 'content'>>) => void} set
 */

/** @typedef {{name: string, type: string, text: string}} TakenFile */

/** @typedef {(sentence: string) => void} Say */

/**
 * @param {string} address of the run
 * @param {Taken} taken
 * @param {Say} say
 * @param {string} button which was pressed
 */
export async function copyAddress(address, taken, say, button) {
  showAddress(address);
  const copied = await copyText(address);
  taken.set({ copied: copied ? button : null, address: copied ? null : address, content: null });
  say(copied ? 'The link is copied.' : 'The link is in the text field.');
}

/** "copied", beside the button that did it. @param {Taken} taken @param {string} button */
export const copiedNote = ({ copied }, button) =>
  copied === button ? html`<span class="copied">copied</span>` : nothing;

/** @param {TakenFile} file @param {Taken} taken @param {Say} say */
export function takeFile({ name, type, text }, taken, say) {
  const saves = canSave();
  if (saves) saveFile(text, name, type);
  taken.set({ copied: null, address: null, content: saves ? null : text });
  say(saves ? `The browser saves ${name}.` : `This frame may not save a file: ${name} is in the text field.`);
}

/**
 * A button for each file.
 * @param {[string, () => TakenFile][]} files what each button says, and what it makes
 * @param {Taken} taken
 * @param {Say} say
 */
export const downloads = (
  files,
  taken,
  say,
) => html`<span class="downloads" role="group" aria-label="Download">
    <span aria-hidden="true">download</span>
    ${files.map(
      ([words, make]) =>
        html`<button class="link" @click=${() => takeFile(make(), taken, say)}>${words}</button>`,
    )}
  </span>`;

/** What has to be copied by hand. @param {Taken} taken */
export function handCopy({ address, content }) {
  if (address !== null) {
    return html`<label class="address">
      <span>Copy this link:</span>
      <input class="field" readonly .value=${address} @focus=${select} />
    </label>`;
  }
  if (content === null) return nothing;
  return html`<label class="address">
    <span>Copy this text:</span>
    <textarea class="field" rows="4" readonly .value=${content} @focus=${select}></textarea>
  </label>`;
}

/** @param {Event} event */
const select = ({ target }) => /** @type {HTMLInputElement | HTMLTextAreaElement} */ (target).select();
