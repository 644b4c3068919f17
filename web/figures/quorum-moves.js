// Fig 6-7's rules of play: what a press on a card or on a copy makes of the choice. No engine here.
import { isWritten, noChoice, readersReady } from './quorum-run.js';

/** @import { Choice } from './quorum-run.js' */

/** @typedef {number} Card 0 the write's, then one for each reader */

/** @typedef {{choice: Choice, card: Card}} Play what is chosen, and whose card the next copy is for */

/** Whether it is this card's turn, or was. @param {Choice} choice @param {Card} card */
export const mayChoose = (choice, card) =>
  card === 0 || (isWritten(choice) && readersReady(choice) >= card - 1);

/** The card whose turn it is: the first that has not all its copies, else the last. @param {Choice} choice @returns {Card} */
export function nextCard(choice) {
  return isWritten(choice) ? Math.min(readersReady(choice) + 1, choice.step.readers) : 0;
}

/** The copies that a card has. @param {Choice} choice @param {Card} card */
export const setOf = ({ heard, asked }, card) => (card === 0 ? heard : asked[card - 1]);

/** How many copies a card takes. @param {Choice} choice @param {Card} card */
export const sizeOf = ({ step }, card) => (card === 0 ? step.reach : step.r);

/** A copy is given to the card, or taken back; where there is no room for it, it takes the place of the oldest. @param {Play} play @param {string} copy @returns {Play} */
export function pressCopy({ choice, card }, copy) {
  const set = setOf(choice, card);
  const changed = set.includes(copy)
    ? set.filter((one) => one !== copy)
    : [...set, copy].slice(-sizeOf(choice, card));
  const full = changed.length === sizeOf(choice, card);
  // Who comes later keeps its copies, as long as it still has its turn.
  const later = (/** @type {string[]} */ kept) => (full ? kept : []);
  const next = {
    ...choice,
    heard: card === 0 ? changed : choice.heard,
    asked: choice.asked.map((kept, reader) =>
      reader + 1 === card ? changed : reader + 1 > card ? later(kept) : kept,
    ),
  };
  const stays = !full || readersReady(next) === next.step.readers;
  return { choice: next, card: stays && !(card === 0 && full) ? card : nextCard(next) };
}

/** @param {Play} play @param {Card} card @returns {Play} */
export function pressCard({ choice, card: before }, card) {
  return { choice, card: mayChoose(choice, card) ? card : before };
}

/** @param {import('./quorum-run.js').Step} step @returns {Play} */
export const beginStep = (step) => ({ choice: noChoice(step), card: 0 });
