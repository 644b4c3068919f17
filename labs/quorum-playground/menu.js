// The menu of something on the stage, a machine or a message: a button opens it, Escape closes it and gives the focus
// back, and leaving it closes it.
import { html, nothing } from 'lit';

/** @import { Ui } from './ui.js' */

/**
 * @typedef {object} Menu
 * @property {string} name     under which it is open (Ui.menu)
 * @property {string} id
 * @property {string} label
 * @property {string} verb     what its one item says
 * @property {string} note     what that does
 * @property {boolean} [disabled]
 * @property {() => void} act
 */

/**
 * The panel; it stands in the same parent as its button.
 * @param {Menu} menu
 * @param {Ui} ui
 */
export function menuPanel({ name, id, label, verb, note, disabled = false, act }, ui) {
  const press = (/** @type {Event} */ event) => {
    if (disabled) return;
    openerOf(/** @type {Element} */ (event.currentTarget).closest('.menu'))?.focus();
    ui.set({ menu: null });
    act();
  };
  return html`<div class="menu" id=${id} role="menu" aria-label=${label} ?hidden=${ui.menu !== name}
    @keydown=${(/** @type {KeyboardEvent} */ event) => onKey(event, ui)}>
    <button class="btn" role="menuitem" aria-disabled=${disabled ? 'true' : nothing} aria-describedby="${id}-note" @click=${press}>${verb}</button>
    <p id="${id}-note">${note}</p>
  </div>`;
}

/**
 * For the parent of button and panel.
 * @param {FocusEvent} event
 * @param {Ui} ui
 */
export function closeWhenLeft(event, ui) {
  const parent = /** @type {HTMLElement} */ (event.currentTarget);
  const { relatedTarget: to } = event;
  if (ui.menu !== null && to && !parent.contains(/** @type {Node} */ (to))) ui.set({ menu: null });
}

/** @param {KeyboardEvent} event @param {Ui} ui */
function onKey(event, ui) {
  if (event.key !== 'Escape') return;
  event.stopPropagation();
  const opener = openerOf(/** @type {Element} */ (event.currentTarget));
  ui.set({ menu: null });
  opener?.focus();
}

/** The button that opened a menu. @param {Element | null} menu */
function openerOf(menu) {
  return menu?.parentElement?.querySelector('button');
}
