// The run as files: the stage as a picture, its levels and the bill as tables, the log as lines of JSON. Each says what
// stands on the page; a number is written as a number.
import { csvText } from '../../web/ui/csv-text.js';
import { svgFile } from '../../web/ui/svg-file.js';
import { forNothing } from './bill.js';
import { askedOf, setupOf } from './settings.js';
import { addressOf } from './share.js';

/** @import { TakenFile } from '../../web/ui/take-away.js' */
/** @import { Lab } from './lab.js' */

/** @param {Lab} lab @param {ParentNode} root where the stage is drawn @returns {TakenFile} */
export function stageFile(lab, root) {
  const drawing = /** @type {SVGSVGElement} */ (root.querySelector('.board svg'));
  const { settings, state } = /** @type {NonNullable<Lab['shown']>} */ (lab.shown);
  const title = `Merkle Tree Sync: ${settings.keys} keys, ${state.differing} that differ, ${settings.fanOut} children of a node`;
  return { name: 'merkle-sync-stage.svg', type: 'image/svg+xml', text: svgFile(drawing, title) };
}

/** The levels, as far as the run has come. @param {Lab} lab @returns {TakenFile} */
export function levelsFile({ rows }) {
  const columns = ['level', 'hashes_asked', 'equal', 'differ', 'bytes', 'differing_nodes_from_1'];
  const cells = rows.map(({ level, asked, answered, differing, bytes }) =>
    answered
      ? [level, asked, asked - differing.size, differing.size, bytes, [...differing].map(oneMore).join(' ')]
      : [level, asked, null, null, bytes, null],
  );
  return csvFile('levels', columns, cells);
}

/** @param {number} index */
const oneMore = (index) => index + 1;

/** The bill, as far as its methods have run. @param {Lab} lab @returns {TakenFile} */
export function billFile({ shown, bill }) {
  const columns = [
    'method',
    'bytes_to_find_out',
    'bytes_of_copies',
    'rounds',
    'messages',
    'hashes',
    'time_ms',
    'keys_sent',
    'keys_sent_for_nothing',
  ];
  const rows = shown ? bill.rows(shown.run.report) : [];
  return csvFile(
    'bill',
    columns,
    rows.map(({ name, report }) => [
      name,
      report.bytes,
      report.bytes_records,
      report.rounds,
      report.messages,
      report.hashes,
      report.finish_ms,
      report.keys_sent,
      forNothing(report),
    ]),
  );
}

/** @param {string} what @param {string[]} columns @param {import('../../web/ui/csv-text.js').Cell[][]} rows @returns {TakenFile} */
const csvFile = (what, columns, rows) => ({
  name: `merkle-sync-${what}.csv`,
  type: 'text/csv',
  text: csvText(columns, rows),
});

/**
 * The whole log. Its first line has what was asked for and what came of it, each other line is a message.
 * @param {Lab} lab
 * @returns {TakenFile}
 */
export function logFile({ shown, hop }) {
  if (!shown) throw new Error('there is no run yet');
  const { settings, run } = shown;
  const first = {
    lab: 'merkle-sync',
    address: addressOf({ settings, hop }),
    replicas: { ...setupOf(settings), past: settings.past, edits: settings.edits },
    asked: askedOf(settings),
    report: run.report,
    ...(run.again ? { again: run.again } : {}),
  };
  return {
    name: 'merkle-sync-log.jsonl',
    type: 'application/jsonl',
    text: [first, ...run.log].map((line) => `${JSON.stringify(line)}\n`).join(''),
  };
}
