// The stage in rows: client 1, the wire, the copies, the wire, client 2; under it the ring. It shows where things are now; what is known
// about them comes from the views of the engine alone.
import { html, nothing } from 'lit';
import { formatTime } from '../../web/ui/format.js';
import { clientRow } from './client-row.js';
import { glyph } from './glyph.js';
import { lane } from './lane.js';
import { machineCard } from './machine-card.js';
import { ringBar } from './ring-bar.js';

/** @import { Lab } from './lab.js' */
/** @import { Ui } from './ui.js' */

/**
 * @param {Lab} lab
 * @param {Ui} ui
 */
export function stage(lab, ui) {
  const { run } = lab;
  if (!run) return nothing;
  const machines = run.replicasOf(lab.key).map((name) => {
    const machine = run.stage.nodes.find((node) => node.name === name);
    return machine ?? { name, up: true, copies: [] };
  });
  const [first, ...others] = run.stage.clients.map(({ name }) => name);
  const wide = machines.length > 3;
  return html`
    <section class="stage ${wide ? 'many' : ''}" aria-label="Stage">
      ${gap(lab)}
      ${first ? clientRow(lab, ui, first) : nothing}
      <div class="wire">${machines.map(({ name }) => lane(lab, ui, [first], name, 'down'))}</div>
      <div class="copies">${machines.map((machine) => machineCard(lab, ui, machine))}</div>
      <div class="wire">${machines.map(({ name }) => lane(lab, ui, others, name, 'up'))}</div>
      ${others.map((name) => clientRow(lab, ui, name))}
    </section>`;
}

/**
 * Where the key lives, and the rule that the stage plays by.
 * @param {Lab} lab
 * @param {Ui} ui
 */
export function where(lab, ui) {
  return html`
    <section class="where" aria-label="Where the copies are">
      ${keyChoice(lab)} ${ringBar(lab, ui)}
      <p class="says">${rule(lab)}</p>
    </section>`;
}

/** A quiet gap that is being skipped. @param {Lab} lab */
function gap(lab) {
  const { gap: us } = lab.player;
  return us === null ? nothing : html`<p class="gap">${glyph('cut')}${formatTime(us)}, nothing happened</p>`;
}

/** @param {Lab} lab */
function keyChoice(lab) {
  const keys = lab.run?.stage.keys ?? [];
  if (!lab.lit.hands || keys.length < 2) return nothing;
  const names = keys.map(({ key }) => key);
  const chosen = names.findIndex((key) => JSON.stringify(key) === JSON.stringify(lab.key));
  return html`<label class="key-choice">copies of
    <select @change=${(/** @type {any} */ event) => lab.showKey(names[event.target.selectedIndex])}>
      ${names.map((key, index) => html`<option ?selected=${index === chosen}>${typeof key === 'string' ? key : key.hex}</option>`)}
    </select>
  </label>`;
}

/** What N, W and R mean, with the numbers of this run. @param {Lab} lab */
function rule(lab) {
  const { n, w, r } = lab.quorum;
  return html`<span class="nwr">N = ${n}, W = ${w}, R = ${r}</span>: a write is finished when
    <b>${copies(w)}</b> ${w === 1 ? 'has' : 'have'} it; a read takes the first
    <b>${r === 1 ? 'answer' : `${numbers[r] ?? r} answers`}</b> and believes the newest.`;
}

const numbers = ['no', 'one', 'two', 'three', 'four', 'five'];

/** @param {number} count */
function copies(count) {
  return `${numbers[count] ?? count} ${count === 1 ? 'copy' : 'copies'}`;
}
