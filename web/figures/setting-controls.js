// The selects with which a reader gives a store its N, W, R and versions.
import { html } from 'lit';
import { machines, versionNames } from './records-settings.js';

/** @import { Setting } from './records-settings.js' */

/**
 * @typedef {object} SettingControl
 * @property {Setting} setting
 * @property {string} whose of which record or store, for who does not see where it stands; '' where there is but one
 * @property {boolean} live
 * @property {(change: Partial<Setting>) => void} change
 */

/** @param {'n' | 'w' | 'r'} name @param {SettingControl} control */
export function countSelect(name, { setting, whose, live, change }) {
  const most = name === 'n' ? machines : setting.n;
  const capital = name.toUpperCase();
  return html`<label><span>${capital}</span>
    <select ?disabled=${!live} aria-label=${whose ? `${capital} of ${whose}` : capital}
      @change=${(/** @type {Event} */ event) => change({ [name]: Number(chosenOf(event)) })}>
      ${Array.from({ length: most }, (_, at) => choice(String(at + 1), String(at + 1), at + 1 === setting[name]))}
    </select></label>`;
}

/** @param {SettingControl} control */
export function versionSelect({ setting, whose, live, change }) {
  return html`<label class="versions"><span>versions</span>
    <select ?disabled=${!live} aria-label=${whose ? `versions of ${whose}` : 'versions'}
      @change=${(/** @type {Event} */ event) => change({ versions: /** @type {any} */ (chosenOf(event)) })}>
      ${versionNames.map(({ id, name }) => choice(id, name, id === setting.versions))}
    </select></label>`;
}

/** @param {SettingControl} control */
export function ownerSwitch({ setting: { owner }, live, change }) {
  return html`<button type="button" class="btn" ?disabled=${!live} aria-pressed=${String(Boolean(owner))}
    @click=${() => change({ owner: !owner })}>${owner ? '● ' : '○ '}conditional write, one owner per range</button>`;
}

/** @param {string} value @param {string} text @param {boolean} chosen */
const choice = (value, text, chosen) =>
  html`<option value=${value} ?selected=${chosen} .selected=${chosen}>${text}</option>`;

/** @param {Event} event */
const chosenOf = (event) => /** @type {HTMLSelectElement} */ (event.target).value;

export const ownerWords = () =>
  html`<p class="quiet-words">One machine answers for the record, and a majority of N keeps its log. No W, R or versions to choose.</p>`;
