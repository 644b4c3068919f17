// The bill as bars: what each method sends to find out, on a logarithmic axis, the cheapest first.

import { scaleLog } from 'd3-scale';
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { element, picture, text } from '../../web/figures/svg.js';
import { formatMs, group } from '../../web/ui/format.js';
import { forNothing, others } from './bill.js';
import { formatSize, plural } from './words.js';

/** @import { Lab } from './lab.js' */
/** @import { Ui } from './ui.js' */
/** @typedef {{name: string, bytes: number, kind: 'own' | 'other' | 'bound', says: string}} Bar */

/** @param {Lab} lab @param {Ui} ui */
export function bill(lab, ui) {
  const { shown, bill } = lab;
  if (!shown) return nothing;
  const waits = others.find(([method]) => method === bill.running);
  return html`<section class="bill-part" aria-label="The bill">
    <h2>The bill <small>bytes to find what differs, the values apart · log scale</small></h2>
    ${unsafeHTML(drawBill(barsOf(lab), ui.billWidth))}
    ${
      waits === undefined && bill.reports.size < others.length && !lab.working
        ? html`<button class="btn small" @click=${() => lab.fillBill()}>Fill in the others</button>`
        : nothing
    }
    <p class="waits">${waits ? `${waits[1]}: ${waits[2]} …` : ' '}</p>
  </section>`;
}

/** @param {Lab} lab @returns {Bar[]} */
export function barsOf({ shown, bill }) {
  if (!shown) return [];
  const { report } = shown.run;
  const bars = bill.rows(report).map(({ name, report, own }) => ({
    name,
    bytes: report.bytes,
    kind: /** @type {Bar['kind']} */ (own ? 'own' : 'other'),
    says: `${formatSize(report.bytes)} · ${plural(report.rounds, 'round')} · ${formatMs(report.finish_ms)} · ${wasted(forNothing(report))}`,
  }));
  return [
    {
      name: 'lower bound',
      bytes: report.lower_bound_bytes,
      kind: 'bound',
      says: `${formatSize(report.lower_bound_bytes)} · the names of what differs`,
    },
    ...bars,
  ];
}

/** @param {number} keys */
const wasted = (keys) => `${keys === 0 ? 'none' : group(keys)} for nothing`;

/** @param {Bar[]} bars @param {number} width */
export function drawBill(bars, width) {
  const row = 44;
  const least = 1;
  const most = Math.max(10, ...bars.map(({ bytes }) => bytes));
  const x = scaleLog().domain([least, most]).range([2, width]);
  const height = bars.length * row + 4;
  return picture(
    { width, height, className: 'bill', label: bars.map(({ name, says }) => `${name}: ${says}`).join('. ') },
    [
      ...bars.map(({ name, bytes, kind, says }, i) => {
        const y = i * row;
        const w = bytes > 0 ? Math.max(2, x(Math.max(least, bytes))) : 2;
        return (
          text(0, y + 14, name, { class: kind === 'own' ? 'who' : kind === 'bound' ? 'bound-name' : '' }) +
          text(width, y + 14, fitted(says, width), { class: 'amounts', 'text-anchor': 'end' }) +
          element('rect', {
            x: 0.75,
            y: y + 20.75,
            width: Math.max(1, w - 1.5),
            height: 12.5,
            rx: 3,
            class: `bar ${kind}`,
          })
        );
      }),
    ],
  );
}

/** On a phone only the first parts have room. @param {string} says @param {number} width */
function fitted(says, width) {
  const parts = says.split(' · ');
  const room = (width - 120) / 7.7;
  while (parts.length > 1 && parts.join(' · ').length > room) parts.pop();
  return parts.join(' · ');
}
