// The stage: the drawing, and one cell of it that can be reached by Tab and moved by arrows. A tap goes to the same place.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { group } from '../../web/ui/format.js';
import { drawStage } from './drawing.js';
import { handDepth } from './hand.js';
import { drawHand, handBox, handNodeAt } from './hand-drawing.js';
import { leafKeys } from './leaf.js';
import { moved } from './moves.js';
import { boxOf, nodeAt, placesOf } from './places.js';
import { equalNodes, groupAt, neverAsked, stateOf } from './rows.js';
import { plural } from './words.js';

/** @import { Lab, Node } from './lab.js' */
/** @import { Ui } from './ui.js' */

const hashBytes = { 64: 8, 128: 16, sha256: 32 };
const handPhases = new Set(['hand', 'found', 'showing', 'shown', 'zoom']);

/** Whether the first question is on the stage. @param {Lab} lab */
export const isByHand = ({ phase, shown }) =>
  handPhases.has(phase) || (!shown && !['free', 'choosing', 'challenge'].includes(phase));

/** @param {Lab} lab @param {Ui} ui */
export function stage(lab, ui) {
  const width = ui.stageWidth;
  const byHand = isByHand(lab);
  const drawing = byHand
    ? drawHand({ width, answers: lab.hand.answers })
    : drawStage({
        ...viewOf(lab, ui),
        hashBytes: hashBytes[lab.shown?.settings.hash ?? '64'],
        least: leastHeight(lab, ui),
      });
  return html`<section class="stage ${lab.playing.on && lab.hop % 2 === 1 ? 'is-moving' : ''}" aria-label="The two trees" aria-busy=${lab.working ? 'true' : 'false'}>
    ${busy(lab)}
    <div class="board" @click=${(/** @type {MouseEvent} */ event) => tapped(lab, ui, event)}>
      ${unsafeHTML(drawing)}
      <button class="cell" aria-label=${byHand ? handLabel(lab) : cellLabel(lab)}
        @keydown=${(/** @type {KeyboardEvent} */ event) => pressed(lab, event)}
        @click=${(/** @type {Event} */ event) => {
          event.stopPropagation();
          entered(lab);
        }}></button>
    </div>
  </section>`;
}

/** @param {Lab} lab @param {Ui} ui */
function viewOf(lab, { stageWidth: width, zoomed }) {
  const { rows, path, opened, shown } = lab;
  return { rows, path, opened, width, zoomed, fanOut: shown?.settings.fanOut ?? 2 };
}

/** Where the cell of the keyboard is, in pixels. @param {Lab} lab @param {Ui} ui */
export function cellBox(lab, ui) {
  const { stageWidth: width } = ui;
  if (isByHand(lab)) return handBox(lab.hand.cursor, width);
  return boxOf(placesOf(viewOf(lab, ui)).places, lab.cursor, width);
}

/** @param {Lab} lab */
function busy(lab) {
  const { working } = lab;
  if (!working) return nothing;
  return html`<div class="working">
    <span>${working.says} …</span>
    ${
      working.total > 0
        ? html`<progress max=${working.total} .value=${working.done} aria-label=${working.says}></progress>
      <button class="btn small" @click=${() => lab.cancel()}>Stop</button>`
        : nothing
    }
  </div>`;
}

/** As high as it will be at the end, so that what stands below does not move. @param {Lab} lab @param {Ui} ui */
function leastHeight(lab, ui) {
  return placesOf({ ...viewOf(lab, ui), rows: lab.shown?.rows ?? [] }).height;
}

/** Under the row of time: what was never asked for, and the leaf that lies open. @param {Lab} lab @param {Ui} ui */
export function found(lab, ui) {
  if (isByHand(lab) || lab.deepHand || !lab.shown) return nothing;
  return html`<div class="found">${never(lab)} ${leafKeys(lab, ui)}</div>`;
}

/** What nobody had to ask for. @param {Lab} lab */
function never(lab) {
  const { rows, shown, isOver } = lab;
  if (!shown || !isOver) return nothing;
  const nodes = neverAsked(rows, shown.settings.fanOut);
  if (nodes === 0) return nothing;
  // Below a leaf there is nothing to ask for.
  const equal = equalNodes(rows.slice(0, -1));
  return html`<p class="never"><b>${group(nodes)}</b> hashes were never asked for: they stand below the ${plural(equal, 'subtree')} that ${equal === 1 ? 'was' : 'were'} equal.</p>`;
}

/** @param {Lab} lab */
function handLabel({ hand }) {
  const { level, index } = hand.cursor;
  const answer = hand.answers.find((one) => one.level === level && one.index === index);
  const is = answer ? (answer.differs ? 'differs' : 'equal') : 'face down';
  const act = answer || hand.found ? '' : ' Enter asks for it.';
  return `Level ${level}, hash ${index + 1} of ${2 ** level}: ${is}.${act}`;
}

/** @param {Lab} lab */
function cellLabel({ rows, cursor, shown, deepHand }) {
  const row = rows[cursor.level];
  if (!row || row.groups.length === 0) return `Level ${cursor.level}: not asked yet.`;
  const state = stateOf(row, cursor.index);
  const is = {
    asking: 'asked for',
    equal: 'equal',
    differs: 'differs',
    hidden: 'face down; Enter asks for it',
  }[state];
  const leaf = deepHand ? 'the leaf is found' : 'its keys are below';
  const inside = cursor.level === shown?.tree.depth ? leaf : 'Enter goes to its children';
  return `Level ${cursor.level}, node ${group(cursor.index + 1)}: ${is}${state === 'differs' ? `; ${inside}` : ''}.`;
}

/** @param {Lab} lab @param {Ui} ui @param {MouseEvent} event */
function tapped(lab, ui, event) {
  const board = /** @type {Element} */ (event.currentTarget);
  const { left, top } = board.getBoundingClientRect();
  const [x, y] = [event.clientX - left, event.clientY - top];
  if (isByHand(lab)) {
    const node = handNodeAt(x, y, ui.stageWidth);
    if (node) lab.story.ask(node.level, node.index);
    return;
  }
  const node = nodeAt(placesOf(viewOf(lab, ui)).places, x, y, ui.stageWidth);
  if (!node) return;
  const { level, index, folded, zoom } = node;
  if (zoom === 'out') return ui.set({ zoomed: null });
  if (folded) lab.toggleRow(level);
  if (zoom === 'in') {
    ui.set({ zoomed: level });
    lab.around.say(`Level ${level}, larger.`);
  }
  if (!folded && zoom !== 'in' && lab.deepHand?.canAsk(level, index)) return ask(lab, { level, index });
  // A finger that wants a row larger has not chosen one of its cells.
  lab.go({ level, index: zoom === 'in' ? nearest(lab, level, index) : index });
}

/** In the group of a node: where the reader is already, or what differs, or the node. @param {Lab} lab @param {number} level @param {number} index */
function nearest({ rows, path }, level, index) {
  const { first, count } = groupAt(rows[level], index);
  const isInside = (/** @type {number} */ one) => first <= one && one < first + count;
  return [path[level], ...rows[level].differing].find(isInside) ?? index;
}

/** @param {Lab} lab */
function entered(lab) {
  if (isByHand(lab)) return lab.story.ask(lab.hand.cursor.level, lab.hand.cursor.index);
  if (lab.deepHand?.canAsk(lab.cursor.level, lab.cursor.index)) return ask(lab, lab.cursor);
  const { rows, cursor, path } = lab;
  const next = rows[cursor.level + 1];
  if (rows[cursor.level]?.differing.has(cursor.index) && next?.groups.length) {
    return go(lab, { level: cursor.level + 1, index: path[cursor.level + 1] });
  }
  lab.toggleRow(cursor.level);
}

/** By hand, in a challenge. @param {Lab} lab @param {Node} node */
function ask(lab, node) {
  lab.cursor = node;
  return lab.assignment.challenge?.ask(node.level, node.index);
}

/** @param {Lab} lab @param {Node} node */
async function go(lab, node) {
  await lab.go(node);
  lab.around.say(cellLabel(lab));
}

/** @param {Lab} lab @param {KeyboardEvent} event */
function pressed(lab, event) {
  const way = event.key;
  if (isByHand(lab)) {
    const next = movedByHand(lab.hand.cursor, way);
    if (!next) return;
    event.preventDefault();
    lab.hand.cursor = next;
    lab.around.draw();
    lab.around.say(handLabel(lab));
    return;
  }
  const next = moved(lab.rows, lab.cursor, lab.path, way, lab.shown?.settings.fanOut ?? 2);
  if (!next) return;
  event.preventDefault();
  go(lab, next);
}

/** @param {Node} node @param {string} way */
function movedByHand({ level, index }, way) {
  if (way === 'ArrowLeft') return { level, index: Math.max(0, index - 1) };
  if (way === 'ArrowRight') return { level, index: Math.min(2 ** level - 1, index + 1) };
  if (way === 'ArrowUp') return { level: Math.max(0, level - 1), index: level === 0 ? 0 : index >> 1 };
  if (way === 'ArrowDown')
    return level === handDepth ? { level, index } : { level: level + 1, index: index * 2 };
  return null;
}
