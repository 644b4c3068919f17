// The task bar while a challenge is on (what to do, what may be done, how far it is), and the list to choose one from.
import { html, nothing } from 'lit';
import { choices, goalResult, goals, judging, objections, stars } from '../../web/figures/challenge-parts.js';
import { formatList } from '../../web/ui/format.js';
import { copiedNote } from '../../web/ui/take-away.js';
import { challenges } from './challenge-run.js';
import { settingControls } from './challenge-settings.js';
import { copyLink } from './foot.js';

/** @import { Challenge } from '../../web/engine/engine.d.ts' */
/** @import { ChallengeRun } from './challenge-run.js' */
/** @import { Lab } from './lab.js' */
/** @import { Ui } from './ui.js' */

/** @param {Lab} lab */
export const chooser = (lab) => ({
  text: 'Challenges: a goal, a few things that you may do, and the engine as the judge.',
  more: choices(challenges, lab.assignment.met, (id) => lab.assignment.start(id)),
  controls: html`<button class="btn" @click=${() => lab.assignment.stopChoosing()}>Not now</button>`,
});

/**
 * What the run is worth, beside the run: met, with its stars and the way to hand it in, or not, and why.
 * @param {Lab} lab
 * @param {Ui} ui
 */
export function challengeResult(lab, ui) {
  const { challenge: run } = lab;
  if (!run) return nothing;
  return goalResult(run.challenge, run.grade, {
    reason: run.reason,
    handIn: html`<button class="btn primary" @click=${() => copyLink(lab, ui, 'hand-in')}>Copy the link to hand in</button>
      ${copiedNote(ui, 'hand-in')}
      ${run.next ? html`<button class="btn" @click=${() => lab.assignment.start(run.next?.id ?? '')}>Next: mend it</button>` : nothing}`,
  });
}

/** @param {Lab} lab */
export function challengeBar(lab) {
  const { challenge: run } = lab;
  if (!run) return { text: nothing };
  const { challenge, grade } = run;
  return {
    text: html`<b>${challenge.title}.</b> ${challenge.text}`,
    more: html`
      ${settingControls(lab, run)}
      ${goals(challenge, grade)}
      ${challenge.allowed_actions.includes('hold') ? html`<p class="how">To hold a message, choose it while it is on its way, then “hold”; it waits at the door of the machine that it goes to.</p>` : nothing}
      <p class="allowed">${allowed(challenge)} ${usedWords(run)}${
        run.student === '' ? nothing : ` The luck of this run belongs to ${run.student}.`
      }</p>
      ${objections(grade)}
      ${stars(challenge, grade)}`,
    controls: html`
      ${judging(run.progress)}
      ${run.progress && run.isByRequest ? html`<button class="btn" @click=${() => run.stop()}>Stop</button>` : nothing}
      ${run.isOpen ? html`<button class="btn primary" @click=${() => run.ask()}>Let the engine judge</button>` : nothing}
      ${run.used > 0 ? html`<button class="btn" @click=${() => lab.guard(() => run.takeBack())}>Take back</button>` : nothing}
      <button class="btn" @click=${() => lab.reset()}>Start again</button>
      <button class="btn" @click=${() => lab.assignment.leave()}>Leave</button>`,
  };
}

/** @type {Record<string, string>} */
const settingNames = {
  '/cluster/n': 'N',
  '/cluster/w': 'W',
  '/cluster/r': 'R',
  '/cluster/read_repair': 'read repair',
  '/cluster/write_back': 'write-back',
  '/cluster/versions': 'which write is newer',
  '/cluster/clocks': 'the machines’ clocks',
};

/** @param {Challenge} challenge */
function allowed({ allowed_actions: verbs, free = [], max_actions: most = 0 }) {
  const acts =
    verbs.length > 0 ? `${formatList(verbs)} messages, ${most} ${most === 1 ? 'time' : 'times'} at most` : '';
  const settings =
    free.length > 0 ? `change ${formatList(free.map((place) => settingNames[place] ?? place))}` : '';
  return `You may ${[acts, settings].filter(Boolean).join(', and ')}. All else is locked.`;
}

/** @param {ChallengeRun} run */
function usedWords({ used, mostActions }) {
  return mostActions === 0 ? nothing : html`<b class="used">Used: ${used} of ${mostActions}.</b>`;
}
