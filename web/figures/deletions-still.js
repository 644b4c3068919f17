// Fig 6-11 c before anything is deleted; and for whoever cannot press, the directory in all three states.
import { tableTwin } from '../ui/table-twin.js';
import { stillDeletions } from './deletions.js';
import { measureDeletions, parts } from './deletions-run.js';
import { deletionsFrame, noControls, stateColumns, stateRow } from './deletions-view.js';

/** @import { Emptied } from './deletions-run.js' */

/** @type {import('./still.js').Still} */
export const deletionsStill = {
  id: 'fig-6-11-c',
  measure: (engine) => measureDeletions(engine),
  view: (/** @type {Emptied} */ run) => deletionsFrame(stillDeletions(run), noControls),
  withoutScript: (/** @type {Emptied} */ run) =>
    tableTwin({
      caption:
        'What Fig 6-11 c shows: a database that is filled, emptied and compacted, run when this page was built',
      columns: stateColumns,
      rows: parts.map((part) => stateRow(part, run[part])),
      empty: '',
    }),
};
