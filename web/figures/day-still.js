// The bad day before it runs: the bet and an empty table; and the whole table for whoever cannot run it.
import { stillDay } from './day.js';
import { measureDay } from './day-measure.js';
import { presets } from './day-parts.js';
import { dayFrame, dayWithoutScript, noControls } from './day-view.js';

/** @import { DayResult } from './day-measure.js' */

/** @type {import('./still.js').Still} */
export const dayStill = {
  id: 'fig-6-12',
  async measure(engine) {
    /** @type {Map<string, DayResult>} */
    const results = new Map();
    for (const preset of presets) results.set(preset.id, await measureDay(engine, preset));
    return results;
  },
  view: () => dayFrame(stillDay(), noControls),
  withoutScript: dayWithoutScript,
};
