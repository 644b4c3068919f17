// Fig 6-8 b's picture: a pure function from what is known to the figure's frame.
import { html } from 'lit';
import { formatName } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { names, pairs, relationOf } from './versions-run.js';

/** @import { Clock, Relation, Version } from './versions-run.js' */

/**
 * @typedef {object} VersionsPicture
 * @property {boolean} live
 * @property {Version[]} versions
 * @property {number} pair which two are looked at
 * @property {Record<string, Relation>} said of each two, by their name
 */

/**
 * @typedef {object} VersionsControls
 * @property {(pair: number) => void} choose
 * @property {(relation: Relation) => void} say
 */

/** @type {VersionsControls} */
export const noControls = { choose() {}, say() {} };

/** @type {Relation[]} */
export const relations = ['before', 'after', 'neither'];

/** @type {Record<Relation, string>} */
const signs = { before: '<', after: '>', neither: '∥' };

/** @param {number} pair */
export const pairName = (pair) => pairs[pair].map((at) => names[at]).join('-');

/** @param {VersionsPicture} picture @param {VersionsControls} controls */
export function versionsFrame(picture, controls) {
  const { live, versions, pair, said } = picture;
  const [left, right] = pairs[pair].map((at) => versions[at]);
  const answer = said[pairName(pair)];
  return {
    caption: 'Fig 6-8 b · five versions of one cart',
    look: 'Tap a pair, and say from the two clocks which version came first, or that neither had seen the other.',
    body: html`
      <div class="versions">
        <div class="versions-ask">
          <div class="two-versions">${card(left)} ${card(right)}</div>
          <p class="asked" id="versions-ask">${left.name} is … ${right.name}</p>
          <div class="row" role="group" aria-labelledby="versions-ask">
            ${relations.map(
              (relation) => html`<button
                type="button"
                class="btn"
                aria-pressed=${String(answer === relation)}
                ?disabled=${!live}
                @click=${() => controls.say(relation)}
              >${relation}</button>`,
            )}
          </div>
        </div>
        ${board(picture, controls)}
      </div>
      <p class="news" role="status">${newsOf(picture)}</p>`,
    twin: tableTwin({
      caption: 'Five versions of one cart',
      columns: ['Version', 'Written by', 'Through', 'Clock'],
      rows: versions.map(({ name, client, machine, clock }) => [
        name,
        formatName(client),
        machine,
        clockText(clock),
      ]),
      empty: '',
    }),
  };
}

/** @param {Version} version */
function card({ name, client, machine, clock }) {
  return html`<div class="version-card">
    <b>${name}</b>
    <p class="stamp">${Object.entries(clock).map(([at, count]) => html`<b class="counter">${at} ${count}</b> `)}</p>
    <small>${formatName(client)}, through ${machine}</small>
  </div>`;
}

/** @param {Clock} clock */
export const clockText = (clock) =>
  Object.entries(clock)
    .map((entry) => entry.join(' '))
    .join(', ');

/** Every two, and what was said of them. @param {VersionsPicture} picture @param {VersionsControls} controls */
function board({ live, versions, pair, said }, controls) {
  const done = Object.keys(said).length;
  const right = pairs.filter((two, at) => said[pairName(at)] === truthOf(versions, two)).length;
  return html`<table class="pairs">
    <caption>${done === 0 ? `There are ${pairs.length} pairs` : `${done} of ${pairs.length} pairs said, ${right} right`}</caption>
    <thead>
      <tr><td></td>${names.slice(1).map((name) => html`<th scope="col">${name}</th>`)}</tr>
    </thead>
    <tbody>
      ${names.slice(0, -1).map(
        (name, row) => html`<tr>
          <th scope="row">${name}</th>
          ${names.slice(1).map((_, column) => {
            const at = pairs.findIndex(([left, right]) => left === row && right === column + 1);
            return at < 0
              ? html`<td></td>`
              : html`<td>${cell({ versions, at, pair, said, live }, controls)}</td>`;
          })}
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** @param {{versions: Version[], at: number, pair: number, said: Record<string, Relation>, live: boolean}} place @param {VersionsControls} controls */
function cell({ versions, at, pair, said, live }, controls) {
  const answer = said[pairName(at)];
  const truth = truthOf(versions, pairs[at]);
  const [left, right] = pairs[at].map((one) => names[one]);
  const state = !answer ? 'open' : answer === truth ? 'right' : 'wrong';
  return html`<button
    type="button"
    class="pair ${state}"
    aria-pressed=${String(at === pair)}
    aria-label=${`${left} and ${right}: ${answer ? `${truth}, ${state === 'right' ? 'as you said' : `not ${answer}`}` : 'not said yet'}`}
    ?disabled=${!live}
    @click=${() => controls.choose(at)}
  >${answer ? html`${signs[truth]} <i aria-hidden="true">${state === 'right' ? '✓' : '✕'}</i>` : '?'}</button>`;
}

/** @param {Version[]} versions @param {[number, number]} pair */
const truthOf = (versions, [left, right]) => relationOf(versions[left], versions[right]);

/** @param {VersionsPicture} picture */
export function newsOf({ versions, pair, said }) {
  const answer = said[pairName(pair)];
  const [left, right] = pairs[pair].map((at) => versions[at]);
  if (!answer) {
    return pair === 0 && Object.keys(said).length === 0
      ? 'A counter says how many writes of that machine a version has seen, its own among them. A machine that is not named counts 0.'
      : `${left.name} and ${right.name}: is any counter smaller?`;
  }
  const truth = truthOf(versions, pairs[pair]);
  const verdict = answer === truth ? 'Right.' : `Not ${answer}.`;
  if (truth === 'neither') {
    const more = (/** @type {Version} */ one, /** @type {Version} */ other) =>
      `${one.name} counts ${firstLarger(one.clock, other.clock)}`;
    return `${verdict} ${more(left, right)}, and ${more(right, left)}: neither had seen the other. A store keeps both.`;
  }
  const [old, young] = truth === 'before' ? [left, right] : [right, left];
  return `${verdict} No counter of ${young.name} is smaller than ${old.name}’s: it had seen ${old.name}, and may replace it.`;
}

/** A counter that is larger here than there: "B 1 to 0". @param {Clock} one @param {Clock} other */
function firstLarger(one, other) {
  const [machine, count] = Object.entries(one).find(([at, count]) => count > (other[at] ?? 0)) ?? ['', 0];
  return `${machine} ${count} to ${other[machine] ?? 0}`;
}
