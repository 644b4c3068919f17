// What would have prevented it, as a table: each switch, what this very run does with it, and how often other lucks
// still break the promise.
import { html, nothing } from 'lit';
import { group } from '../../web/ui/format.js';
import { wordsOf } from '../../web/ui/promises.js';
import { glyph } from './glyph.js';

/** @import { PromiseId } from '../../web/engine/engine.d.ts' */
/** @import { Judging } from './judging.js' */
/** @import { Lab } from './lab.js' */
/** @import { Prevention, Tried } from './prevention.js' */

/** @param {Lab} lab @param {Judging} judging @param {PromiseId} promise */
export function preventionButton(lab, judging, promise) {
  // The answer to a challenge is not to be had by pressing a button.
  if (!lab.helps || lab.detour.found?.with) return nothing;
  const { open } = judging.prevention;
  return html`<button class="btn small" aria-expanded=${open?.promise === promise ? 'true' : 'false'}
    @click=${() => (open?.promise === promise ? judging.prevention.close() : lab.guard(() => judging.prevention.start(promise)))}
  >what would prevent it</button>`;
}

// A phone shows the columns one below the other, each with its head, and a table all the same: hence the roles.
const heads = ['switch', 'in this very run', 'other lucks'];

/** @param {Judging} judging */
export function preventionPanel({ prevention }) {
  const { open, progress } = prevention;
  if (!open) return nothing;
  return html`<section class="prevention" aria-label="What would prevent it">
    <h2 tabindex="-1">What would prevent it: ${wordsOf(open.promise).name}</h2>
    <p>The same luck and the same calls, and one switch at a time. Then ${prevention.lucks} other lucks with it, where luck has a part.</p>
    <div class="table-scroll" tabindex="0" role="region" aria-label="Switches">
      <table role="table">
        <thead role="rowgroup"><tr role="row">${heads.map((head) => html`<th scope="col" role="columnheader">${head}</th>`)}<th scope="col" role="columnheader"><span class="visually-hidden">its run</span></th></tr></thead>
        <tbody role="rowgroup">${open.rows.map((row, index) => tableRow(prevention, row, index))}</tbody>
      </table>
    </div>
    ${
      progress
        ? html`<div class="measuring">
            <progress max=${progress.total} .value=${progress.done} aria-label=${progress.says}></progress>
            <span>${progress.says}</span>
            <button class="btn small" @click=${() => prevention.stop()}>Stop</button>
          </div>`
        : html`<button class="btn small" @click=${() => prevention.close()}>Close the list</button>`
    }
  </section>`;
}

const shapes = { broken: 'failed', held: 'done', untested: 'untested', undecided: 'undecided' };
const words = {
  broken: 'still broken',
  held: 'keeps it',
  untested: 'not put to the test',
  undecided: 'could not be decided',
};

/** @param {Prevention} prevention @param {Tried} row @param {number} index */
function tableRow(prevention, row, index) {
  if (row.refused !== '') {
    return html`<tr role="row"><th scope="row" role="rowheader">${row.words}</th><td role="cell" colspan="3">cannot be had here: ${row.refused}</td></tr>`;
  }
  return html`<tr role="row" class=${row.state === 'held' ? 'keeps' : ''}>
    <th scope="row" role="rowheader">${row.words}</th>
    <td role="cell" data-column=${heads[1]}>${here(row, index)}</td>
    <td role="cell" data-column=${heads[2]} class="num">${elsewhere(row, prevention.lucks)}</td>
    <td role="cell">${
      index === 0 || row.state === null
        ? nothing
        : html`<button class="btn small" aria-label="open the run with ${row.words}" @click=${() => prevention.show(row)}>open</button>`
    }</td>
  </tr>`;
}

/** @param {Tried} row @param {number} count */
function elsewhere({ lucks }, count) {
  if (lucks === null) return '–';
  if (lucks === 'same') return 'the same run';
  const untested = count - lucks.broken - lucks.held;
  return html`broken in ${group(lucks.broken)} of ${group(count)}${
    untested > 0 ? html`<small>${group(untested)} not put to the test</small>` : nothing
  }`;
}

/** @param {Tried} row @param {number} index */
function here({ state, answered, calls }, index) {
  if (state === null) return '–';
  const silent = calls - answered;
  const says = index === 0 && state === 'broken' ? 'broken' : words[state];
  return html`<span class=${state === 'broken' ? 'is-failed' : ''}>${glyph(shapes[state])}${says}</span>${
    silent > 0
      ? html`<small>${silent} of ${calls} ${silent === 1 ? 'calls gets' : 'calls get'} no answer</small>`
      : nothing
  }`;
}
