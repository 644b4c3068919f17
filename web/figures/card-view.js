// Fig 6-12 c's drawing: a pure function from a card, an answer and its grade to the card, the selects and the verdict.
import { html, nothing } from 'lit';
import { formatMs, formatShare, group } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { answerWords, cardRuns, deck } from './card-answer.js';
import { spokenAnswer } from './card-words.js';
import { msWords } from './records-view.js';
import { countSelect, ownerSwitch, ownerWords, versionSelect } from './setting-controls.js';

/** @import { Answer, Card, CardGrade } from './card-answer.js' */

/**
 * @typedef {object} CardPicture
 * @property {boolean} live
 * @property {number} at which card of the deck
 * @property {Answer} answer
 * @property {CardGrade | null} grade of this answer
 * @property {Set<string>} met cards that were answered in this visit
 * @property {number} round whose lucks the next grade takes
 * @property {{done: number, total: number} | null} progress
 * @property {string} news
 */

/**
 * @typedef {object} CardControls
 * @property {(change: Partial<Answer>) => void} change
 * @property {() => void} deal
 * @property {() => void} grade
 * @property {() => void} stop
 */

/** @type {CardControls} */
export const noControls = { change() {}, deal() {}, grade() {}, stop() {} };

/**
 * @param {CardPicture} picture
 * @param {CardControls} controls
 */
export function cardFrame(picture, controls) {
  const card = deck[picture.at];
  return {
    caption: 'Fig 6-12 c · a card, five minutes, an answer',
    look: 'Read the card, choose, and say your answer aloud before the engine grades it.',
    body: html`<div class="card-figure">
      <div class="card-board">
        <div class="requirement">
          <p class="card-count">card ${picture.at + 1} of ${deck.length}${picture.met.has(card.id) ? ' · ● answered' : ''}</p>
          <p class="column-name">${card.title}</p>
          <p>${card.text}</p>
          ${needList(card, picture.grade)}
        </div>
        <div class="card-answer">
          <p class="column-name">Your answer</p>
          ${answerPart(picture, controls)}
        </div>
      </div>
      ${buttons(picture, controls)}
      <p class="news" role="status">${picture.news}</p>
      ${picture.grade ? gradePart(card, picture.answer, picture.grade) : nothing}
    </div>`,
    twin: cardTwin(card, picture),
  };
}

/** @param {Card} card @param {CardGrade | null} grade */
function needList({ needs }, grade) {
  return html`<ul class="card-needs" aria-label="what the card asks for">
    ${needs.map(({ says }, at) => {
      const need = grade?.needs[at];
      return html`<li>${stateWords(need)} ${says}${need && !need.met ? html` <span class="num">(${measuredWords(needs[at], need.measured)})</span>` : nothing}</li>`;
    })}
  </ul>`;
}

/** @param {CardGrade['needs'][number] | undefined} need */
function stateWords(need) {
  if (!need) return html`<b class="quiet">– not graded:</b>`;
  return need.met ? html`<b class="fresh">● met:</b>` : html`<b class="failed">✕ not met:</b>`;
}

/** @param {Card['needs'][number]} need @param {number | null} measured */
function measuredWords({ measure }, measured) {
  if (measured === null) return 'not put to the test';
  if ('share' in measure) return `that holds in ${formatShare(measured, 1)} of the runs`;
  if ('over' in measure) return formatShare(measured, 1);
  return formatMs(measured);
}

/** @param {CardPicture} picture @param {CardControls} controls */
function answerPart({ live, answer }, { change }) {
  const control = { setting: answer, whose: '', live, change };
  return html`<div class="setting-choice">
    <div class="counts">
      ${countSelect('n', control)}
      ${answer.owner ? ownerWords() : [countSelect('w', control), countSelect('r', control)]}
    </div>
    ${answer.owner ? nothing : versionSelect(control)}
    ${
      answer.owner
        ? nothing
        : html`<button type="button" class="btn" ?disabled=${!live} aria-pressed=${String(answer.repair)}
            @click=${() => change({ repair: !answer.repair })}>${answer.repair ? '● ' : '○ '}read repair</button>`
    }
    ${ownerSwitch(control)}
  </div>`;
}

/** @param {CardPicture} picture @param {CardControls} controls */
function buttons({ live, grade, progress }, controls) {
  return html`<div class="grade-work">
    <button type="button" class=${progress || grade ? 'btn' : 'btn next'} ?disabled=${!live}
      @click=${progress ? controls.stop : controls.grade}>${progress ? 'stop' : `grade on ${cardRuns} unseen lucks`}</button>
    <button type="button" class=${grade?.met ? 'btn next' : 'btn'} ?disabled=${!live} @click=${controls.deal}>deal the next card</button>
    ${progress ? html`<span class="num">run ${group(progress.done)} of ${group(progress.total)}</span>` : nothing}
  </div>`;
}

/** @param {Card} card @param {Answer} answer @param {CardGrade} grade */
function gradePart(card, answer, grade) {
  const price = html`<p class="price">${priceWords(grade)} Lucks: seeds ${group(grade.seeds.from)} to ${group(grade.seeds.to)}, which no page had shown.</p>`;
  if (!grade.met) return html`<div class="card-verdict">${price}</div>`;
  return html`<div class="card-verdict">
    ${price}
    <p class="column-name">Said in an interview</p>
    <blockquote class="spoken">${spokenAnswer(card, answer, grade).join(' ')}</blockquote>
  </div>`;
}

/** @param {CardGrade} grade */
const priceWords = ({ unanswered, stale, readMs, writeMs }) =>
  `Measured: ${formatShare(unanswered, 1)} of the calls without an answer, ${stale === null ? 'no read answered' : `${formatShare(stale, 1)} of the reads stale`}; p99.9: reads ${msWords(readMs)}, writes ${msWords(writeMs)}.`;

/** @param {CardGrade | null} grade */
export function cardNews(grade) {
  if (!grade) return 'The usual setting is chosen. It is not enough for any of these cards.';
  if (grade.met) return 'The card is answered. Say it aloud, then read how it could sound.';
  const missing = grade.needs.filter(({ met }) => !met).map(({ says }) => says);
  return `Not yet: ${missing.join('; ')}.`;
}

/** @param {Card} card @param {CardPicture} picture */
function cardTwin({ title, needs }, { answer, grade }) {
  return tableTwin({
    caption: `${title}: ${answerWords(answer)}`,
    columns: ['What the card asks for', 'Measured', 'State'],
    rows: needs.map((need, at) => {
      const found = grade?.needs[at];
      return [
        need.says,
        found ? measuredWords(need, found.measured) : 'not graded yet',
        found ? (found.met ? '● met' : '✕ not met') : '–',
      ];
    }),
    empty: '',
  });
}

/** For a reader without JavaScript: every card. */
export function cardsWithoutScript() {
  return tableTwin({
    caption: 'The cards of Fig 6-12 c',
    columns: ['Card', 'What it says', 'What it asks for', 'What an answer needs'],
    rows: deck.map(({ title, text, needs, because }) => [
      title,
      text,
      needs.map(({ says }) => says).join('; '),
      because,
    ]),
    empty: '',
  });
}
