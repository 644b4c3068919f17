// The task bar while a challenge is on (what to do, what may be done, how far it is), and the list to choose one from.
import { html, nothing } from 'lit';
import { formatList, formatShare, group } from '../../web/ui/format.js';
import { copiedNote } from '../../web/ui/take-away.js';
import { challenges } from './challenge-run.js';
import { copyLink } from './foot.js';
import { glyph } from './glyph.js';

/** @import { Challenge, ChallengeGoal, GradedGoal, GradeReport } from '../../web/engine/engine.d.ts' */
/** @import { ChallengeRun } from './challenge-run.js' */
/** @import { Lab } from './lab.js' */
/** @import { Ui } from './ui.js' */

/** @param {Lab} lab */
export function chooser(lab) {
  return {
    text: 'Challenges: a goal, a few things that you may do, and the engine as the judge.',
    more: html`<ul class="chooser">
      ${challenges.map(
        ({ id, title, text }) => html`<li>
          <h2>${title}</h2>
          <p>${text}</p>
          <button class="btn" aria-label="Start: ${title}" @click=${() => lab.assignment.start(id)}>Start</button>
        </li>`,
      )}
    </ul>`,
    controls: html`<button class="btn" @click=${() => lab.assignment.stopChoosing()}>Not now</button>`,
  };
}

/**
 * What the run is worth, beside the run: met, with its stars and the way to hand it in, or not, and why.
 * @param {Lab} lab
 * @param {Ui} ui
 */
export function challengeResult(lab, ui) {
  const { challenge: run } = lab;
  if (!run?.grade) return nothing;
  const { met, goals, problem } = run.grade;
  if (problem !== null) return nothing;
  if (!met) {
    const missing = goals.filter((goal) => !goal.met).map(({ says }) => says);
    return html`<div class="goal-result is-missed">
      <p><b>${glyph('failed')}Not met yet:</b> ${missing.join('; ')}. ${run.reason}</p>
    </div>`;
  }
  return html`<div class="goal-result is-met" tabindex="-1" role="group" aria-label="Goal met">
    <p><b>${glyph('done')}Goal met: ${run.title}.</b></p>
    ${stars(run)}
    <div class="hand-in">
      <button class="btn primary" @click=${() => copyLink(lab, ui, 'hand-in')}>Copy the link to hand in</button>
      ${copiedNote(ui, 'hand-in')}
    </div>
  </div>`;
}

/** @param {Lab} lab */
export function challengeBar(lab) {
  const { challenge: run } = lab;
  if (!run) return { text: nothing };
  const { challenge, grade } = run;
  return {
    text: html`<b>${challenge.title}.</b> ${challenge.text}`,
    more: html`
      <ul class="goals">${challenge.goal.map((goal, index) => goalRow(goal, grade?.goals[index] ?? null))}</ul>
      ${challenge.allowed_actions.includes('hold') ? html`<p class="how">To hold a message, choose it while it is on its way, then “hold”; it waits at the door of the machine that it goes to.</p>` : nothing}
      <p class="allowed">${allowed(challenge)} ${usedWords(run)}${
        run.student === '' ? nothing : ` The luck of this run belongs to ${run.student}.`
      }</p>
      ${grade?.own_seed === false ? html`<p class="quiet">This run has somebody else’s luck, not the one of this name.</p>` : nothing}
      ${grade?.problem ? html`<p class="not-allowed">${glyph('failed')}Not allowed: ${grade.problem}.</p>` : nothing}
      ${stars(run)}`,
    controls: html`
      ${run.progress ? judging(run) : nothing}
      ${run.used > 0 ? html`<button class="btn" @click=${() => lab.guard(() => run.takeBack())}>Take back</button>` : nothing}
      <button class="btn" @click=${() => lab.reset()}>Start again</button>
      <button class="btn" @click=${() => lab.assignment.leave()}>Leave</button>`,
  };
}

/** @param {ChallengeGoal} goal @param {GradedGoal | null} graded */
function goalRow(goal, graded) {
  const state = graded === null ? 'open' : graded.met ? 'met' : 'missed';
  const shapes = { open: 'quiet', met: 'done', missed: 'failed' };
  const words = { open: 'not judged yet', met: 'met', missed: 'not met' };
  const measured = graded === null ? '' : measuredWords(goal, graded.measured);
  return html`<li class="goal is-${state}">
    ${glyph(shapes[state])}<span>${goal.says}</span> <b>${words[state]}</b>${measured ? html` <span class="num">${measured}</span>` : nothing}
  </li>`;
}

/**
 * What was measured, where a number says more than yes or no.
 * @param {ChallengeGoal} goal
 * @param {number | null} measured
 */
function measuredWords({ measure, experiment }, measured) {
  if (measured === null) return '';
  if ('over' in measure) return `(${formatShare(measured, 1)})`;
  if (experiment.kind === 'scenario') return `(now ${measured})`;
  return '';
}

/** @type {Record<string, string>} */
const settingNames = { '/cluster/n': 'N', '/cluster/w': 'W', '/cluster/r': 'R' };

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

/** @param {ChallengeRun} run */
function stars({ challenge, grade }) {
  const list = challenge.stars ?? [];
  if (list.length === 0) return nothing;
  return html`${costWords(challenge, grade)}<ul class="stars" aria-label="Stars">
    ${list.map(({ says }, index) => {
      const earned = grade?.stars[index] ?? false;
      return html`<li class=${earned ? 'is-earned' : ''}>${glyph(earned ? 'earned' : 'star')}${says}<span class="visually-hidden">: ${earned ? 'earned' : 'not earned'}</span></li>`;
    })}
  </ul>`;
}

/** What the run costs, for the stars that depend on it. @param {Challenge} challenge @param {GradeReport | null} grade */
function costWords({ cost }, grade) {
  if (!cost || typeof grade?.cost !== 'number') return nothing;
  return html`<p class="cost">It costs <b class="num">${grade.cost.toFixed(1)}\u00a0${cost.unit}</b>.</p>`;
}

/** @param {ChallengeRun} run */
function judging({ progress }) {
  if (!progress) return nothing;
  const { done, total } = progress;
  return html`<span class="measuring"><span class="num">the engine judges … ${
    total > 1 ? `${group(done)} of ${group(total)}` : ''
  }</span></span>`;
}
