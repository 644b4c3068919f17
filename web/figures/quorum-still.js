// Fig 6-7 before it runs: nothing is chosen, and for whoever cannot choose, every way to do it. And the run with which
// the section ends in the lab.
import { formatList, formatTime } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { stillQuorum } from './quorum.js';
import { callOf, noChoice, outcomeOf, play, readerName, runForLab, steps, waysOf } from './quorum-run.js';
import { noControls, quorumFrame } from './quorum-view.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Choice, Played } from './quorum-run.js' */

/** W and R of which every way is run. */
const pairs = [
  [1, 1],
  [1, 2],
  [2, 1],
  [2, 2],
  [1, 3],
  [3, 1],
];

/** New, then old: one copy has the write; the first reader meets it and the second does not. @type {Choice} */
export const inversion = {
  step: steps[2],
  heard: ['A'],
  asked: [
    ['A', 'B'],
    ['B', 'C'],
  ],
  back: false,
};

/** @typedef {{w: number, r: number, ways: number, misses: string[]}} Row */

/** @param {Engine} engine @param {number} w @param {number} r @returns {Promise<Row>} */
export async function missesOf(engine, w, r) {
  const ways = waysOf({ id: '', w, r, readers: 1, reach: w });
  const misses = [];
  for (const way of ways) {
    const outcome = outcomeOf(await play(engine, way), way);
    if (outcome === 'stale') misses.push(`${way.heard.join(' ')} / ${way.asked[0].join(' ')}`);
  }
  return { w, r, ways: ways.length, misses };
}

/** @type {import('./still.js').Still} */
export const quorumStill = {
  id: 'fig-6-7',
  async measure(engine) {
    const rows = [];
    for (const [w, r] of pairs) rows.push(await missesOf(engine, w, r));
    return {
      played: await play(engine, noChoice(steps[0])),
      rows,
      unfinished: [await play(engine, inversion), await play(engine, { ...inversion, back: true })],
      labRun: await runForLab(engine, inversion),
    };
  },
  view: ({ played }) => quorumFrame(stillQuorum(played), noControls),
  labRun: ({ labRun }) => labRun,
  withoutScript: ({ rows, unfinished }) => [
    tableTwin({
      caption: `What Fig 6-7 lets you find: of all ways to choose the copies that have the write and those that answer, how many miss it; run when this page was built`,
      columns: ['W and R', 'Ways', 'Reads that miss', 'Copies with the write / copies that answer'],
      rows: rows.map((/** @type {Row} */ { w, r, ways, misses }) => [
        `W = ${w}, R = ${r}`,
        ways,
        misses.length === 0 ? 'none' : misses.length,
        misses.join(' · ') || '–',
      ]),
      empty: '',
    }),
    tableTwin({
      caption: `A write that has reached only copy ${inversion.heard[0]}, with W = ${inversion.step.w} and R = ${inversion.step.r}, and two readers`,
      columns: ['Readers', 'Client 2 was told', 'Client 3, later, was told', 'As one copy would'],
      rows: unfinished.map((/** @type {Played} */ played, /** @type {number} */ at) => [
        at === 0 ? 'only read' : 'write back what they found, before they are answered',
        ...[0, 1].map((reader) => {
          const call = callOf(played, readerName(reader));
          return `${call?.value} by ${formatList([...(call?.answered ?? [])].sort())}, ${formatTime(call?.end_us ?? 0)}`;
        }),
        played.verdict.verdict.linearizable.state === 'broken' ? 'no' : 'yes',
      ]),
      empty: '',
    }),
  ],
};
