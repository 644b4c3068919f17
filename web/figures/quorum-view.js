// Fig 6-7's picture: a pure function from what is known to the figure's frame.
import { html, nothing } from 'lit';
import { capital, formatList, formatName, formatTime } from '../ui/format.js';
import { standingWords, wordsOf } from '../ui/promises.js';
import { tableTwin } from '../ui/table-twin.js';
import { glyph } from './glyph.js';
import { lever } from './lever.js';
import { inequality, overlapSlots } from './overlap.js';
import {
  copies,
  isComplete,
  isShown,
  key,
  n,
  readerName,
  setsOf,
  steps,
  wayName,
  waysOf,
  writtenBack,
} from './quorum-run.js';
import { stage } from './quorum-stage.js';
import { copyState, goals, looks, meanings, newsOf, numerals } from './quorum-words.js';

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
  one: 'W\u00a0=\u00a0R\u00a0=\u00a01',
  both: 'W\u00a0=\u00a0R\u00a0=\u00a02',
  unfinished: 'unfinished',
};

/** Steps with one reader, whose ways can be shown on a board. @param {Step} step */
const hasBoard = (step) => step.readers === 1;

/** @param {QuorumPicture} picture @param {QuorumControls} controls */
export function quorumFrame(picture, controls) {
  const { live, play } = picture;
  const { step } = play.choice;
  const news = newsOf(play, picture.played, picture.tried[step.id]);
  return {
    caption: 'Fig 6-7 · be the network',
    look: looks[step.id],
    again: 'This step begins again.',
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
        <div class="net-strip">
          <p>${n} copies: W from the left, R from the right</p>
          ${overlapSlots({ n, ...step })}${inequality({ n, ...step }, meanings[step.id])}
        </div>
      </div>
      <div class="net ${hasBoard(step) ? 'with-board' : ''}">
        ${stage(picture, controls)}
        ${outcome(picture, news, controls)}
        ${hasBoard(step) ? board(picture, controls) : nothing}
      </div>`,
    twin: twins(picture, news),
  };
}

/** @param {QuorumPicture} picture @param {News} news @param {QuorumControls} controls */
function outcome(picture, news, controls) {
  const { live, play, played, tried, labRun } = picture;
  const { choice } = play;
  const { step } = choice;
  const done = isComplete(choice);
  const next = isShown(step, tried[step.id]) ? steps[steps.indexOf(step) + 1] : undefined;
  return html`<div class="outcome" data-tone=${news.tone}>
    <p role="status"><b>${done ? glyph(toneShapes[news.tone]) : nothing} ${news.head}</b> ${news.more}</p>
    ${done && !hasBoard(step) ? signed(played) : nothing}
    ${
      picture.inverted && step.readers > 1
        ? lever(
            'readers write back what they found, before they are answered',
            choice.back,
            live,
            controls.writeBack,
          )
        : nothing
    }
    ${
      next || labRun
        ? html`<div class="row">
            ${next ? goOn(next, live, controls) : nothing}
            ${
              labRun
                ? html`<a class="in-lab" href="../labs/quorum-playground/#run=${labRun}"
                    >open this run in Lab A, just before ${formatName(readerName(step.readers - 1))} reads</a
                  >`
                : nothing
            }
          </div>`
        : nothing
    }
  </div>`;
}

/** The button goes with its step, so the focus goes to the step that is chosen: there the copies are next. @param {Step} next @param {boolean} live @param {QuorumControls} controls */
function goOn(next, live, controls) {
  const press = (/** @type {Event} */ event) => {
    const figure = /** @type {Element} */ (event.currentTarget).closest('figure');
    const chosen = figure?.querySelectorAll('.segmented button')[steps.indexOf(next)];
    /** @type {HTMLElement | undefined} */ (chosen)?.focus();
    controls.setStep(next);
  };
  return html`<button type="button" class="btn primary" ?disabled=${!live} @click=${press}>
    ${hasBoard(next) ? `now with ${stepNames[next.id]}` : 'and a write that is not finished?'}
  </button>`;
}

/** @type {Record<News['tone'], string>} */
const toneShapes = { plain: 'quiet', fresh: 'fresh', stale: 'stale', failed: 'failed' };

/** @type {PromiseId[]} */
const judged = ['regular', 'linearizable'];

/** @type {Record<Finding['state'], string>} */
const shapes = { broken: 'failed', held: 'done', untested: 'untested', undecided: 'undecided' };

/** What the checker says of the whole run. @param {Played} played */
const findingsOf = ({ verdict }) =>
  judged.map((id) => ({ words: wordsOf(id), finding: verdict.verdict[id] }));

/** @param {Played} played */
function signed(played) {
  const findings = findingsOf(played);
  const held = findings.find(({ finding }) => finding.state === 'held')?.finding;
  return html`<div class="signed">
    <p>
      A checker looks only at what the clients were told, and says which promises were kept. Here it looks at two, whose
      names the text below explains:
    </p>
    <ul>
      ${findings.map(({ words: { promise, broken, name }, finding }) => {
        const isBroken = finding.state === 'broken';
        return html`<li class=${isBroken ? 'failed' : ''}>
          ${glyph(shapes[finding.state])}
          <span>${isBroken ? broken : promise} <small>${name}: ${standingWords(finding)}</small></span>
        </li>`;
      })}
    </ul>
    ${held ? html`<p>“${capital(standingWords(held))}”: ${numerals[held.tests]} ${held.tests === 1 ? 'read' : 'reads'} put the promise to the test, and it was kept.</p>` : nothing}
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
        <tr><td></td><th scope="colgroup" colspan=${copies.length}>answers</th></tr>
        <tr><th scope="col">has the write</th>${setsOf(step.r).map((set) => html`<th scope="col">${set.join(' ')}</th>`)}</tr>
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
      ...(choice.back ? ['Written back to it by'] : []),
    ],
    rows: copies.map((copy) => [
      copy,
      String(played.stage.nodes.find(({ name }) => name === copy)?.copies[0]?.value),
      copyState(played, copy) === 'behind' ? 'behind' : 'up to date',
      choice.heard.includes(copy) ? 'let in' : 'held at the door',
      ...choice.asked.map((set) => (set.includes(copy) ? 'yes' : 'no')),
      ...(choice.back ? [backersOf(played, copy)] : []),
    ]),
    empty: '',
  })}
  ${
    isComplete(choice)
      ? tableTwin({
          caption: `What the checker says of run ${played.hash.slice(0, 8)}, from what the clients were told`,
          columns: ['Promise', 'Its name', 'In this run'],
          rows: findingsOf(played).map(({ words: { promise, name }, finding }) => [
            promise,
            name,
            standingWords(finding),
          ]),
          empty: '',
        })
      : nothing
  }
  ${
    hasBoard(step)
      ? tableTwin({
          caption: 'Ways that were tried',
          columns: ['Has the write', 'Answers', 'The read'],
          rows: waysOf(step)
            .filter((way) => tried[step.id][wayName(way)])
            .map((way) => [formatList(way.heard), formatList(way.asked[0]), tried[step.id][wayName(way)]]),
          empty: 'None yet.',
        })
      : nothing
  }`;
}

/** Who wrote back to a copy what it had found elsewhere. @param {Played} played @param {string} copy */
function backersOf(played, copy) {
  const backers = played.operations.filter(({ client }) =>
    writtenBack(played, client).some(({ to }) => to === copy),
  );
  return formatList(backers.map(({ client }) => formatName(client))) || 'nobody';
}
