// Fig 6-9 before it runs: C is away; and for whoever cannot turn the dial, what each length of absence came to.
import { tableTwin } from '../ui/table-twin.js';
import { stillAbsence } from './absence.js';
import { labRun } from './absence-lab.js';
import { countsOf, firstPlace, lengths, play } from './absence-run.js';
import { absenceFrame, noControls, triedColumns } from './absence-view.js';
import { triedRows } from './absence-words.js';

/** @type {import('./still.js').Still} */
export const absenceStill = {
  id: 'fig-6-9',
  async measure(engine) {
    const tried = new Map();
    for (const [place, ms] of lengths.entries()) tried.set(place, countsOf(await play(engine, ms)));
    return { played: await play(engine, lengths[firstPlace]), rows: triedRows(tried) };
  },
  view: ({ played }) => absenceFrame(stillAbsence(played), noControls),
  labRun,
  withoutScript: ({ rows }) =>
    tableTwin({
      caption:
        'What Fig 6-9 shows: who brought the changes, by how long the machine was away, run when this page was built',
      columns: triedColumns,
      rows,
      empty: '',
    }),
};
