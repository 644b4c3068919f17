// The three machines of one world, what each has, and the wires between them: a drawing for a narrow column.
import { shape } from './shapes.js';
import { element, line, picture, text } from './svg.js';
import { wireName, wires } from './worlds-measure.js';

/** @import { Held, Phase, Trouble } from './worlds-measure.js' */

const width = 106;
const height = 132;
const box = { width: 46, height: 42 };
/** @type {Record<string, [x: number, y: number]>} middles of the boxes */
const places = { A: [23, 21], B: [83, 21], C: [53, 111] };

/**
 * @param {object} world
 * @param {Held[]} world.held
 * @param {Trouble} world.trouble
 * @param {Phase} world.phase
 */
export function drawWorld({ held, trouble, phase }) {
  return picture({ width, height, className: 'world-machines', label: describe({ held, trouble, phase }) }, [
    ...wires.map((wire) => drawWire(wire, trouble, phase)),
    ...held.map(drawMachine),
  ]);
}

/** @param {string} wire @param {Trouble} trouble @param {Phase} phase */
function drawWire(wire, { hit, ms }, phase) {
  const [[x1, y1], [x2, y2]] = [places[wire[0]], places[wire[1]]];
  const hurt = phase !== 'whole' && hit.includes(/** @type {any} */ (wire));
  const kind = !hurt ? '' : phase === 'to come' ? ' planned' : ms === null ? ' cut' : ' slow';
  const [x, y] = wire === 'AB' ? [53, 21] : [(x1 + x2) / 2, (y1 + y2) / 2];
  return (
    line(x1, y1, x2, y2, `wire${kind}`) +
    (hurt ? element('circle', { cx: x, cy: y, r: 8, class: 'wire-mark' }) + wireShape(x, y, ms) : '')
  );
}

/** @param {number} x @param {number} y @param {number | null} ms */
const wireShape = (x, y, ms) => (ms === null ? shape('failed', x, y, 11) : shape('flight', x, y, 11));

/** @param {Held} held */
function drawMachine({ name, value }) {
  const [x, y] = places[name];
  return element(
    'g',
    { class: 'machine' },
    element('rect', {
      x: x - box.width / 2,
      y: y - box.height / 2,
      width: box.width,
      height: box.height,
      rx: 6,
    }) +
      text(x, y - 4, name, { 'text-anchor': 'middle', class: 'name' }) +
      text(x, y + 14, value, { 'text-anchor': 'middle', class: 'value' }),
  );
}

/** @param {{held: Held[], trouble: Trouble, phase: Phase}} world */
function describe({ held, trouble: { hit, ms }, phase }) {
  const copies = held.map(({ name, value }) => `${name} has ${value}`);
  const names = hit.map(wireName).join(', ');
  const hurt = hit.length === 0 || phase !== 'now' ? '' : ` ${ms === null ? 'Cut' : 'Slower'}: ${names}.`;
  return `${copies.join('; ')}.${hurt}`;
}
