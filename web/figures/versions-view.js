// Fig 6-8 b's picture: a pure function from what is known to the figure's frame.
import { html, nothing } from 'lit';
import { formatName } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { clockText, counters } from './clock.js';
import { names, pairs, relationOf } from './versions-run.js';

/** @import { Relation, Version } from './versions-run.js' */

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

/** @param {number} pair */
export const pairName = (pair) => pairs[pair].map((at) => names[at]).join('-');

/** @param {VersionsPicture} picture @param {VersionsControls} controls */
export function versionsFrame(picture, controls) {
  const { live, versions, pair, said } = picture;
  const [left, right] = pairs[pair].map((at) => versions[at]);
  const answer = said[pairName(pair)];
  return {
    caption: 'Fig 6-8 b · five versions of one cart',
    look: 'Say from the two clocks which version came first, or that neither had seen the other; then go on to the next pair.',
    body: html`
      <div class="versions">
        <div class="versions-ask">
          <div class="two-versions">${card(left)} ${card(right)}</div>
          <p class="asked" id="versions-ask">${left.name} came before ${right.name}, after it, or neither?</p>
          <div class="row" role="group" aria-labelledby="versions-ask">
            ${relations.map(
              (relation) => html`<button
                type="button"
                class="btn say"
                aria-pressed=${String(answer === relation)}
                ?disabled=${!live}
                @click=${() => controls.say(relation)}
              >${relation}</button>`,
            )}
          </div>
          <p class="verdict" role="status">${newsOf(picture)}</p>
          ${answer ? nextButton(picture, controls) : nothing}
        </div>
        ${board(picture, controls)}
      </div>`,
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

/** The pair after this one of which nothing was said. @param {VersionsPicture} picture */
export function nextPair({ pair, said }) {
  const order = pairs.map((_, step) => (pair + 1 + step) % pairs.length);
  return order.find((at) => !said[pairName(at)]) ?? null;
}

/** @param {VersionsPicture} picture @param {VersionsControls} controls */
function nextButton(picture, controls) {
  const next = nextPair(picture);
  if (next === null) return nothing;
  // The button goes, so the focus goes to the answers.
  const goOn = (/** @type {Event} */ event) => {
    const figure = /** @type {Element} */ (event.currentTarget).closest('figure');
    /** @type {HTMLElement | null | undefined} */ (figure?.querySelector('.say'))?.focus();
    controls.choose(next);
  };
  return html`<div><button type="button" class="btn primary" @click=${goOn}>next pair: ${pairWords(next)}</button></div>`;
}

/** @param {number} pair */
const pairWords = (pair) => pairs[pair].map((at) => names[at]).join(' and ');

/** @param {Version} version */
function card({ name, client, machine, clock }) {
  return html`<div class="version-card">
    <b>${name}</b>
    ${counters(clock)}
    <small>${formatName(client)}, through ${machine}</small>
  </div>`;
}

/** Every two, and what was said of them. @param {VersionsPicture} picture @param {VersionsControls} controls */
function board({ live, versions, pair, said }, controls) {
  const done = Object.keys(said).length;
  const right = rightOf(versions, said);
  return html`<table class="pairs">
    <caption>
      <b>${done === 0 ? `There are ${pairs.length} pairs` : `${done} of ${pairs.length} pairs said, ${right} right`}</b>
      <span>Each row, read from the left: what the clocks say. <i class="right">✓</i> as you said, <i class="wrong">✕</i> not as you said.</span>
    </caption>
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
  const state = answer === truth ? 'right' : 'wrong';
  return html`<button
    type="button"
    class=${answer ? 'pair' : 'pair open'}
    aria-pressed=${String(at === pair)}
    aria-label=${`${pairWords(at)}: ${answer ? `${truth}, ${state === 'right' ? 'as you said' : `not ${answer}`}` : 'not said yet'}`}
    ?disabled=${!live}
    @click=${() => controls.choose(at)}
  >${answer ? html`${truth} <i class=${state}>${state === 'right' ? '✓' : '✕'}</i>` : '?'}</button>`;
}

/** @param {Version[]} versions @param {[number, number]} pair */
const truthOf = (versions, [left, right]) => relationOf(versions[left], versions[right]);

/** @param {VersionsPicture} picture */
export function newsOf(picture) {
  const told = verdictOf(picture);
  const { versions, said } = picture;
  if (!said[pairName(picture.pair)] || nextPair(picture) !== null) return told;
  return `${told} That was the last pair: ${rightOf(versions, said)} of ${pairs.length} right.`;
}

/** How many pairs were said right. @param {Version[]} versions @param {VersionsPicture['said']} said */
const rightOf = (versions, said) =>
  pairs.filter((two, at) => said[pairName(at)] === truthOf(versions, two)).length;

/** @param {VersionsPicture} picture */
function verdictOf({ versions, pair, said }) {
  const answer = said[pairName(pair)];
  const [left, right] = pairs[pair].map((at) => versions[at]);
  if (!answer) {
    return pair === 0 && Object.keys(said).length === 0
      ? 'A counter says how many writes through that machine a version has seen, its own among them. A machine that is not named counts 0.'
      : `${pairWords(pair)}: is any counter smaller?`;
  }
  const truth = truthOf(versions, pairs[pair]);
  const verdict = answer === truth ? 'Right.' : `Not ${answer}.`;
  if (truth === 'neither') {
    return `${verdict} ${moreWords(left, right)}, and ${moreWords(right, left)}. Neither had seen the other, so a store keeps both.`;
  }
  const [old, young] = truth === 'before' ? [left, right] : [right, left];
  return `${verdict} No counter of ${young.name} is smaller than ${old.name}’s: it had seen ${old.name}, and may replace it.`;
}

/** A counter that is larger here than there: "D3 counts 1 for B where D4 counts 0". @param {Version} one @param {Version} other */
function moreWords(one, other) {
  const counted = (/** @type {Version} */ { clock }, /** @type {string} */ machine) => clock[machine] ?? 0;
  const machine = Object.keys(one.clock).find((at) => counted(one, at) > counted(other, at)) ?? '';
  return `${one.name} counts ${counted(one, machine)} for ${machine} where ${other.name} counts ${counted(other, machine)}`;
}
