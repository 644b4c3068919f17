// Fig 6-12 c's cards (content/cards.json), what a reader may answer to one, and how the engine grades an answer: whole
// runs of the card's day on the answered store, each run once for all that the card asks.
import cards from '../../content/cards.json' with { type: 'json' };
import { changed, nameOf, settingOf, settingWords, usual } from './records-settings.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Challenge, ChallengeGoal, GradeReport, Scenario } from '../engine/engine.d.ts' */
/** @import { Seeds } from './records-grade.js' */
/** @import { Setting } from './records-settings.js' */

/** @typedef {Setting & {repair: boolean}} Answer a setting, and whether reads mend the copies that they find behind */

/**
 * @typedef {object} Card
 * @property {string} id
 * @property {string} title
 * @property {string} text
 * @property {string} because why an answer that passes does
 * @property {any} scenario its day: a scenario without a setting
 * @property {Omit<ChallengeGoal, 'experiment'>[]} needs
 * @property {string} solution an answer that passes, by its name
 */

/** @type {Card[]} */
export const deck = /** @type {any} */ (cards);

/** The grade's lucks, which no page shows. @type {Seeds} */
export const cardSeeds = { from: 9_500_001, to: 9_500_100 };
export const cardRuns = cardSeeds.to - cardSeeds.from + 1;

/** @type {Answer} */
export const untouchedAnswer = { ...usual, repair: false };

/** @param {Answer} answer @param {Partial<Answer>} change @returns {Answer} */
export function changedAnswer(answer, change) {
  const { repair } = { ...answer, ...change };
  return { ...changed(answer, change), repair };
}

/** @param {Answer} answer */
export const answerName = (answer) =>
  answer.repair && !answer.owner ? `${nameOf(answer)}.repair` : nameOf(answer);

/** @param {string | null | undefined} name @returns {Answer | null} */
export function answerOf(name) {
  const repair = name?.endsWith('.repair') ?? false;
  const setting = settingOf(repair ? (name ?? '').slice(0, -'.repair'.length) : (name ?? ''));
  return setting && !(repair && setting.owner) ? { ...setting, repair } : null;
}

/** @param {Answer} answer */
export const answerWords = (answer) =>
  answer.owner
    ? settingWords(answer)
    : `${settingWords(answer)}, read repair ${answer.repair ? 'on' : 'off'}`;

/** @param {Card} card @param {Answer} answer @returns {Scenario} */
export function cardScenario({ title, scenario }, { n, w, r, versions, repair, owner }) {
  const { patience_ms, ...cluster } = scenario.cluster;
  if (owner) {
    const five = scenario.workload.traffic === 'five-records';
    return {
      ...scenario,
      title,
      cluster: { ...cluster, mode: 'single_owner', coordinator: 'replica', n },
      workload: five ? { ...scenario.workload, conditional: true } : scenario.workload,
    };
  }
  return {
    ...scenario,
    title,
    cluster: {
      ...cluster,
      patience_ms,
      n,
      w,
      r,
      ...(repair ? { read_repair: 'background' } : {}),
      ...(versions === 'lww' ? {} : { versions, resolve: 'union' }),
    },
  };
}

/**
 * @typedef {object} CardGrade
 * @property {boolean} met
 * @property {{says: string, met: boolean, measured: number | null}[]} needs
 * @property {number} unanswered share of the calls: refused, or no answer in time
 * @property {number} stale share of the reads
 * @property {number} readMs p99.9, mean of the runs
 * @property {number} writeMs p99.9, mean of the runs
 * @property {number} bytes mean of a run's messages
 */

/** Besides what the card asks: the answer's price. @type {Omit<ChallengeGoal, 'experiment' | 'expect'>[]} */
const prices = [
  { says: 'calls', measure: { of: '/ops/total' } },
  { says: 'unanswered', measure: { sum: ['/ops/timeout', '/ops/refused'] } },
  { says: 'stale', measure: { of: '/ops/stale', over: ['/ops/fresh', '/ops/stale'] } },
  { says: 'readMs', measure: { of: '/read_ms/p999' } },
  { says: 'writeMs', measure: { of: '/write_ms/p999' } },
  { says: 'bytes', measure: { of: '/messages/bytes' } },
];

/**
 * @param {Engine} engine
 * @param {Card} card
 * @param {Answer} answer
 * @param {{seeds?: Seeds, signal?: AbortSignal, onProgress?: (progress: GradeReport) => void}} [options]
 * @returns {Promise<CardGrade>}
 */
export async function gradeCard(engine, card, answer, { seeds = cardSeeds, ...options } = {}) {
  const scenario = cardScenario(card, answer);
  const experiment = { kind: 'run', seeds };
  /** @type {Challenge} */
  const challenge = {
    id: card.id,
    lab: 'quorum-playground',
    title: card.title,
    text: card.text,
    scenario,
    seed: 'any',
    allowed_actions: [],
    max_actions: 0,
    free: [],
    goal: [
      ...card.needs.map((need) => ({ ...need, experiment })),
      ...prices.map((price) => ({ ...price, experiment, expect: { at_least: 0 } })),
    ],
    solution: scenario,
  };
  const { goals, problem } = await engine.runJob({ job: 'grade', challenge, scenario }, options);
  if (problem) throw new Error(problem);
  const needs = goals.slice(0, card.needs.length);
  const price = Object.fromEntries(
    goals.slice(needs.length).map(({ says, measured }) => [says, measured ?? 0]),
  );
  const { calls, unanswered, stale, readMs, writeMs, bytes } = price;
  return {
    met: needs.every(({ met }) => met),
    needs,
    unanswered: unanswered / calls,
    stale,
    readMs,
    writeMs,
    bytes,
  };
}
