// Fig 6-7's stage: the writer above, the copies in the middle, the readers below, and between them what was sent.
import { html, nothing } from 'lit';
import { answersTo } from '../ui/answers.js';
import { formatName, formatTime } from '../ui/format.js';
import { glyph } from './glyph.js';
import { mayChoose, setOf } from './quorum-moves.js';
import { callOf, copies, isWritten, key, newValue, readerName, writtenBack } from './quorum-run.js';
import { copyState } from './quorum-words.js';

/** @import { Card, Play } from './quorum-moves.js' */
/** @import { Played } from './quorum-run.js' */
/** @import { QuorumControls, QuorumPicture } from './quorum-view.js' */

/** The key may be broken where its parts meet. */
const keyWords = html`${key.split(':')[0]}:<wbr />${key.split(':')[1]}`;

/** @param {QuorumPicture} picture @param {QuorumControls} controls */
export function stage(picture, controls) {
  const { readers } = picture.play.choice.step;
  return html`<div class="net-stage">
    ${card(picture, 0, controls)}
    ${lanes((copy) => writeChip(picture, copy))}
    <div class="copies">${copies.map((copy) => copyButton(picture, copy, controls))}</div>
    ${Array.from({ length: readers }, (_, reader) => round(picture, reader))}
    <div class=${readers > 1 ? 'readers two' : 'readers'}>${Array.from({ length: readers }, (_, reader) => card(picture, reader + 1, controls))}</div>
  </div>`;
}

/** What passes on the wire of each copy. @param {(copy: string) => unknown} chip */
const lanes = (chip) =>
  html`<div class="lanes" aria-hidden="true">${copies.map((copy) => html`<div class="lane">${chip(copy)}</div>`)}</div>`;

/** A reader's answers, and what it writes back; of several readers one below the other, as time passes. @param {QuorumPicture} picture @param {number} reader */
function round({ play: { choice }, played }, reader) {
  const client = readerName(reader);
  const begin = callOf(played, client)?.begin_us;
  const name = (/** @type {string} */ words) =>
    choice.step.readers > 1 ? html`<p class="round" aria-hidden="true">${words}</p>` : nothing;
  const back = writtenBack(played, client);
  return html`${name(`${formatName(client)} reads${begin === undefined ? '' : `, ${formatTime(begin)}`}`)}
    ${lanes((copy) => (choice.asked[reader].includes(copy) ? answerChip(played, copy, client) : nothing))}
    ${
      back.length === 0
        ? nothing
        : html`${name(`${formatName(client)} writes back, before it is answered`)}
          ${lanes((copy) => back.filter(({ to }) => to === copy).map(({ value }) => html`<span class="on-wire back">↑ ${value}</span>`))}`
    }`;
}

/** A client and its call: whose turn it is, whom it has, what it was told. @param {QuorumPicture} picture @param {Card} at @param {QuorumControls} controls */
function card({ live, play, played }, at, controls) {
  const { choice } = play;
  const client = at === 0 ? 'c1' : readerName(at - 1);
  const set = setOf(choice, at);
  const letter = at === 0 ? 'W' : 'R';
  const size = at === 0 ? choice.step.w : choice.step.r;
  const told = toldTo(play, played, at);
  const waits = !mayChoose(choice, at);
  const turn = play.card === at ? 'you choose for it' : waits ? '' : 'change its copies';
  return html`<button
    type="button"
    class="client is-${told.tone}"
    aria-pressed=${String(play.card === at)}
    ?disabled=${!live}
    aria-disabled=${waits ? 'true' : nothing}
    @click=${() => controls.card(at)}
  >
    <span class="who"><b>${formatName(client)}</b> ${turn ? html`<span class="turn">${turn}</span>` : nothing}</span>
    <code>${at === 0 ? html`put(${keyWords}, ${newValue})` : html`get(${keyWords})`}</code>
    <span class="chips">${Array.from({ length: size }, (_, place) => {
      const copy = set[place];
      return html`<i class="chip ${letter.toLowerCase()} ${copy ? 'placed' : ''}">${letter}${copy ? html` <b>${copy}</b>` : nothing}</i>`;
    })}</span>
    <span class="reply">${told.shape ? glyph(told.shape) : nothing} ${told.words}</span>
  </button>`;
}

/** @param {Play} play @param {Played} played @param {Card} at @returns {{tone: string, shape: string, words: string}} */
function toldTo({ choice }, played, at) {
  const { step } = choice;
  if (at === 0) {
    const write = callOf(played, 'c1');
    const saved = write?.end_us ?? null;
    const confirmed = write ? answersTo(write, played.messages) : 0;
    return saved === null
      ? { tone: 'plain', shape: 'flight', words: `told nothing yet: ${confirmed} of ${step.w}` }
      : { tone: 'done', shape: 'done', words: `told “saved”, ${formatTime(saved)}` };
  }
  const read = callOf(played, readerName(at - 1));
  if (read?.outcome === 'ok') {
    // Of a write under way new and old are both allowed: what the two reads come to is said below them.
    if (step.readers > 1)
      return { tone: 'plain', shape: '', words: `told “${read.value}”, ${formatTime(read.end_us ?? 0)}` };
    return {
      tone: read.label ?? 'plain',
      shape: read.label ?? '',
      words: `told “${read.value}”, ${read.label}, ${formatTime(read.end_us ?? 0)}`,
    };
  }
  if (mayChoose(choice, at)) return { tone: 'plain', shape: '', words: 'about to read' };
  const first = isWritten(choice) ? formatName(readerName(at - 2)) : 'the write';
  return { tone: 'plain', shape: '', words: `reads after ${first}` };
}

/** The write on its way to a copy. @param {QuorumPicture} picture @param {string} copy */
function writeChip({ played }, copy) {
  const message = played.messages.find(
    ({ kind, from, to }) => kind === 'write' && from === 'c1' && to === copy,
  );
  if (!message) return nothing;
  return message.state === 'held'
    ? html`<span class="on-wire held">${glyph('held')} held</span>`
    : html`<span class="on-wire in">${glyph('done')} ${formatTime(message.arrive_us ?? 0)}</span>`;
}

/** What a copy has answered, or will. @param {Played} played @param {string} copy @param {string} client */
function answerChip({ messages }, copy, client) {
  const answer = messages.find(({ kind, from, to }) => kind === 'response' && from === copy && to === client);
  return html`<span class="on-wire r">${answer ? `↓ ${answer.value}` : 'answers'}</span>`;
}

/** @param {QuorumPicture} picture @param {string} copy @param {QuorumControls} controls */
function copyButton({ live, play, played }, copy, controls) {
  const { choice, card: at } = play;
  const has = setOf(choice, at).includes(copy);
  const held = played.stage.nodes.find(({ name }) => name === copy)?.copies[0];
  const behind = copyState(played, copy) === 'behind';
  const written = choice.heard.length > 0;
  const whom = at === 0 ? '' : ` ${formatName(readerName(at - 1))}`;
  const deed = has ? 'take back' : at === 0 ? 'let the write in' : `answer${whom}`;
  const state = behind ? 'behind' : 'up to date';
  return html`<button
    type="button"
    class="copy ${behind ? 'behind' : written ? 'has' : ''} ${has ? 'chosen' : ''}"
    aria-label=${`copy ${copy}, ${held?.value}, ${state}: ${deed}`}
    ?disabled=${!live}
    @click=${() => controls.copy(copy)}
  >
    <b>${copy}</b>
    <span class="value">${held?.value}</span>
    <span class="state">${glyph(behind ? 'behind' : 'done')} ${state}</span>
    <span class="deed">${deed}</span>
  </button>`;
}
