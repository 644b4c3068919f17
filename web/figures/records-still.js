// Fig 6-12 b before it runs: the usual setting for all five, not graded; and a table of what some settings give for
// whoever cannot press.
import { stillRecords } from './records.js';
import { grade } from './records-grade.js';
import { settingOf, usual } from './records-settings.js';
import { noControls, recordsFrame, recordsWithoutScript } from './records-view.js';

/** @import { Setting } from './records-settings.js' */

/** Not the grade's: whoever has seen these has not seen those. */
const shown = { from: 1, to: 50 };
const named = ['3.1.1.lww', '3.3.3.lww', '3.2.2.vector-clocks', '3.2.2.dotted', '3.owner'];

/** @type {import('./still.js').Still} */
export const recordsStill = {
  id: 'fig-6-12-b',
  async measure(engine) {
    const settings = [usual, ...named.map((name) => /** @type {Setting} */ (settingOf(name)))];
    const rows = [];
    for (const setting of settings) rows.push({ setting, graded: await grade(engine, setting, shown) });
    return rows;
  },
  view: () => recordsFrame(stillRecords(), noControls),
  withoutScript: recordsWithoutScript,
};
