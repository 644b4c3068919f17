// What the state of Fig 6-4 means: what is expected of a request and whether it came so, and how far the world goes that
// has not chosen. No engine and no drawing here.
import { formatList } from '../ui/format.js';
import { before, momentUs, requests, until } from './worlds-measure.js';

/** @import { Doubt, Request, Trouble, Way, World } from './worlds-measure.js' */

/** @typedef {'' | 'answered' | 'refused' | 'wrong'} Mark what somebody expects of a request */

/** @typedef {Record<Way, Mark[]>} Marks of the requests during the trouble */

/** @typedef {'stopped' | Way} Decision of the world that has chosen nothing: none yet, or which */

/**
 * @typedef {object} WorldsPicture
 * @property {boolean} live
 * @property {Trouble} trouble
 * @property {Record<Way, World>} worlds
 * @property {Doubt | null} doubt where the worlds part
 * @property {Marks} marks
 * @property {number} at the moment that is shown: so many requests were asked
 * @property {number} seen the latest moment that was shown
 * @property {boolean} running
 * @property {boolean} tried a run was seen to its end
 * @property {Decision | null} third null: there is no third world
 * @property {string} news
 */

/** @type {Mark[]} */
export const marksInOrder = ['', 'answered', 'refused', 'wrong'];

/** @returns {Marks} */
export function noMarks() {
  const none = () => /** @type {Mark[]} */ (Array(until - before).fill(''));
  return { refuse: none(), answer: none() };
}

/** A mark in words. @param {Mark} mark @param {Request} request */
export function markWords(mark, { what }) {
  const isRead = what === 'get';
  if (mark === '') return 'your guess?';
  if (mark === 'refused') return 'refused';
  if (mark === 'wrong') return isRead ? 'an old value' : 'saved, wrongly';
  return isRead ? 'the right value' : 'saved';
}

/** Its caller was told before the moment at which so many were asked. @param {World} world @param {number} number @param {number} asked */
export function isOver({ fates, last_us }, number, asked) {
  return requests[number - 1].at_us + fates[number - 1].ms * 1000 <= momentUs(asked, last_us);
}

/**
 * What a caller was told, and what is to be said of it once so many were asked: a write clashes with a later one too.
 * @param {World} world @param {number} number @param {number} [asked]
 * @returns {{words: string, kind: 'fresh' | 'stale' | 'failed', ms: number, note: string}} note: why it is not wrong, or is
 */
export function toldOf({ fates, clashes }, number, asked = requests.length) {
  const { outcome, label, value, ms, during } = fates[number - 1];
  if (outcome !== 'ok')
    return { words: outcome === 'refused' ? 'refused' : 'no answer', kind: 'failed', ms, note: '' };
  if (label) {
    const note = during ? `not stale: ${during} was not over` : '';
    return { words: `${value} ${label}`, kind: label, ms, note };
  }
  const clash = clashes.find(({ numbers }) => numbers.includes(number));
  const others = clash?.numbers.filter((other) => other !== number && other <= asked) ?? [];
  if (!clash || others.length === 0) return { words: 'saved', kind: 'fresh', ms, note: '' };
  const all = others.length === 1 ? 'both' : 'all';
  return {
    words: 'saved',
    kind: 'stale',
    ms,
    note: `clashes with ${formatList(others.map(String))}: ${all} changed ${clash.value}`,
  };
}

/**
 * Whether a mark is what came. A write that clashes is answered, and is wrong.
 * @param {WorldsPicture} picture @param {Way} way @param {number} place
 */
export function isRight({ marks, worlds }, way, place) {
  const mark = marks[way][place];
  const { words, kind } = toldOf(worlds[way], before + place + 1);
  if (kind === 'failed') return mark === 'refused';
  if (kind === 'fresh') return mark === 'answered';
  return mark === 'wrong' || (words === 'saved' && mark === 'answered');
}

/** The third world has come to where it must choose. @param {WorldsPicture} picture */
export const thirdStops = ({ third, doubt }) => third === 'stopped' && doubt !== null;

/** The moment of the figure at which it stands there; null when it does not. @param {WorldsPicture} picture */
export function stopsAt(picture) {
  const { doubt, worlds } = picture;
  if (!doubt || !thirdStops(picture)) return null;
  const moments = [...requests, null].map((_, at) => momentUs(at, worlds.refuse.last_us));
  return moments.findIndex((us) => us >= doubt.us);
}
