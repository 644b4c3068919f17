// Fig 6-3 before it runs: nothing in memory yet, and a table of some lids for whoever cannot drag one.
import { formatMs, formatShare } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { stillTiers } from './tiers.js';
import { firstSetting, jobOf, measure, traffics } from './tiers-measure.js';
import { noControls, tiersFrame } from './tiers-view.js';

/** @import { TiersReport } from '../engine/engine.d.ts' */

/** @type {import('./still.js').Still} */
export const tiersStill = {
  id: 'fig-6-3',
  async measure(engine) {
    /** @type {TiersReport[]} */
    const reports = [await measure(engine, jobOf(firstSetting, false))];
    for (const traffic of traffics)
      for (const memory of [1, 10, 50])
        reports.push(await measure(engine, jobOf({ ...firstSetting, traffic, memory }, false)));
    return reports;
  },
  view: (/** @type {TiersReport[]} */ [first]) => tiersFrame(stillTiers(first), noControls),
  withoutScript: (/** @type {TiersReport[]} */ reports) =>
    tableTwin({
      caption: 'What Fig 6-3 shows: some lids, measured when this page was built',
      columns: ['Memory for', 'Traffic', 'Reads answered from memory', 'Average read', 'p99'],
      rows: reports.map(({ memory, traffic, hits, reads, read_mean_ms, read_ms }) => [
        formatShare(memory, 1),
        traffic === 'even' ? 'even' : 'skewed',
        formatShare(hits, reads),
        formatMs(read_mean_ms ?? 0),
        formatMs(read_ms.p99 ?? 0),
      ]),
      empty: '',
    }),
};
