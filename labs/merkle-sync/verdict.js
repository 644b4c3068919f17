// The verdict: how far the two agree, and at the end whether they do, with what it took.
import { html, nothing } from 'lit';
import { glyph } from '../../web/figures/glyph.js';
import { group } from '../../web/ui/format.js';
import { isMending } from './rounds.js';
import { equalNodes } from './rows.js';
import { isByHand } from './stage.js';
import { formatSize, plural } from './words.js';

/** @import { SyncRun } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */

/** @param {Lab} lab @returns {'none' | 'fresh' | 'stale'} */
function stateOf({ shown, isOver }) {
  if (!shown || !isOver) return 'none';
  const { report, again } = shown.run;
  return (again ?? report).equal_after && lostIn(shown.run) === 0 ? 'fresh' : 'stale';
}

/** Writes that are lost, after both runs where there were two. @param {SyncRun} run */
const lostIn = ({ report, again }) => report.lost_updates + (again?.lost_updates ?? 0);

/** On a phone, where the verdict is behind a tab: its sign. @param {Lab} lab */
export function verdictSign(lab) {
  const state = stateOf(lab);
  return state === 'none' ? glyph('untested') : html`<span class="is-${state}">${glyph(state)}</span>`;
}

/** @param {Lab} lab */
export function verdict(lab) {
  const { shown } = lab;
  if (!shown || isByHand(lab)) return nothing;
  const { report, again } = shown.run;
  const end = lab.isOver;
  return html`<section class="verdict is-${stateOf(lab)}" aria-label="Verdict">
    <p>${end ? ended(lab) : running(lab)}</p>
    <ul class="chips">
      ${chip(again ? 'roots equal, after one more run' : 'roots equal', end ? (again ?? report).equal_after : null)}
      ${chip('nothing lost', end ? lostIn(shown.run) === 0 : null)}
      ${chip(`never under the lower bound, ${formatSize(report.lower_bound_bytes)}`, end ? report.bytes >= report.lower_bound_bytes : null)}
    </ul>
  </section>`;
}

/** @param {Lab} lab */
function running({ rows, shown, hop }) {
  const compared = rows.filter(({ answered }) => answered);
  if (compared.length === 0) return html`<span class="quiet">Nothing has crossed yet.</span>`;
  if (shown && isMending(shown.run.log, hop))
    return html`<b>The copies are on their way.</b> What differs is found; it is being made equal.`;
  const equal = equalNodes(rows);
  return html`<b>${compared.length} of ${plural(rows.length, 'level')} compared.</b> ${
    equal > 0
      ? html`${plural(equal, 'subtree')} ${equal === 1 ? 'agrees' : 'agree'}, and nothing below ${equal === 1 ? 'it' : 'them'} is asked.`
      : 'Nothing agrees yet.'
  }`;
}

/** @param {Lab} lab */
function ended({ shown }) {
  if (!shown) return nothing;
  const { report, again } = shown.run;
  const { keys_differing: needed, keys_sent: sent } = report;
  if (needed === 0 && !again)
    return html`<b>${glyph('fresh')}Both replicas agree.</b> Their roots were equal: one hash was enough.`;
  const cost = html`${plural(needed, 'key')} ${needed === 1 ? 'was' : 'were'} needed, ${group(sent)} ${sent === 1 ? 'was' : 'were'} sent.`;
  if (report.equal_after) {
    return html`<b>${glyph('fresh')}Both replicas agree.</b> Roots are equal; every newest version is on both sides; ${cost}`;
  }
  if (again?.equal_after) {
    return html`<b>${glyph('fresh')}Both replicas agree, after one more run:</b> writes went on during the first. ${cost} The second took ${formatSize(again.bytes)}, in all ${formatSize(report.bytes + again.bytes)}.`;
  }
  return html`<b>${glyph('stale')}Not equal yet:</b> writes went on meanwhile. ${cost}`;
}

/** @param {string} says @param {boolean | null} holds null: not put to the test */
const chip = (says, holds) =>
  html`<li>${glyph(holds === null ? 'untested' : holds ? 'done' : 'failed')}${says}${holds === null ? html`<span class="visually-hidden">: not put to the test yet</span>` : holds ? nothing : html`<b>: no</b>`}</li>`;
