// Fig 6-2 before it runs: the switches as they first stand, and a table of four settings for whoever cannot turn them.
import { stillGoals } from './goals.js';
import { measureGoals } from './goals-measure.js';
import { startSwitches } from './goals-switches.js';
import { goalsFrame, goalsWithoutScript, noControls } from './goals-view.js';

/** @import { Measured } from './goals-measure.js' */
/** @import { Switches } from './goals-switches.js' */

/** @type {import('./still.js').Still} */
export const goalsStill = {
  id: 'fig-6-2',
  async measure(engine) {
    /** @type {Switches} */
    const full = {
      machines: 5,
      copies: 3,
      quorum: 1,
      points: 16,
      memory: 'all',
      cut: false,
      change: 'joined',
    };
    const settings = [startSwitches, full, { ...full, quorum: 2 }, { ...full, quorum: 2, cut: true }];
    /** @type {Measured[]} */
    const goals = [];
    for (const switches of settings)
      goals.push(await measureGoals(engine, /** @type {Switches} */ (switches)));
    return goals;
  },
  view: ([first]) => goalsFrame(stillGoals(first), noControls),
  withoutScript: goalsWithoutScript,
};
