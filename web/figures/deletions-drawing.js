// The chart of Fig 6-11 c: bytes in the directory and bytes that can be read, from the first put to the compaction.
import { scaleLinear } from 'd3-scale';
import { curveStepAfter, line as d3Line } from 'd3-shape';
import { group } from '../ui/format.js';
import { element, line, picture, text } from './svg.js';

/** @import { Emptied, Part } from './deletions-run.js' */

/**
 * @param {{run: Emptied, part: Part, width: number}} view
 */
export function drawDirectory({ run, part, width }) {
  const narrow = width < 500;
  const [left, top, bottom] = [62, 16, 210];
  const right = width - 16;
  const { keys, moments, filled, deleted, compacted } = run;
  const x = scaleLinear()
    .domain([0, 2 * keys])
    .range([left, right - (narrow ? 26 : 50)]);
  const y = scaleLinear().domain([0, run.most_bytes]).nice(4).range([bottom, top]);
  const shown = moments
    .filter(({ deletes }) => part !== 'filled' || deletes === 0)
    .slice(0, part === 'filled' ? undefined : -1);
  const operations = (/** @type {{puts: number, deletes: number}} */ { puts, deletes }) => puts + deletes;
  const curve = (/** @type {'directory_bytes' | 'live_bytes'} */ what) =>
    d3Line()
      .x(([at]) => x(at))
      .y(([, bytes]) => y(bytes))
      .curve(curveStepAfter)(shown.map((moment) => [operations(moment), moment[what]])) ?? '';
  const end = x(2 * keys);
  const last = shown[shown.length - 1];
  const drop =
    part === 'compacted'
      ? line(end, y(deleted.directory_bytes), right, y(compacted.directory_bytes), 'curve drop')
      : '';
  const label =
    part === 'filled'
      ? `${group(filled.directory_bytes)} bytes after ${group(keys)} puts.`
      : `${group(filled.directory_bytes)} bytes after ${group(keys)} puts, ${group(deleted.directory_bytes)} after as many deletions${part === 'compacted' ? `, ${group(compacted.directory_bytes)} after the compaction` : ''}.`;
  return picture(
    { width, height: bottom + 46, className: 'deletions-curve', label: `Bytes in the directory: ${label}` },
    [
      ...y.ticks(4).flatMap((bytes) => [
        line(left, y(bytes), right, y(bytes), 'grid'),
        text(left - 8, y(bytes) + 4.5, bytes === 0 ? '0' : `${bytes / 1000} KB`, {
          class: 'small',
          'text-anchor': 'end',
        }),
      ]),
      line(x(keys), top, x(keys), bottom + 6, 'edge'),
      ...[0, keys, 2 * keys].map((at) =>
        text(x(at), bottom + 20, group(at), { class: 'small', 'text-anchor': 'middle' }),
      ),
      text((x(0) + x(keys)) / 2, bottom + 40, 'puts', { class: 'small name', 'text-anchor': 'middle' }),
      text((x(keys) + end) / 2, bottom + 40, 'deletions', { class: 'small name', 'text-anchor': 'middle' }),
      part === 'filled'
        ? element('rect', { x: x(keys), y: top, width: end - x(keys), height: bottom - top, class: 'open' })
        : '',
      element('path', { d: curve('live_bytes'), class: 'curve live' }),
      element('path', { d: curve('directory_bytes'), class: 'curve directory' }),
      drop,
      element('circle', {
        cx: part === 'compacted' ? right : x(operations(last)),
        cy: y(part === 'compacted' ? compacted.directory_bytes : last.directory_bytes),
        r: 5,
        class: 'now',
      }),
    ],
  );
}
