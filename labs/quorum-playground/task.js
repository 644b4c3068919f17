// The bar across the top: one sentence that says what to do, and the one thing to press.
import { html, nothing } from 'lit';
import { overlaps } from '../../web/figures/overlap.js';
import { rareAge } from '../../web/figures/stale-curve.js';
import { formatBytes, formatMs, formatShare, group } from '../../web/ui/format.js';
import { glyph } from './glyph.js';
import { getAction, storyNew, storyOld } from './scenario.js';
import { curveTrials, luckCount } from './trials.js';

/** @import { Operation } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */

/** @param {Lab} lab */
export function task(lab) {
  const { text, controls, more } = content(lab);
  return html`
    <section class="task" aria-label="Task">
      <div class="task-words">
        <p class="task-text" tabindex="-1">${text}</p>
        ${more ?? nothing}
      </div>
      ${controls ? html`<div class="task-controls">${controls}</div>` : nothing}
    </section>`;
}

/** `more`: what stands under the sentence. @typedef {{text: unknown, controls?: unknown, more?: unknown}} Content */

/**
 * @param {Lab} lab
 * @returns {Content}
 */
function content(lab) {
  const { challenges, judging, stories } = lab.parts;
  if (lab.tale.choosing && stories) return stories.storyChooser(lab);
  if (lab.assignment.choosing && challenges) return challenges.chooser(lab);
  if (lab.challenge && challenges) return challenges.challengeBar(lab);
  if (lab.tale.story && stories) return stories.storyBar(lab);
  if (lab.trying) return trying(lab);
  if (lab.detour.found && judging) return judging.visitBar(lab);
  return phases[lab.phase](lab);
}

/** @type {Record<string, (lab: Lab) => Content>} */
const phases = {
  ask: question,
  reading: question,

  told(lab) {
    const read = lab.run?.operationOf(getAction);
    const told =
      read?.outcome === 'ok'
        ? html`was told <b>${read.found ? formatBytes(read.value) : 'nothing'}</b>`
        : html`got <b>no answer</b> in time`;
    return {
      text: html`${guessed(lab.guess, read)} Client 2 ${told}. Client 1 had been told, earlier, that ${storyNew} was saved.`,
      controls: html`<span class="aside">Bad luck? Luck is how long each message takes.</span>
        <button class="btn primary" @click=${() => lab.tryLucks()}>Try ${luckCount} other lucks</button>`,
    };
  },

  lucks: (lab) => ({
    text: html`The same experiment with <b>${luckCount} other lucks</b>: each message takes another time.`,
    controls: stopButton(lab),
  }),

  fix(lab) {
    if (lab.measuring.revealed < luckCount) {
      const { w, r } = lab.quorum;
      return { text: html`W = ${w}, R = ${r}: counting <b>${luckCount} other lucks</b> …` };
    }
    const lucks = lab.trials?.result('lucks', lab.quorum);
    const stale = lucks?.stale[0] ?? 0;
    return {
      text: html`<b>${stale} of ${luckCount}</b> reads were stale.
        ${
          stale === 0 ? 'None this time, but nothing forbids it. ' : ''
        }Change <b>W</b> or <b>R</b> so that this cannot happen.`,
    };
  },

  held: (lab) => ({
    text: html`W + R = ${lab.quorum.w + lab.quorum.r} is more than N = ${lab.quorum.n}:
      <b>none of ${luckCount}</b> reads was stale. The price is below the dots.`,
    controls: html`<button class="btn primary" @click=${() => lab.measureCurve()}>And if client 2 waits before it reads?</button>`,
  }),

  later: (lab) => ({
    text: html`${group(curveTrials)} lucks for each age of the write …
      <span class="num">${lab.trials?.progress ? formatShare(lab.trials.progress.done, lab.trials.progress.total) : ''}</span>`,
    controls: stopButton(lab),
  }),

  done(lab) {
    const first = lab.trials?.result('curve', lab.before);
    const ms = first && rareAge({ ...first, name: '', ghost: false, trials: curveTrials });
    const { w, r } = lab.before;
    return {
      text: html`${glyph('done')} You made a missed write impossible, and saw what it costs.
        ${
          ms
            ? html`With W = ${w}, R = ${r}, only waiting helps: after about <b>${formatMs(ms)}</b>, 1 read in 1 000 is still stale.`
            : nothing
        }`,
      controls: html`<button class="btn" @click=${() => lab.reset()}>Start again</button>
        <button class="btn" @click=${() => lab.assignment.choose()}>Challenges</button>
        <button class="btn" @click=${() => lab.playFreely()}>Play freely</button>
        <button class="btn primary" @click=${() => lab.tale.choose()}>So is W + R &gt; N safe?</button>`,
    };
  },

  free: (lab) => ({
    text: lab.fromLink
      ? html`A run opened from a link. Play it, step through it, or change it. ${lab.linkNote}`
      : html`Play freely: put and get, crash a machine, hold a message, change N, W and R.`,
    controls: html`<button class="btn" @click=${() => lab.assignment.choose()}>Challenges</button>
      <button class="btn" @click=${() => lab.reset()}>${lab.fromLink ? 'Open the lab’s story' : 'Start the story again'}</button>`,
  }),
};

/** What became of the reader's guess. @param {string | null} guess @param {Operation | null | undefined} read */
function guessed(guess, read) {
  if (guess === null || read?.outcome !== 'ok') return nothing;
  if (guess === 'cannot tell') return 'You could not tell, and before the answer nobody could.';
  const right = read.found && formatBytes(read.value) === guess;
  return html`You said <b>${guess}</b>${right ? ', and so it was.' : ', and it was not so.'}`;
}

/**
 * @param {Lab} lab
 * @returns {Content}
 */
function question(lab) {
  return {
    text: html`Client 1 was told <b>saved</b>. Client 2 reads now. What does it get?`,
    controls: [storyNew, storyOld, 'cannot tell'].map(
      (answer) => html`<button
        class="btn answer"
        aria-pressed=${lab.guess === answer ? 'true' : 'false'}
        @click=${() => lab.answer(answer)}
      >${answer}</button>`,
    ),
  };
}

/**
 * @param {Lab} lab
 * @returns {Content}
 */
function trying(lab) {
  const { n, w, r } = lab.quorum;
  return {
    text: html`The <b>same luck</b> again, now with W = ${w} and R = ${r}: ${w} + ${r} ${
      overlaps(lab.quorum) ? '>' : '≤'
    } ${n}.`,
  };
}

/** @param {Lab} lab */
function stopButton(lab) {
  return lab.trials?.progress
    ? html`<button class="btn" @click=${() => lab.cancel()}>Stop</button>`
    : nothing;
}
