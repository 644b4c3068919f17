// The first question as a drawing: all hashes of a small tree, face down until they are asked for. Children stand under
// their parent, so that what an answer rules out is a column.
import { element, picture, text } from '../../web/figures/svg.js';
import { handDepth, possible } from './hand.js';
import { measuresOf } from './places.js';

/** @import { Answer } from './hand.js' */

/** @param {{width: number, answers: Answer[]}} view */
export function drawHand({ width, answers }) {
  const { gutter, strip, gap } = measuresOf(width);
  const left = possible(answers);
  const parts = [
    text(0, 14, gutter ? 'Replica A · upper strip' : 'A · upper strip', { class: 'who' }),
    text(width, 14, gutter ? 'Replica B · lower strip' : 'B · lower strip', {
      class: 'who',
      'text-anchor': 'end',
    }),
  ];
  for (let level = 0; level <= handDepth; level++) {
    const y = handY(level, width);
    if (gutter) {
      parts.push(
        text(0, y + 14, `level ${level}`, { class: 'who' }),
        text(
          0,
          y + 34,
          level === handDepth
            ? '1 range each'
            : `${2 ** (handDepth - level)} ranges${level === 0 ? '' : ' each'}`,
          {},
        ),
        text(gutter - 8, y + strip - 5, 'A', { class: 'side', 'text-anchor': 'end' }),
        text(gutter - 8, y + 2 * strip + gap - 5, 'B', { class: 'side', 'text-anchor': 'end' }),
      );
    }
    for (let index = 0; index < 2 ** level; index++) parts.push(cell({ level, index }, y));
  }
  return picture(
    { width, height: handHeight(width), className: 'strips by-hand', label: says(answers, left.length) },
    parts,
  );

  /** @param {{level: number, index: number}} node @param {number} y */
  function cell(node, y) {
    const box = handBox(node, width);
    const answer = answers.find(({ level, index }) => level === node.level && index === node.index);
    const below = left.some((leaf) => leaf >> (handDepth - node.level) === node.index);
    const found = left.length === 1 && node.level === handDepth && below;
    const state = answer
      ? answer.differs
        ? 'differs'
        : 'equal'
      : found
        ? 'differs'
        : below
          ? 'hidden'
          : 'ruled-out';
    const rect = { x: box.x + 1.5, width: box.width - 3, height: strip - 1, rx: 3, class: state };
    const middle = y + strip + gap / 2;
    const centre = box.x + box.width / 2;
    const sign = answer || found ? (state === 'differs' ? '≠' : '=') : below ? '?' : '';
    return (
      element('rect', { ...rect, y: y + 0.5 }) +
      element('rect', { ...rect, y: y + strip + gap + 0.5 }) +
      (sign
        ? text(centre, middle + 4.5, sign, {
            class: state === 'differs' ? 'sign-differs' : 'sign-hidden',
            'text-anchor': 'middle',
          })
        : '')
    );
  }
}

/** @param {number} width */
const pitch = (width) => (measuresOf(width).gutter ? 82 : 72);

/** @param {number} level @param {number} width */
const handY = (level, width) => 32 + level * pitch(width);

/** @param {number} width */
export const handHeight = (width) => handY(handDepth + 1, width) - 8;

/** @param {{level: number, index: number}} node @param {number} width */
export function handBox({ level, index }, width) {
  const { gutter, strip, gap } = measuresOf(width);
  const each = (width - gutter) / 2 ** level;
  return { x: gutter + index * each, y: handY(level, width), width: each, height: 2 * strip + gap };
}

/** @param {number} x @param {number} y @param {number} width */
export function handNodeAt(x, y, width) {
  const { gutter } = measuresOf(width);
  const level = Math.floor((y - 32 + 6) / pitch(width));
  if (level < 0 || level > handDepth || x < gutter) return null;
  return {
    level,
    index: Math.min(2 ** level - 1, Math.floor(((x - gutter) / (width - gutter)) * 2 ** level)),
  };
}

/** @param {Answer[]} answers @param {number} left */
function says(answers, left) {
  const told = answers
    .map(({ level, index, differs }) => `level ${level}, hash ${index + 1}: ${differs ? 'differs' : 'equal'}`)
    .join('; ');
  return `A tree of ${handDepth} levels over 16 ranges, its hashes face down. ${told ? `Asked so far: ${told}. ` : ''}${left} of 16 ranges may still be the one that differs.`;
}
