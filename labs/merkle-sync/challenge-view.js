// The task bar while a challenge is on, the list to choose one from, and what the run is worth.
import { html, nothing } from 'lit';
import { choices, goalResult, goals, judging, objections, stars } from '../../web/figures/challenge-parts.js';
import { formatList } from '../../web/ui/format.js';
import { copiedNote, copyAddress, handCopy } from '../../web/ui/take-away.js';
import { challenges } from './challenge-run.js';
import { handInAddress } from './share.js';
import { plural } from './words.js';

/** @import { Lab } from './lab.js' */
/** @import { Ui } from './ui.js' */
/** @import { ChallengeRun } from './challenge-run.js' */

/** @type {[keyof import('./settings.js').Settings, string][]} */
const freeNames = [
  ['differ', 'how many keys differ'],
  ['fanOut', 'the children of a node'],
  ['leafKeys', 'the keys in a leaf'],
  ['versions', 'which version is kept'],
];

/** @param {Lab} lab */
export const chooser = (lab) => ({
  text: 'Challenges: a goal, a few things that you may do, and the engine as the judge.',
  more: choices(challenges, lab.assignment.met, (id) => lab.assignment.start(id)),
  controls: html`<button class="btn" @click=${() => lab.assignment.stopChoosing()}>Not now</button>`,
});

/** @param {Lab} lab */
export function challengeBar(lab) {
  const { challenge: run } = lab.assignment;
  if (!run) return { text: nothing };
  const { challenge, grade } = run;
  return {
    text: html`<b>${challenge.title}.</b> ${challenge.text}`,
    more: html`
      ${goals(challenge, grade)}
      <p class="allowed">${allowed(run)}${run.student === '' || grade?.own_seed === false ? nothing : ` The luck of this run belongs to ${run.student}.`}</p>
      ${objections(grade)}
      ${stars(challenge, grade)}`,
    controls: html`${judging(run.progress)}
      <button class="btn" @click=${() => lab.assignment.start(run.id)}>Start again</button>
      <button class="btn" @click=${() => lab.assignment.leave()}>Leave</button>`,
  };
}

/** @param {ChallengeRun} run */
function allowed(run) {
  const { hand } = run;
  if (!hand) {
    const free = freeNames.filter(([name]) => run.frees(name)).map(([, words]) => words);
    return `You may change ${formatList(free)}. All else is locked.`;
  }
  const { length } = hand.asks;
  const sought = run.sought === 1 ? '' : ` Now two keys differ: ${hand.found.length} of 2 found.`;
  return html`Tap a hash that lies face down to ask for it.${sought} <b class="used">Asked: ${plural(length, 'hash', 'hashes')}.</b>`;
}

/** @param {Lab} lab @param {Ui} ui */
export function challengeResult(lab, ui) {
  const { challenge: run } = lab.assignment;
  // What is missing stands with the goals.
  if (!run?.grade?.met) return nothing;
  const copy = () => copyAddress(handInAddress(run), ui, lab.around.say, 'hand-in');
  return goalResult(run.challenge, run.grade, {
    handIn: html`${
      run.canGoOn
        ? html`<p>You asked for one child alone, since only one key differed.</p>
          <button class="btn" @click=${() => run.another()}>A second key differs: go on</button>`
        : nothing
    }
    ${run.canGather ? html`<button class="btn" @click=${() => run.gather()}>Now as many in one stretch</button>` : nothing}
    <button class="btn primary" @click=${copy}>Copy the link to hand in</button> ${copiedNote(ui, 'hand-in')} ${handCopy(ui)}`,
  });
}
