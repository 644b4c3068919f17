// Fig 6-6 b before it runs: nobody is dead, and a table of all choices for whoever cannot roll.
import { tableTwin } from '../ui/table-twin.js';
import { stillLoss } from './loss.js';
import { measureRisk, pointChoices } from './loss-measure.js';
import { exactRow, lossFrame, noControls } from './loss-view.js';

/** @import { Risk } from './loss-measure.js' */

/** @type {import('./still.js').Still} */
export const lossStill = {
  id: 'fig-6-6-b',
  async measure(engine) {
    /** @type {Risk[]} */
    const risks = [];
    for (const points of pointChoices) risks.push(await measureRisk(engine, points));
    return risks;
  },
  view: () => lossFrame(stillLoss(), noControls),
  withoutScript: (/** @type {Risk[]} */ risks) =>
    tableTwin({
      caption: 'What Fig 6-6 b shows: every choice of three machines, counted when this page was built',
      columns: ['Points', 'Something is lost', 'How many of the keys then', 'How many on average'],
      rows: risks.map(exactRow),
      empty: '',
    }),
};
