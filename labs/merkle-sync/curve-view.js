// Where a tree loses: bytes against how many keys differ, or how many there are, both logarithmic.

import { scaleLog } from 'd3-scale';
import { line as d3Line } from 'd3-shape';
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { element, line, picture, text } from '../../web/figures/svg.js';
import { formatShare, group } from '../../web/ui/format.js';
import { crossings, lines, mostKeys } from './curve.js';
import { choices } from './settings.js';
import { formatSize } from './words.js';

/** @import { SyncMethod } from '../../web/engine/engine.d.ts' */
/** @import { Axis, Point } from './curve.js' */
/** @import { Lab } from './lab.js' */
/** @import { Ui } from './ui.js' */

/** @param {Lab} lab @param {Ui} ui */
export function curve(lab, ui) {
  const { curve, settings } = lab;
  const fits = curve.fits(settings) && curve.points.length > 0;
  const now = curve.axis === 'differ' ? settings.differ : settings.keys;
  return html`<section class="curve-part" aria-label="Where a tree loses">
    <h2>Where a tree loses
      <span class="axis-switch" role="group" aria-label="Against">
        ${axisButton(lab, 'differ', 'keys that differ')} ${axisButton(lab, 'keys', 'number of keys')}
      </span>
    </h2>
    ${
      fits
        ? html`<div class="curve-board" @pointerdown=${(/** @type {PointerEvent} */ event) => drag(lab, ui, event)}
            @pointermove=${(/** @type {PointerEvent} */ event) => event.buttons === 1 && drag(lab, ui, event)}>
            ${unsafeHTML(drawCurve({ points: curve.points, now, width: ui.curveWidth, axis: curve.axis }))}
          </div>`
        : nothing
    }
    <p class="curve-says">${says(lab, fits)}</p>
    ${
      curve.progress
        ? html`<div class="measuring"><progress max=${curve.progress.total} .value=${curve.progress.done} aria-label="Runs done"></progress>
            <span class="num">${formatShare(curve.progress.done, curve.progress.total)}</span>
            <button class="btn small" @click=${() => curve.stop()}>Stop</button></div>`
        : fits
          ? nothing
          : html`<button class="btn" @click=${() => lab.measureCurve()}>Measure it</button>`
    }
  </section>`;
}

/** The upright line goes to the nearest choice of the side panel, which says the same for the keyboard. @param {Lab} lab @param {Ui} ui @param {PointerEvent} event */
function drag(lab, ui, event) {
  const { axis, points } = lab.curve;
  const { left } = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
  const at = acrossOf(points, ui.curveWidth).invert(event.clientX - left);
  const least = axis === 'differ' ? 1 : lab.settings.differ;
  const most = axis === 'differ' ? lab.settings.keys : mostKeys;
  const near = choices[axis]
    .map(([value]) => value)
    .filter((value) => value >= least && value <= most)
    .sort((a, b) => Math.abs(Math.log(a / at)) - Math.abs(Math.log(b / at)) || a - b)[0];
  if (near !== undefined && near !== lab.settings[axis]) lab.set({ [axis]: near });
}

/** @param {Point[]} points @param {number} width */
function acrossOf(points, width) {
  const xs = points.map(({ x }) => x);
  return scaleLog()
    .domain([Math.min(...xs), Math.max(...xs, 2)])
    .range([plot.left, width - plot.right]);
}

/** The names of the lines stand at their ends. */
const plot = { left: 62, right: 94, top: 12, bottom: 208 };

/** @param {Lab} lab @param {Axis} axis @param {string} words */
const axisButton = ({ curve, around }, axis, words) =>
  html`<button class="link" aria-pressed=${curve.axis === axis ? 'true' : 'false'} @click=${() => {
    curve.stop();
    curve.axis = axis;
    around.draw();
  }}>${words}</button>`;

/** @param {Lab} lab @param {boolean} fits */
function says({ curve, settings }, fits) {
  const n = curve.keysOf(settings);
  const capped =
    settings.keys > mostKeys
      ? ` A million keys would take too long for each point, so this is with ${group(n)}.`
      : '';
  if (!fits) {
    return curve.axis === 'differ'
      ? `Bytes to find out, from one key that differs to all ${group(n)}: each point is a run.${capped}`
      : `Bytes to find out with the same number of keys that differ, from few keys to ${group(n)}: each point is a run.${capped}`;
  }
  if (curve.progress) return `Each point is a run.${capped}`;
  const lost = crossings(curve.points, 'tree', 'hashes');
  if (lost.length === 0) {
    const last = curve.points.at(-1);
    const loses = last && (last.bytes.tree ?? 0) > (last.bytes.hashes ?? 0);
    return `The tree ${loses ? 'costs more than' : 'costs less than'} the hash of every key at every point.${capped}`;
  }
  const at = group(Math.round(lost[0].x));
  return curve.axis === 'differ'
    ? `From about ${at} of ${group(n)} keys on, the tree costs more than the hash of every key ✕.${capped}`
    : `The two lines cross at about ${at} keys ✕.${capped}`;
}

/** @param {{points: Point[], now: number, width: number, axis: Axis}} view */
export function drawCurve({ points, now, width, axis }) {
  const { left, top, bottom } = plot;
  const right = width - plot.right;
  const all = points.flatMap(({ bytes }) => Object.values(bytes)).filter((bytes) => bytes > 0);
  const x = acrossOf(points, width);
  const y = scaleLog()
    .domain([Math.min(...all) / 1.5, Math.max(...all) * 1.6])
    .range([bottom, top]);
  const ends = placedEnds(points, y, top, bottom);
  return picture({ width, height: bottom + 40, className: 'loses', label: described(points, axis) }, [
    ...powers(y.domain()).map(
      (bytes) =>
        line(left, y(bytes), right, y(bytes), 'grid') +
        text(left - 8, y(bytes) + 4, shortSize(bytes), { 'text-anchor': 'end' }),
    ),
    ...powers(x.domain())
      // Where there is little room, every other power has its number.
      .filter((_, i, all) => width >= 420 || (all.length - 1 - i) % 2 === 0)
      .map((n) => text(x(n), bottom + 18, group(n), { 'text-anchor': x(n) > right - 20 ? 'end' : 'middle' })),
    text(right, bottom + 36, axis === 'differ' ? 'keys that differ' : 'number of keys', {
      'text-anchor': 'end',
    }),
    line(left, bottom, right, bottom, 'life'),
    now >= x.domain()[0] && now <= x.domain()[1] ? line(x(now), top, x(now), bottom, 'here') : '',
    ...lines.map(([method]) => {
      const path = d3Line(
        (/** @type {Point} */ point) => x(point.x),
        (point) => y(point.bytes[method] ?? 1),
      ).defined(({ bytes }) => (bytes[method] ?? 0) > 0);
      return element('path', { d: path(points) ?? '', class: `line is-${method}` });
    }),
    ...ends.map(({ name, method, at }) => text(right + 7, at, name, { class: `line-name is-${method}` })),
    ...crossings(points, 'tree', 'hashes').map((one) =>
      text(x(one.x), y(one.bytes) + 5, '✕', { class: 'crossing', 'text-anchor': 'middle' }),
    ),
  ]);
}

/** Names at the lines' ends, apart from each other. @param {Point[]} points @param {(bytes: number) => number} y @param {number} top @param {number} bottom */
function placedEnds(points, y, top, bottom) {
  const last = points.at(-1);
  const placed = lines
    .filter(([method]) => last?.bytes[method])
    .map(([method, name]) => ({
      method,
      name,
      at: y(last?.bytes[/** @type {SyncMethod} */ (method)] ?? 1) - 7,
    }))
    .sort((a, b) => a.at - b.at);
  placed.forEach((one, i) => {
    one.at = Math.max(top + 10, one.at, i > 0 ? placed[i - 1].at + 15 : 0);
    one.at = Math.min(one.at, bottom - 6);
  });
  return placed;
}

/** The powers of ten in a range. @param {number[]} domain */
function powers([low, high]) {
  const found = [];
  for (let n = 10 ** Math.ceil(Math.log10(low) - 1e-9); n <= high * 1.0001; n *= 10)
    found.push(Math.round(n));
  return found;
}

/** @param {number} bytes */
const shortSize = (bytes) =>
  bytes >= 1e6 ? `${bytes / 1e6} MB` : bytes >= 1000 ? `${bytes / 1000} kB` : `${bytes} B`;

/** @param {Point[]} points @param {Axis} axis */
function described(points, axis) {
  const rows = points.map(
    ({ x, bytes }) =>
      `${group(x)}: ${lines.map(([method, name]) => `${name} ${formatSize(bytes[method] ?? 0)}`).join(', ')}`,
  );
  return `Bytes by ${axis === 'differ' ? 'keys that differ' : 'number of keys'}. ${rows.join('; ')}.`;
}
