// Fig 6-12 c's cards (content/cards.json), what a reader may answer to one, and how the engine grades an answer: whole
// runs of the card's day on the answered store, each run once for all that the card asks.
import cards from '../../content/cards.json' with { type: 'json' };
import { measureRuns } from '../engine/measure-runs.js';
import { changed, nameOf, settingOf, settingWords, usual } from './records-settings.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { ClaimsJob, Scenario } from '../engine/engine.d.ts' */
/** @import { JobOptions } from '../engine/job.js' */
/** @import { Asked, Measured, Seeds } from '../engine/measure-runs.js' */
/** @import { Setting } from './records-settings.js' */

/** @typedef {Setting & {repair: boolean}} Answer a setting, and whether reads mend the copies that they find behind */

/**
 * @typedef {object} Card
 * @property {string} id
 * @property {string} title
 * @property {string} text
 * @property {string} because what an answer must take into account
 * @property {any} scenario its day: a scenario without a setting
 * @property {Required<Asked>[]} needs
 * @property {string} solution an answer that passes, by its name
 */

/** @type {Card[]} */
export const deck = /** @type {any} */ (cards);

/** How many lucks a grade takes, and which is the first of all; no page shows any of them. */
export const cardRuns = 100;
const firstSeed = 9_500_001;

/** Each grade takes the next ones, so that no answer is chosen by the lucks that judge it. @param {number} round from 0 @returns {Seeds} */
export const cardSeeds = (round) => {
  const from = firstSeed + round * cardRuns;
  return { from, to: from + cardRuns - 1 };
};

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
 * @property {Seeds} seeds
 * @property {boolean} met
 * @property {Measured[]} needs
 * @property {number} unanswered share of the calls: refused, or no answer in time
 * @property {number | null} stale share of the reads; null: no read was answered
 * @property {number | null} readMs p99.9, mean of the runs; null: a run had no answered read
 * @property {number | null} writeMs p99.9, mean of the runs; null: a run had no confirmed write
 * @property {number} bytes mean of a run's messages
 */

/** Besides what the card asks: the answer’s price. @type {Asked[]} */
const prices = [
  { says: 'unanswered', measure: { sum: ['/ops/timeout', '/ops/refused'], over: ['/ops/total'] } },
  { says: 'stale', measure: { of: '/ops/stale', over: ['/ops/fresh', '/ops/stale'] } },
  { says: 'readMs', measure: { of: '/read_ms/p999' } },
  { says: 'writeMs', measure: { of: '/write_ms/p999' } },
  { says: 'bytes', measure: { of: '/messages/bytes' } },
];

/**
 * @param {Engine} engine
 * @param {Card} card
 * @param {Answer} answer
 * @param {Seeds} seeds
 * @param {JobOptions<ClaimsJob>} [options]
 * @returns {Promise<CardGrade>}
 */
export async function gradeCard(engine, card, answer, seeds, options) {
  const scenario = cardScenario(card, answer);
  const found = await measureRuns(engine, scenario, seeds, [...card.needs, ...prices], options);
  const needs = found.slice(0, card.needs.length);
  const [unanswered, stale, readMs, writeMs, bytes] = found
    .slice(needs.length)
    .map(({ measured }) => measured);
  return {
    seeds,
    met: needs.every(({ met }) => met),
    needs,
    unanswered: Number(unanswered),
    stale,
    readMs,
    writeMs,
    bytes: Number(bytes),
  };
}
