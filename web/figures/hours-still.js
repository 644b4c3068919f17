// Fig 6-10 before it runs: a quiet hour with every part, and a table of each part alone taken out for whoever cannot press.
import { stillHours } from './hours.js';
import { measureHour } from './hours-measure.js';
import { parts } from './hours-parts.js';
import { hoursFrame, hoursWithoutScript, noControls } from './hours-view.js';

/** @import { Hour, PartId } from './hours-parts.js' */
/** @import { Measurement } from './hours-view.js' */

/** @type {import('./still.js').Still} */
export const hoursStill = {
  id: 'fig-6-10',
  async measure(engine) {
    /** @type {[Hour, PartId[]][]} */
    const settings = [
      ['quiet', []],
      ['bad', []],
      ...parts.map(({ id }) => /** @type {[Hour, PartId[]]} */ (['bad', [id]])),
    ];
    /** @type {Measurement[]} */
    const runs = [];
    for (const [hour, gone] of settings) {
      const out = new Set(gone);
      runs.push({ out, hour, measured: await measureHour(engine, out, hour) });
    }
    return runs;
  },
  view: ([quiet]) => hoursFrame(stillHours(quiet.measured), noControls),
  withoutScript: hoursWithoutScript,
};
