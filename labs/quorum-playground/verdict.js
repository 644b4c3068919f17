// The verdict, directly under the stage: what the client was told, and why, in plain words.
import { html, nothing } from 'lit';
import { overlaps } from '../../web/figures/overlap.js';
import { answersTo } from '../../web/ui/answers.js';
import { capital, failed, formatBytes, formatList, formatName, formatTime } from '../../web/ui/format.js';
import { glyph } from './glyph.js';
import { getAction, sameQuorum, storyQuorum } from './scenario.js';

/** @import { Operation } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */
/** @import { Run } from './run.js' */
/** @import { Ui } from './ui.js' */

/**
 * @param {Lab} lab
 * @param {Ui} [ui] without it, only what the client was told
 */
export function verdict(lab, ui) {
  const { run } = lab;
  if (!run) return nothing;
  const judged = run.lastJudged;
  const { judging, challenges } = lab.parts;
  const broken = ui && judging?.brokenFirst(lab) ? judging.brokenPromise(lab) : null;
  const kind = broken ? 'failed' : judged ? (failed(judged) ? 'failed' : (judged.label ?? 'plain')) : 'none';
  return html`
    <section class="verdict is-${kind}" aria-label="Verdict">
      ${ui && challenges ? challenges.challengeResult(lab, ui) : nothing} ${broken ?? nothing}
      <p class=${broken ? 'lesser' : ''}>${judged ? sentences(lab, run, judged) : html`<span class="quiet">No read has finished yet, so there is nothing to judge.</span>`}</p>
      ${lab.sentence && lab.lit.transport ? html`<p class="last-event">${capital(lab.sentence)}</p>` : nothing}
      ${ui && judging ? judging.promises(lab, ui) : nothing}
    </section>`;
}

/**
 * @param {Lab} lab
 * @param {Run} run
 * @param {Operation} operation
 */
function sentences(lab, run, operation) {
  if (failed(operation)) return timeoutSentence(run, operation);
  const who = capital(formatName(operation.client));
  const value = operation.found ? formatBytes(operation.value) : 'nothing';
  const from = `${operation.answered.length === 1 ? 'copy' : 'copies'} ${formatList([...operation.answered].sort())}`;
  const missed = run.operation(operation.missed_op);
  if (operation.label === 'stale' && missed) {
    return html`<b>${glyph('stale')}A read missed a finished write: it is stale.</b>
      ${capital(formatName(missed.client))} was told “saved” at ${formatTime(missed.end_us ?? 0)}.
      ${who} asked at ${formatTime(operation.begin_us)} and was told ${value}:
      ${whyMissed(run, operation, missed)}
      ${chosen(lab, operation)}`;
  }
  return html`<b>${glyph('fresh')}The read is fresh.</b>
    ${who} heard ${from} and was told ${
      operation.answered.length === 1 ? value : html`the newest answer, ${value}`
    }: no write that was finished before it asked was missed.
    ${whyFresh(run, operation)}`;
}

/**
 * A copy may have been given the write, and yet answer with another value: where that looks newer, or where the write
 * was forgotten.
 * @param {Run} run
 * @param {Operation} read
 * @param {Operation} write
 */
function whyMissed({ messages }, read, write) {
  const { answered } = read;
  const given = answered.filter((copy) => {
    const answer = messages.find(
      ({ op, kind, from }) => op === read.op && kind === 'response' && from === copy,
    );
    const before = answer?.position_sent ?? Number(read.end_position);
    return messages.some(
      ({ op, kind, to, state, position_done: done }) =>
        op === write.op && kind === 'write' && to === copy && state === 'delivered' && Number(done) < before,
    );
  });
  const copies = (/** @type {string[]} */ names) =>
    `${names.length === 1 ? 'copy' : 'copies'} ${formatList([...names].sort())}`;
  if (given.length > 0) return `${copies(given)} had been given the write, and did not answer with it.`;
  return `${copies(answered)} had not heard of the write when ${answered.length === 1 ? 'it' : 'they'} answered.`;
}

/**
 * Whether it could have been otherwise, which the write decides as it was made. Without a write there is no reason.
 * @param {Run} run
 * @param {Operation} read
 */
function whyFresh(run, read) {
  const write = run.newestWriteBefore(read);
  if (!write) return nothing;
  const n = Math.max(write.n, read.n);
  return overlaps({ n, w: write.w, r: read.r })
    ? html`It had to be so: ${write.w} + ${read.r} &gt; ${n}, so one of the answers came from a copy with the write.`
    : html`But only by luck: ${write.w} + ${read.r} ≤ ${n}.`;
}

/** @param {Run} run @param {Operation} operation */
function timeoutSentence(run, operation) {
  const answers = answersTo(operation, run.messages);
  const who = formatName(operation.client);
  const needed = operation.do === 'get' ? operation.r : operation.w;
  return html`<b>${glyph('failed')}${capital(who)} ${operation.outcome === 'refused' ? 'was refused: too few copies had answered' : 'got too few answers in time'}.</b>
    It needed ${needed}${answers === null ? '' : ` and got ${answers}`}.
    ${operation.do === 'get' ? 'It was told nothing.' : 'Nobody can tell it whether the write was saved: some copies may have it.'}`;
}

/** The seed was picked, and the reader must know. @param {Lab} lab @param {Operation} operation */
function chosen(lab, operation) {
  return lab.isChosenRun && operation.action === getAction && sameQuorum(operation, storyQuorum)
    ? html`<span class="quiet">We chose this run because it goes wrong.</span>`
    : nothing;
}
