// The tables that say the same as the stage and the bill.
import { html } from 'lit';
import { formatMs, group } from '../../web/ui/format.js';
import { tableTwin } from '../../web/ui/table-twin.js';
import { forNothing } from './bill.js';
import { formatSize } from './words.js';

/** @import { Lab } from './lab.js' */

/** @param {Lab} lab */
export function tables(lab) {
  return html`<section class="tables" id="tables" aria-label="The run as a table">
    ${tableTwin(levels(lab))} ${tableTwin(methods(lab))}
  </section>`;
}

/** @param {Lab} lab */
function levels({ rows }) {
  return {
    caption: 'The levels of the tree',
    columns: ['level', 'hashes asked for', 'equal', 'differ', 'bytes', 'which differ'],
    empty: 'There is no run yet.',
    rows: rows.map(({ level, asked, answered, differing, bytes }) => {
      if (asked === 0) return [level, 'not asked', '–', '–', '–', '–'];
      if (!answered) return [level, group(asked), '?', '?', group(bytes), '?'];
      const which = [...differing].slice(0, 12).map((index) => group(index + 1));
      const more = differing.size > 12 ? ' …' : '';
      return [
        level,
        group(asked),
        group(asked - differing.size),
        group(differing.size),
        group(bytes),
        which.join(', ') + more || '–',
      ];
    }),
  };
}

/** @param {Lab} lab */
function methods({ shown, bill }) {
  return {
    caption: 'The bill, method by method',
    columns: [
      'method',
      'bytes to find out',
      'bytes of copies',
      'rounds',
      'time',
      'keys sent',
      'sent for nothing',
    ],
    empty: 'There is no run yet.',
    rows: shown
      ? bill
          .rows(shown.run.report)
          .map(({ name, report }) => [
            name,
            formatSize(report.bytes),
            formatSize(report.bytes_records),
            group(report.rounds),
            formatMs(report.finish_ms),
            group(report.keys_sent),
            group(forNothing(report)),
          ])
      : [],
  };
}
