// Fig 6-5 before it runs: nothing is rolled, and a table of five rings each for whoever cannot roll.
import { formatShare } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { stillPartition } from './partition.js';
import { formatTimes, mean } from './partition-guess.js';
import { firstRing, keyOf, measureRoll } from './partition-measure.js';
import { digitsFor, enoughRolls } from './partition-news.js';
import { noControls, partitionFrame, pointChoices } from './partition-view.js';

/** @import { Points, Roll } from './partition-measure.js' */

const rings = Array.from({ length: enoughRolls }, (_, at) => firstRing + at);

/** @type {import('./still.js').Still} */
export const partitionStill = {
  id: 'fig-6-5',
  async measure(engine) {
    /** @type {Roll[][]} */
    const rolls = [];
    for (const points of pointChoices) {
      /** @type {Roll[]} */
      const lane = [];
      for (const seed of rings) lane.push(await measureRoll(engine, { points, seed }));
      rolls.push(lane);
    }
    return rolls;
  },
  view: (/** @type {Roll[][]} */ [[{ ring }]]) => partitionFrame(stillPartition(keyOf(ring).at), noControls),
  withoutScript: (/** @type {Roll[][]} */ lanes) =>
    tableTwin({
      caption: 'What Fig 6-5 rolls: five rings of ten servers each, measured when this page was built',
      columns: [
        'Points of each server',
        'The busiest, times the average',
        'on average',
        'Keys that move when an eleventh joins',
        'the same, by hash mod N',
        'Servers that give',
      ],
      rows: lanes.map((lane) => {
        const digits = digitsFor(lane[0].setting.points);
        const of = (/** @type {(roll: Roll) => number} */ pick) => lane.map(pick);
        return [
          lane[0].setting.points,
          of(({ ring }) => ring.max_over_mean)
            .map((times) => formatTimes(times, digits))
            .join(' · '),
          formatTimes(mean(of(({ ring }) => ring.max_over_mean)), digits),
          formatShare(mean(of(({ ring }) => ring.moved_on_join)), 1),
          formatShare(mean(of(({ ring }) => ring.moved_on_join_modulo)), 1),
          of(({ ring }) => ring.givers_on_join).join(' · '),
        ];
      }),
      empty: '',
    }),
};
