// Fig 6-12 c before it runs: the first card, not answered; and all cards for whoever cannot press.
import { stillCard } from './card.js';
import { cardFrame, cardsWithoutScript, noControls } from './card-view.js';

/** @type {import('./still.js').Still} */
export const cardStill = {
  id: 'fig-6-12-c',
  view: () => cardFrame(stillCard(), noControls),
  withoutScript: cardsWithoutScript,
};
