// Fig 6-7's picture: a pure function from what is known to the figure's frame.
import { html, nothing } from 'lit';
import { formatList, formatName, formatTime } from '../ui/format.js';
import { standingWords, wordsOf } from '../ui/promises.js';
import { tableTwin } from '../ui/table-twin.js';
import { glyph } from './glyph.js';
import { lever } from './lever.js';
import { inequality, overlapSlots } from './overlap.js';
import { mayChoose, setOf } from './quorum-moves.js';
import {
  callOf,
  copies,
  isComplete,
  isWritten,
  key,
  n,
  newValue,
  readerName,
  setsOf,
  steps,
  wayName,
  waysOf,
} from './quorum-run.js';
import { copyState, goals, newsOf } from './quorum-words.js';

/** @import { Finding, PromiseId } from '../engine/engine.d.ts' */
/** @import { Card, Play } from './quorum-moves.js' */
/** @import { Outcome, Played, Step } from './quorum-run.js' */
/** @import { News } from './quorum-words.js' */

/**
 * @typedef {object} QuorumPicture
 * @property {boolean} live
 * @property {Play} play
 * @property {Played} played the choice, run
 * @property {Record<string, Record<string, Outcome>>} tried ways that were run, by step and name
 * @property {boolean} inverted new, then old has been seen
 * @property {string} labRun this choice as a link for the lab; '' while there is nothing to see there
 */

/**
 * @typedef {object} QuorumControls
 * @property {(step: Step) => void} setStep
 * @property {(card: Card) => void} card
 * @property {(copy: string) => void} copy
 * @property {() => void} tryAll
 * @property {() => void} writeBack
 */

/** @type {QuorumControls} */
export const noControls = { setStep() {}, card() {}, copy() {}, tryAll() {}, writeBack() {} };

/** @type {Record<string, string>} */
const stepNames = {
  one: 'W\u00a0=\u00a01, R\u00a0=\u00a01',
  both: 'W\u00a0=\u00a02, R\u00a0=\u00a02',
  unfinished: 'not finished yet',
};

/** The key may be broken where its parts meet. */
const keyWords = html`${key.split(':')[0]}:<wbr />${key.split(':')[1]}`;

/** Steps with one reader, whose ways can be shown on a board. @param {Step} step */
const hasBoard = (step) => step.readers === 1;

/** @param {QuorumPicture} picture @param {QuorumControls} controls */
export function quorumFrame(picture, controls) {
  const { live, play } = picture;
  const { step } = play.choice;
  const news = newsOf(play, picture.played, picture.tried[step.id]);
  return {
    caption: 'Fig 6-7 · be the network',
    look: 'Choose a copy for the write, then one for the read. Can you make the read miss what was saved?',
    body: html`
      <div class="net-panel">
        <div class="segmented" role="group" aria-label="what is asked of you">
          ${steps.map(
            (one) => html`<button
              type="button"
              aria-pressed=${String(one.id === step.id)}
              ?disabled=${!live}
              @click=${() => controls.setStep(one)}
            >${stepNames[one.id]}</button>`,
          )}
        </div>
        <p class="asked">${goals[step.id]}</p>
        <div class="net-strip">${overlapSlots({ n, w: step.w, r: step.r })}${inequality({ n, w: step.w, r: step.r })}</div>
      </div>
      <div class="net ${hasBoard(step) ? 'with-board' : ''}">
        ${stage(picture, controls)}
        ${outcome(picture, news, controls)}
        ${hasBoard(step) ? board(picture, controls) : nothing}
      </div>`,
    twin: twins(picture, news),
  };
}

/** @param {QuorumPicture} picture @param {QuorumControls} controls */
function stage(picture, controls) {
  const { play } = picture;
  const { step } = play.choice;
  return html`<div class="net-stage">
    ${card(picture, 0, controls)}
    <div class="lanes" aria-hidden="true">${copies.map((copy) => html`<div class="lane">${writeChip(picture, copy)}</div>`)}</div>
    <div class="copies">${copies.map((copy) => copyButton(picture, copy, controls))}</div>
    <div class="lanes" aria-hidden="true">${copies.map((copy) => html`<div class="lane">${answerChips(picture, copy)}</div>`)}</div>
    <div class=${step.readers > 1 ? 'readers two' : 'readers'}>${Array.from({ length: step.readers }, (_, reader) => card(picture, reader + 1, controls))}</div>
  </div>`;
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
  return html`<button
    type="button"
    class="client is-${told.tone}"
    aria-pressed=${String(play.card === at)}
    ?disabled=${!live}
    aria-disabled=${waits ? 'true' : nothing}
    @click=${() => controls.card(at)}
  >
    <b>${formatName(client)}</b>
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
    return saved === null
      ? { tone: 'plain', shape: 'flight', words: `told nothing: ${choice.heard.length} of ${step.w}` }
      : { tone: 'done', shape: 'done', words: `told “saved”, ${formatTime(saved)}` };
  }
  const read = callOf(played, readerName(at - 1));
  if (read?.outcome === 'ok') {
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
    : html`<span class="on-wire in">${glyph('fresh')} ${formatTime(message.arrive_us ?? 0)}</span>`;
}

/** What a copy answers, or will. @param {QuorumPicture} picture @param {string} copy */
function answerChips({ play, played }, copy) {
  const { asked, step } = play.choice;
  return asked.map((set, reader) => {
    if (!set.includes(copy)) return nothing;
    const client = readerName(reader);
    const to = step.readers > 1 ? ` → ${formatName(client)}` : '';
    const answer = played.messages.find(
      (message) => message.kind === 'response' && message.from === copy && message.to === client,
    );
    const back = played.messages.some(
      (message) => message.kind === 'write' && message.from === client && message.to === copy,
    );
    return html`<span class="on-wire r">${answer ? `${answer.value}${to}` : `answers${to}`}</span>${
      back ? html`<span class="on-wire r">${newValue} ← ${formatName(client)}</span>` : nothing
    }`;
  });
}

/** @param {QuorumPicture} picture @param {string} copy @param {QuorumControls} controls */
function copyButton({ live, play, played }, copy, controls) {
  const { choice, card: at } = play;
  const has = setOf(choice, at).includes(copy);
  const held = played.stage.nodes.find(({ name }) => name === copy)?.copies[0];
  const behind = copyState(played, copy) === 'behind';
  const written = choice.heard.length > 0;
  const deed = has ? 'take back' : at === 0 ? 'let the write in' : `let it answer`;
  const state = behind ? 'behind' : 'up to date';
  const whom = at === 0 ? '' : ` ${formatName(readerName(at - 1))}`;
  return html`<button
    type="button"
    class="copy ${behind ? 'behind' : written ? 'has' : ''}"
    aria-pressed=${String(has)}
    aria-label=${`copy ${copy}, ${held?.value}, ${state}: ${deed}${has ? '' : whom}`}
    ?disabled=${!live}
    @click=${() => controls.copy(copy)}
  >
    <b>${copy}</b>
    <span class="value">${held?.value}</span>
    <span class="state">${glyph(behind ? 'behind' : 'fresh')} ${state}</span>
    <span class="deed">${deed}</span>
  </button>`;
}

/** @param {QuorumPicture} picture @param {News} news @param {QuorumControls} controls */
function outcome(picture, news, controls) {
  const { live, play, played, labRun } = picture;
  const { choice } = play;
  const done = isComplete(choice);
  const next = steps[steps.indexOf(choice.step) + 1];
  // The button goes, so the focus goes to the step that is chosen with it: there the copies are next.
  const goOn = (/** @type {Event} */ event) => {
    const figure = /** @type {Element} */ (event.currentTarget).closest('figure');
    const chosen = figure?.querySelectorAll('.segmented button')[steps.indexOf(next)];
    /** @type {HTMLElement | undefined} */ (chosen)?.focus();
    controls.setStep(next);
  };
  return html`<div class="outcome" data-tone=${news.tone}>
    <p role="status"><b>${done ? glyph(toneShapes[news.tone]) : nothing} ${news.head}</b> ${news.more}</p>
    ${done ? signed(played) : nothing}
    ${
      picture.inverted && choice.step.readers > 1
        ? lever(
            'readers write back what they found, before they are answered',
            choice.back,
            live,
            controls.writeBack,
          )
        : nothing
    }
    ${
      done
        ? html`<div class="row">
            ${
              next
                ? html`<button type="button" class="btn primary" ?disabled=${!live} @click=${goOn}>
                    ${next.readers > 1 ? 'and a write that is not finished?' : `now with W\u00a0=\u00a0${next.w}, R\u00a0=\u00a0${next.r}`}
                  </button>`
                : nothing
            }
            ${labRun ? html`<a class="in-lab" href="../labs/quorum-playground/#run=${labRun}">open this run in Lab A</a>` : nothing}
          </div>`
        : nothing
    }
  </div>`;
}

/** @type {Record<News['tone'], string>} */
const toneShapes = { plain: 'quiet', fresh: 'fresh', stale: 'stale', failed: 'failed' };

/** @type {PromiseId[]} */
const judged = ['regular', 'linearizable'];

/** @type {Record<Finding['state'], string>} */
const shapes = { broken: 'failed', held: 'done', untested: 'untested', undecided: 'undecided' };

/** What the checker says of the whole run. @param {Played} played */
function signed({ verdict, hash }) {
  return html`<div class="signed">
    <ul>
      ${judged.map((id) => {
        const { promise, broken, name } = wordsOf(id);
        const finding = verdict.verdict[id];
        const isBroken = finding.state === 'broken';
        return html`<li class=${isBroken ? 'failed' : ''}>
          ${glyph(shapes[finding.state])}
          <span>${isBroken ? broken : promise} <small>${name}: ${standingWords(finding)}</small></span>
        </li>`;
      })}
    </ul>
    <p>signed: the checker, which has seen only what the clients were told. Run ${hash.slice(0, 8)}</p>
  </div>`;
}

/** Every way to choose, and how those that were tried came out. @param {QuorumPicture} picture @param {QuorumControls} controls */
function board({ live, play, tried }, controls) {
  const { choice } = play;
  const { step } = choice;
  const known = tried[step.id];
  const now = isComplete(choice) ? wayName(choice) : '';
  const ways = waysOf(step).length;
  const count = Object.keys(known).length;
  const all = count === ways;
  return html`<div class="board">
    <table>
      <caption>${count === 0 ? `There are ${ways} ways to choose` : `${count} of ${ways} ways tried, ${missesIn(known)} missed`}</caption>
      <thead>
        <tr><td></td><th scope="colgroup" colspan=${copies.length}>answered</th></tr>
        <tr><th scope="col">heard</th>${setsOf(step.r).map((set) => html`<th scope="col">${set.join(' ')}</th>`)}</tr>
      </thead>
      <tbody>
        ${setsOf(step.w).map(
          (heard) => html`<tr>
            <th scope="row">${heard.join(' ')}</th>
            ${setsOf(step.r).map((set) => {
              const name = wayName({ step, heard, asked: [set], back: false });
              const outcome = known[name];
              return html`<td class=${`${outcome ?? 'open'} ${name === now ? 'now' : ''}`}>
                ${outcome ? html`${glyph(outcome)}<span class="visually-hidden">${outcome}</span>` : html`<span aria-hidden="true">·</span><span class="visually-hidden">not tried</span>`}
              </td>`;
            })}
          </tr>`,
        )}
      </tbody>
    </table>
    ${
      count === 0
        ? nothing
        : html`<button type="button" class="btn" ?disabled=${!live} aria-disabled=${all ? 'true' : nothing} @click=${controls.tryAll}>
            ${all ? 'all are tried' : 'try the rest'}
          </button>`
    }
  </div>`;
}

/** @param {Record<string, Outcome>} known */
const missesIn = (known) => Object.values(known).filter((outcome) => outcome === 'stale').length;

/** @param {QuorumPicture} picture @param {News} news */
function twins({ play, played, tried }, news) {
  const { choice } = play;
  const { step } = choice;
  return html`${tableTwin({
    caption: `The calls: ${stepNames[step.id]}. ${news.head}`,
    columns: ['Client', 'Call', 'Began', 'Copies', 'Told', 'When', 'Judged'],
    rows: played.operations.map((call) => [
      formatName(call.client),
      call.do === 'put' ? `put(${key}, ${call.value})` : `get(${key})`,
      formatTime(call.begin_us),
      call.do === 'put' ? choice.heard.join(' ') || 'none' : [...call.answered].sort().join(' '),
      call.end_us === null ? 'nothing yet' : call.do === 'put' ? 'saved' : String(call.value),
      call.end_us === null ? '–' : formatTime(call.end_us),
      call.label ?? '–',
    ]),
    empty: '',
  })}
  ${tableTwin({
    caption: 'The copies',
    columns: [
      'Copy',
      'Holds',
      'State',
      'The write',
      ...choice.asked.map((_, reader) => `Answers ${formatName(readerName(reader))}`),
    ],
    rows: copies.map((copy) => [
      copy,
      String(played.stage.nodes.find(({ name }) => name === copy)?.copies[0]?.value),
      copyState(played, copy) === 'behind' ? 'behind' : 'up to date',
      choice.heard.includes(copy) ? 'let in' : 'held at the door',
      ...choice.asked.map((set) => (set.includes(copy) ? 'yes' : 'no')),
    ]),
    empty: '',
  })}
  ${
    hasBoard(step)
      ? tableTwin({
          caption: 'Ways that were tried',
          columns: ['Heard of the write', 'Answered', 'The read'],
          rows: waysOf(step)
            .filter((way) => tried[step.id][wayName(way)])
            .map((way) => [formatList(way.heard), formatList(way.asked[0]), tried[step.id][wayName(way)]]),
          empty: 'None yet.',
        })
      : nothing
  }`;
}
