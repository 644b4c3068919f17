// Fig 6-4 before it runs: the first state, and for whoever cannot run it a table of what happens when C is cut off.
import { html } from 'lit';
import { firstTrouble, stillWorlds } from './worlds.js';
import { cutUs, healUs, measureWorld, ways } from './worlds-measure.js';
import { clock } from './worlds-news.js';
import { costTwin, fateTwin } from './worlds-table.js';
import { noControls, worldsFrame } from './worlds-view.js';

/** @import { World } from './worlds-measure.js' */

/** @typedef {{whole: World[], cut: World[]}} Measured */

/** @type {import('./still.js').Still} */
export const worldsStill = {
  id: 'fig-6-4',
  async measure(engine) {
    /** @type {Measured} */
    const measured = { whole: [], cut: [] };
    for (const way of ways) {
      measured.whole.push(await measureWorld(engine, { hit: [], ms: null }, way));
      measured.cut.push(await measureWorld(engine, firstTrouble, way));
    }
    return measured;
  },
  view: (/** @type {Measured} */ { whole: [refuse, answer] }) =>
    worldsFrame(stillWorlds({ refuse, answer }), noControls),
  withoutScript: (/** @type {Measured} */ { cut }) => html`
    ${fateTwin(
      `What Fig 6-4 shows when C is cut off from ${clock(cutUs)} to ${clock(healUs)}, measured when this page was built`,
      cut,
    )}
    ${costTwin(cut)}`,
};
