// Fig 6-11 b before anything is read; and for whoever cannot press, a tree for every number of bits.
import { tableTwin } from '../ui/table-twin.js';
import { firstSetting, stillLookups } from './lookups.js';
import { measureEachBits, measureReads } from './lookups-run.js';
import { lookupsFrame, noControls, treeColumns, treeRow } from './lookups-view.js';

/** @import { TreeReads } from '../engine/engine.d.ts' */
/** @import { Reads } from './lookups-run.js' */

/** @type {import('./still.js').Still} */
export const lookupsStill = {
  id: 'fig-6-11-b',
  measure: async (engine) => ({
    reads: await measureReads(engine, firstSetting),
    each: await measureEachBits(engine),
  }),
  view: (/** @type {{reads: Reads}} */ { reads }) => lookupsFrame(stillLookups(reads), noControls),
  withoutScript: (/** @type {{each: TreeReads[]}} */ { each }) =>
    tableTwin({
      caption:
        'What Fig 6-11 b shows: reads on average, a tree for every number of filter bits, run when this page was built',
      columns: treeColumns,
      rows: each.map(treeRow),
      empty: '',
    }),
};
