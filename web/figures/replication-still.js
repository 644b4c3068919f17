// Fig 6-6 before it runs: nothing is walked, and a table of the three walks for whoever cannot walk.
import { formatList, formatShare } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { stillReplication } from './replication.js';
import {
  firstSeed,
  holdersOf,
  key,
  machinesByRack,
  measureRing,
  racksOf,
  rules,
  walkOf,
  withoutCopy,
} from './replication-measure.js';
import { noControls, replicationFrame, ruleWords } from './replication-view.js';

/** @import { Ring } from '../engine/engine.d.ts' */

/** @type {import('./still.js').Still} */
export const replicationStill = {
  id: 'fig-6-6',
  async measure(engine) {
    /** @type {Ring[]} */
    const walked = [];
    for (const rule of rules) walked.push(await measureRing(engine, { rule, seed: firstSeed }));
    return walked;
  },
  view: (/** @type {Ring[]} */ [ring]) => replicationFrame(stillReplication(ring), noControls),
  withoutScript: (/** @type {Ring[]} */ walked) =>
    tableTwin({
      caption: `What Fig 6-6 shows: the walk from ${key}, and all keys of the same ring, measured when this page was built`,
      columns: [
        'The copies go to',
        'Points met',
        'Machines with a copy',
        'Keys on fewer than three machines',
        'Keys with all copies in one rack',
        'Keys without a live copy, racks 1, 2 and 3 off in turn',
      ],
      rows: walked.map((ring, at) => [
        ruleWords[rules[at]],
        walkOf(ring, rules[at])
          .map(({ node }) => node)
          .join(' '),
        formatList(holdersOf(ring).map((node) => `${node} (rack ${(racksOf(ring).get(node) ?? 0) + 1})`)),
        formatShare(ring.fewer_machines, 1),
        formatShare(ring.one_rack, 1),
        machinesByRack(ring)
          .map((machines) => formatShare(withoutCopy(ring, machines).share, 1))
          .join(' · '),
      ]),
      empty: '',
    }),
};
