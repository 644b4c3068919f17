// Fig 6-6 b's picture: a pure function from what is known to the figure's frame.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { formatList, formatShare, group } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { drawField } from './loss-drawing.js';
import { choices, countRolls, names, numberOf, pointChoices, rolled } from './loss-measure.js';
import { pointsSwitch } from './points-switch.js';

/** @import { Points, Risk } from './loss-measure.js' */

/**
 * @typedef {object} LossPicture
 * @property {boolean} live
 * @property {Points} points
 * @property {Partial<Record<Points, Risk>>} risks that were measured
 * @property {number[]} dead three at most, in the order in which they died
 * @property {Record<Points, number>} rolls how often the dice were thrown
 * @property {Points[]} shown points of which all choices are shown
 * @property {string} news
 */

/**
 * @typedef {object} LossControls
 * @property {(points: Points) => void} setPoints
 * @property {(machine: number) => void} toggle
 * @property {(times: number) => void} roll
 * @property {() => void} showAll
 */

/** @type {LossControls} */
export const noControls = { setPoints() {}, toggle() {}, roll() {}, showAll() {} };

/** @param {Points} points */
export const pointWords = (points) => (points === 1 ? '1 point each' : `${points} points each`);

/** The choice of three that is dead now. @param {LossPicture} picture */
export function chosenOf({ dead }) {
  return dead.length === 3 ? numberOf([...dead].sort(ascending)) : null;
}

/** @param {LossPicture} picture @param {LossControls} controls */
export function lossFrame(picture, controls) {
  const rows = rowsOf(picture);
  return {
    caption: 'Fig 6-6 b · thirty machines, any three die',
    look: 'Let any three machines die, a hundred times; then give each machine more points and do it again. A hundred are few: the rows “all” count every choice of three.',
    body: html`
      ${panel(picture, controls)}
      <p class="news" role="status">${picture.news}</p>
      ${stage(picture, controls)}
      ${
        rows.length > 0
          ? html`<div class="loss-counts"><table>
              <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
              <tbody>
                ${rows.map(([head, ...cells]) => html`<tr><th scope="row">${head}</th>${cells.map((cell, at) => html`<td data-label=${columns[at + 1]}>${cell}</td>`)}</tr>`)}
              </tbody>
            </table></div>`
          : nothing
      }`,
    twin: tableTwin({
      caption: 'Thirty machines, any three die',
      columns,
      rows,
      empty: 'Nothing has been rolled yet.',
    }),
  };
}

/** @param {LossPicture} picture @param {LossControls} controls */
function panel(picture, controls) {
  const { live, points, shown } = picture;
  return html`<div class="loss-panel">
    <div class="row">
      <button type="button" class="btn primary" ?disabled=${!live} @click=${() => controls.roll(1)}>any three die</button>
      <button type="button" class="btn" ?disabled=${!live} @click=${() => controls.roll(100)}>a hundred times</button>
      <button
        type="button"
        class="btn"
        ?disabled=${!live}
        aria-pressed=${String(shown.includes(points))}
        @click=${controls.showAll}
      >show all ${group(choices.length)} choices</button>
    </div>
    ${pointsSwitch({ label: 'points of each machine', choices: pointChoices, points, live }, controls.setPoints)}
  </div>`;
}

/** @param {LossPicture} picture @param {LossControls} controls */
function stage(picture, controls) {
  const { live, dead, points, risks, rolls, shown } = picture;
  const all = shown.includes(points);
  const drawing = drawField({
    risk: risks[points] ?? null,
    rolls: rolls[points],
    chosen: chosenOf(picture),
    all,
  });
  return html`<div class="loss-stage">
    <div class="machine-side">
      <p class="hush">Thirty machines; press three of them yourself, if you like.</p>
      <div class="thirty" role="group" aria-label="machines; three of them can be dead">
        ${names.map(
          (name, machine) => html`<button
            type="button"
            ?disabled=${!live}
            aria-pressed=${String(dead.includes(machine))}
            aria-label="machine ${name} dead"
            @click=${() => controls.toggle(machine)}
          >${dead.includes(machine) ? html`<i aria-hidden="true">✕</i>` : nothing}${name}</button>`,
        )}
      </div>
    </div>
    ${unsafeHTML(drawing)}
    <ul class="legend">
      <li>a place for each of the ${group(choices.length)} choices of three</li>
      <li><i class="dot miss">×</i> rolled, nothing lost</li>
      <li class="failed"><i class="dot hit"></i> rolled, lost: the larger, the more keys</li>
      ${all ? html`<li><i class="dot blot"></i> not rolled, would be lost</li>` : nothing}
    </ul>
  </div>`;
}

const columns = ['three machines die', 'something was lost', 'how much then', 'how much on average'];

/** What was rolled or chosen by hand, and what all choices come to. @param {LossPicture} picture */
function rowsOf(picture) {
  const { points: now, dead, rolls, risks, shown } = picture;
  const chosen = chosenOf(picture);
  /** @type {string[][]} */
  const rows = [];
  for (const points of pointChoices) {
    const risk = risks[points];
    if (!risk) continue;
    const { hits, total } = countRolls(risk, rolls[points]);
    if (points === now && chosen !== null && !isRolled(picture)) {
      const share = risk.lost.get(chosen) ?? 0;
      rows.push([
        `${pointWords(points)}, machines ${namesOf(dead)}`,
        share > 0 ? 'yes' : 'no',
        share > 0 ? formatShare(share, 1) : '–',
        '–',
      ]);
    }
    if (rolls[points] > 0) {
      rows.push([
        `${pointWords(points)}, ${group(rolls[points])} ${rolls[points] === 1 ? 'roll' : 'rolls'}`,
        `${group(hits)} ${hits === 1 ? 'time' : 'times'}`,
        hits === 0 ? '–' : formatShare(total / hits, 1),
        onAverage(total / rolls[points]),
      ]);
    }
    if (rolls[points] > 0 || shown.includes(points)) rows.push(exactRow(risk));
  }
  return rows;
}

/** Whether the dice have chosen who is dead. @param {LossPicture} picture */
function isRolled({ dead, points, rolls }) {
  return rolls[points] > 0 && numberOf([...dead].sort(ascending)) === rolled(rolls[points]);
}

/** As many digits as the text has. @param {number} share */
const onAverage = (share) => `${(100 * share).toFixed(3)} %`;

const ascending = (/** @type {number} */ left, /** @type {number} */ right) => left - right;

/** @param {number[]} dead */
const namesOf = (dead) => formatList([...dead].sort(ascending).map((machine) => names[machine]));

/** Of every choice there is. @param {Risk} risk */
export function exactRow({ points, lost, chance, expected }) {
  return [
    `${pointWords(points)}, all ${group(choices.length)}`,
    `${group(lost.size)} times, ${formatShare(chance, 1)}`,
    formatShare(expected / chance, 1),
    onAverage(expected),
  ];
}

/** What the dead machines take with them. @param {LossPicture} picture */
export function deadNews(picture) {
  const { dead, points, risks } = picture;
  if (dead.length === 0) return 'All thirty machines are alive.';
  const who = `${dead.length === 1 ? 'Machine' : 'Machines'} ${namesOf(dead)}`;
  const chosen = chosenOf(picture);
  if (chosen === null) {
    return `${who} ${dead.length === 1 ? 'is' : 'are'} dead. Every key has three copies, so nothing is lost yet.`;
  }
  const share = risks[points]?.lost.get(chosen) ?? 0;
  return share > 0
    ? `${who} are dead, and with them all three copies of ${formatShare(share, 1)} of the keys.`
    : `${who} are dead. No key had all three of its copies on them: nothing is lost.`;
}

/** What many throws have come to. @param {LossPicture} picture */
export function rollsNews({ points, rolls, risks }) {
  const risk = risks[points];
  if (!risk) return '';
  const { hits, total } = countRolls(risk, rolls[points]);
  const count = `With ${pointWords(points)}, ${group(hits)} of ${group(rolls[points])} rolls lost something`;
  const few = ` So few rolls scatter; of all ${group(choices.length)} choices ${group(risk.lost.size)} lose something.`;
  return hits === 0
    ? `${count}.${few}`
    : `${count}: each of these ${formatShare(total / hits, 1)} of the keys on average.${few}`;
}

/** What all choices come to. @param {LossPicture} picture */
export function allNews({ points, risks, rolls, shown }) {
  const risk = risks[points];
  if (!risk) return '';
  const counted = pointChoices.filter((choice) => rolls[choice] > 0 || shown.includes(choice));
  const rest =
    counted.length > 1
      ? ' Compare the last column of the rows “all”: it is the same for every number of points.'
      : ' Now try another number of points.';
  return `Of all ${group(choices.length)} choices ${group(risk.lost.size)} lose something, each ${formatShare(risk.expected / risk.chance, 1)} of the keys on average.${rest}`;
}
