// A challenge as any lab shows it: the list to choose one from, its goals with what was measured, its stars.
import { html, nothing } from 'lit';
import { formatShare, group } from '../ui/format.js';
import { glyph } from './glyph.js';

/** @import { Challenge, ChallengeGoal, GradedGoal, GradeReport, Scenario, SyncScenario } from '../engine/engine.d.ts' */
/** @typedef {Challenge<Scenario> | Challenge<SyncScenario>} AnyChallenge */

/** @param {AnyChallenge[]} challenges @param {Set<string>} met those that were met in this visit @param {(id: string) => void} start */
export const choices = (challenges, met, start) => html`<ul class="chooser">
  ${challenges.map(
    ({ id, title, text }) => html`<li>
      <h2>${title}${met.has(id) ? html` <span class="was-met">${glyph('done')}met</span>` : nothing}</h2>
      <p>${text}</p>
      <button class="btn" aria-label="Start: ${title}" @click=${() => start(id)}>Start</button>
    </li>`,
  )}
</ul>`;

/** @param {AnyChallenge} challenge @param {GradeReport | null} grade */
export const goals = ({ goal }, grade) =>
  html`<ul class="goals">${goal.map((one, index) => goalRow(one, grade?.goals[index] ?? null))}</ul>`;

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
  if (measured === null || 'share' in measure) return '';
  if ('over' in measure) return `(${formatShare(measured, 1)})`;
  if (experiment.kind === 'scenario' || experiment.kind === 'sync')
    return `(now ${group(Math.round(measured))})`;
  return '';
}

/** What the engine has against a run: whose luck it has, or what is not allowed. @param {GradeReport | null} grade */
export const objections = (grade) => html`
  ${grade?.own_seed === false ? html`<p class="quiet">This run has somebody else’s luck, not the one of this name.</p>` : nothing}
  ${grade?.problem ? html`<p class="not-allowed">${glyph('failed')}Not allowed: ${grade.problem}.</p>` : nothing}`;

/** What a solution costs, and which stars that earns. @param {AnyChallenge} challenge @param {GradeReport | null} grade */
export function stars({ stars: list = [], cost }, grade) {
  if (list.length === 0) return nothing;
  return html`${costWords(cost, grade)}<ul class="stars" aria-label="Stars">
    ${list.map(({ says }, index) => {
      const earned = grade?.stars[index] ?? false;
      return html`<li class=${earned ? 'is-earned' : ''}>${glyph(earned ? 'earned' : 'star')}${says}<span class="visually-hidden">: ${earned ? 'earned' : 'not earned'}</span></li>`;
    })}
  </ul>`;
}

/** @param {AnyChallenge['cost']} cost @param {GradeReport | null} grade */
function costWords(cost, grade) {
  if (!cost || !grade?.met || grade.cost === null) return nothing;
  return html`<p class="cost">It costs <b class="num">${formatCost(grade.cost)}\u00a0${cost.unit}</b>.</p>`;
}

/** @param {{done: number, total: number} | null} progress */
export function judging(progress) {
  if (!progress) return nothing;
  const { done, total } = progress;
  return html`<span class="measuring"><span class="num">the engine judges … ${
    total > 1 ? `${group(done)} of ${group(total)}` : ''
  }</span></span>`;
}

/**
 * What a run is worth: met, with its stars and the way to hand it in, or not, and why.
 * @param {AnyChallenge} challenge
 * @param {GradeReport | null} grade
 * @param {{reason?: string, handIn: unknown}} rest  reason: why it could not be met; handIn: a button
 */
export function goalResult(challenge, grade, { reason = '', handIn }) {
  if (!grade || grade.problem !== null) return nothing;
  if (!grade.met) {
    return html`<div class="goal-result is-missed">
      <p><b>${glyph('failed')}Not met yet:</b> ${missing(grade)}. ${reason}</p>
    </div>`;
  }
  return html`<div class="goal-result is-met" tabindex="-1" role="group" aria-label="Goal met">
    <p><b>${glyph('done')}Goal met: ${challenge.title}.</b></p>
    ${stars(challenge, grade)}
    <div class="hand-in">${handIn}</div>
  </div>`;
}

/** What was found out, as a sentence for who does not see it. @param {AnyChallenge} challenge @param {GradeReport} grade @param {string} [reason] */
export function gradeSentence({ cost: price }, grade, reason = '') {
  const { cost, met, problem, stars: earned } = grade;
  if (problem !== null) return `Not allowed: ${problem}.`;
  if (!met) return `Not met yet: ${missing(grade)}. ${reason}`.trim();
  const costs = price && cost !== null ? ` It costs ${formatCost(cost)} ${price.unit}.` : '';
  const stars = earned.length ? ` Stars: ${earned.filter(Boolean).length} of ${earned.length}.` : '';
  return `Goal met.${costs}${stars}`;
}

/** @param {GradeReport} grade */
const missing = ({ goals }) =>
  goals
    .filter(({ met }) => !met)
    .map(({ says }) => says)
    .join('; ');

/** @param {number} cost */
const formatCost = (cost) => (Number.isInteger(cost) ? group(cost) : cost.toFixed(1));
