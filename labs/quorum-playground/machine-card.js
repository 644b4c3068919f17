// One machine and its copy of the key on the stage. In free play the card is a button, and its menu has the verbs.
import { html, nothing } from 'lit';
import { formatBytes, formatTime, sameBytes } from '../../web/ui/format.js';
import { glyph } from './glyph.js';
import { closeWhenLeft, menuPanel } from './menu.js';

/** @import { StageNode } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */
/** @import { Ui } from './ui.js' */

/**
 * @param {Lab} lab
 * @param {Ui} ui
 * @param {StageNode} machine
 */
export function machineCard(lab, ui, machine) {
  const { name, up } = machine;
  const face = html`<b class="machine">${name}</b>${up ? copyState(lab, machine) : downState(lab, machine)}`;
  const kind = up ? (copyOf(lab, machine)?.state ?? 'absent') : 'is-down';
  if (!lab.lit.hands) return html`<div class="copy ${kind}">${face}</div>`;
  const open = ui.menu === name;
  const verb = up ? 'crash' : 'restart';
  return html`
    <div class="card" @focusout=${(/** @type {FocusEvent} */ event) => closeWhenLeft(event, ui)}>
      <button
        class="copy ${kind}"
        aria-haspopup="menu"
        aria-expanded=${open ? 'true' : 'false'}
        aria-controls="menu-${name}"
        @click=${() => ui.set({ menu: open ? null : name })}
      >${face}<span class="visually-hidden">Menu of machine ${name}.</span></button>
      ${menuPanel(
        {
          name,
          id: `menu-${name}`,
          label: `Machine ${name}`,
          verb: `${verb} ${name}`,
          note: up
            ? 'It keeps what it has saved. Messages to it are dropped.'
            : 'It comes back with what it had saved.',
          act: () => lab.setMachine(name, verb),
        },
        ui,
      )}
    </div>`;
}

/**
 * @param {Lab} lab
 * @param {StageNode} machine
 */
function copyOf(lab, { copies }) {
  return copies.find(({ key }) => sameBytes(key, lab.key));
}

/**
 * @param {Lab} lab
 * @param {StageNode} machine
 */
function copyState(lab, machine) {
  const copy = copyOf(lab, machine);
  const key = formatBytes(lab.key);
  if (!copy) {
    return html`<span class="value">no ${key}</span><span class="state is-quiet">${glyph('quiet')}absent</span>`;
  }
  const value = copy.deleted ? `${key} deleted` : `${key} = ${formatBytes(copy.value)}`;
  const fresh = copy.state === 'up_to_date';
  const since = copy.since_us ? `saved at ${formatTime(copy.since_us)}` : 'there from the start';
  return html`<span class="value" title=${value}>${value}</span>
    <span class="state ${fresh ? 'is-fresh' : 'is-behind'}"
      >${glyph(fresh ? 'fresh' : 'behind')}<span>${fresh ? 'up to date' : `behind by ${copy.behind}`}</span></span>
    ${copy.since_us === null ? nothing : html`<small>${since}</small>`}`;
}

/**
 * @param {Lab} lab
 * @param {StageNode} machine
 */
function downState(lab, machine) {
  const copy = copyOf(lab, machine);
  return html`<span class="value">${formatBytes(lab.key)} = ?</span>
    <span class="state is-failed">${glyph('failed')}<span>down</span></span>
    <small>${copy ? 'its copy is on its disk' : nothing}</small>`;
}
