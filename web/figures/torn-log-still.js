// Fig 6-11 before anything is cut; and for whoever cannot move the blade, what every place of it left, and every bit.
import { tableTwin } from '../ui/table-twin.js';
import { stillTorn } from './torn-log.js';
import { measureEachByte, measureTorn } from './torn-log-run.js';
import { cutRows, noControls, tornFrame } from './torn-log-view.js';

/** @import { EachByte, Torn } from './torn-log-run.js' */

/** @type {import('./still.js').Still} */
export const tornLogStill = {
  id: 'fig-6-11',
  measure: async (engine) => ({
    torn: await measureTorn(engine, null),
    each: await measureEachByte(engine),
  }),
  view: (/** @type {{torn: Torn}} */ { torn }) => tornFrame(stillTorn(torn), noControls),
  withoutScript: (/** @type {{torn: Torn, each: EachByte}} */ { torn, each: { each_cut, each_flip } }) => [
    tableTwin({
      caption:
        'What Fig 6-11 shows: the puts that are there after the log was cut at each byte, run when this page was built',
      columns: ['Cut after', 'Puts after reopening'],
      rows: cutRows(new Map(each_cut.map((puts, cut) => [cut, puts]))),
      empty: '',
    }),
    tableTwin({
      caption: `And when one of the ${each_flip.flips} bits of the log is turned, each by itself`,
      columns: ['The bit is in', 'This store', 'LevelDB, as it comes'],
      rows: torn.records.map(({ from, to }, record) => {
        const words = (/** @type {'ours' | 'leveldb'} */ store) => {
          const bytes = each_flip.bytes.slice(from, to);
          const count = (/** @type {'refused' | 'silent'} */ what) =>
            bytes.reduce((sum, byte) => sum + byte[store][what], 0);
          return [
            ...(count('refused') > 0 ? [`refuses to open: ${count('refused')} bits`] : []),
            ...(count('silent') > 0 ? [`opens, puts are silently missing: ${count('silent')} bits`] : []),
          ].join('; ');
        };
        return [`record ${record + 1}`, words('ours'), words('leveldb')];
      }),
      empty: '',
    }),
  ],
};
