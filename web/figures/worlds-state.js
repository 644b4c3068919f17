// What the state of Fig 6-4 means: what is expected of a request and whether it came so, and how far the world goes that
// has not chosen. No engine and no drawing here.
import { formatList } from '../ui/format.js';
import { before, requests, until } from './worlds-measure.js';

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
 * @property {number} at the moment that is shown: so many requests are over
 * @property {number} seen so many requests were seen to be over
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
  if (mark === 'refused') return '✕ refused';
  if (mark === 'wrong') return isRead ? '◐ an old value' : '◐ saved, wrongly';
  return isRead ? '● the right value' : '● saved';
}

/**
 * What a caller was told, and what the engine says of it.
 * @param {World} world @param {number} number
 * @returns {{sign: string, words: string, className: string, ms: number, note: string}} note: why it is not wrong, or is
 */
export function toldOf({ fates, clashes }, number) {
  const { outcome, label, value, ms, during } = fates[number - 1];
  if (outcome !== 'ok')
    return {
      sign: '✕',
      words: outcome === 'refused' ? 'refused' : 'no answer',
      className: 'failed',
      ms,
      note: '',
    };
  if (label === 'stale') return { sign: '◐', words: `${value} stale`, className: 'stale', ms, note: '' };
  if (label)
    return {
      sign: '●',
      words: value,
      className: 'fresh',
      ms,
      note: during ? `not stale: ${during} was not over` : '',
    };
  const clash = clashes.find(({ numbers }) => numbers.indexOf(number) > 0);
  if (!clash) return { sign: '●', words: 'saved', className: 'fresh', ms, note: '' };
  const others = clash.numbers.slice(0, clash.numbers.indexOf(number)).map(String);
  return {
    sign: '◐',
    words: 'saved',
    className: 'stale',
    ms,
    note: `clashes with ${formatList(others)}: ${others.length === 1 ? 'both' : 'all'} changed ${clash.value}`,
  };
}

/**
 * Whether a mark is what came. A write that clashes is answered, and is wrong.
 * @param {WorldsPicture} picture @param {Way} way @param {number} place
 */
export function isRight({ marks, worlds }, way, place) {
  const mark = marks[way][place];
  const { words, className } = toldOf(worlds[way], before + place + 1);
  if (className === 'failed') return mark === 'refused';
  if (className === 'fresh') return mark === 'answered';
  return mark === 'wrong' || (words === 'saved' && mark === 'answered');
}

/** The third world has come to where it must choose. @param {WorldsPicture} picture */
export const thirdStops = ({ third, doubt }) => third === 'stopped' && doubt !== null;

/** So many requests are over in the third world. @param {WorldsPicture} picture */
export const shownIn = ({ third, doubt }) =>
  third === 'stopped' && doubt ? doubt.number - 1 : requests.length;
