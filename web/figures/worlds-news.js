// What Fig 6-4 says: what to do, who hears whom, what the last request was told, what it all came to.
import { formatList } from '../ui/format.js';
import {
  cutUs,
  healUs,
  loneOf,
  patience,
  phaseOf,
  requests,
  requestsWord,
  roundTrip,
  ways,
  wireName,
} from './worlds-measure.js';
import { isOver, isRight, stopsAt, thirdStops, toldOf } from './worlds-state.js';

/** @import { Trouble, Way, World } from './worlds-measure.js' */
/** @import { WorldsPicture } from './worlds-state.js' */

/** @param {WorldsPicture} picture */
export function newsOf(picture) {
  const { at, trouble, third } = picture;
  if (third && (at === requests.length || at === stopsAt(picture))) return thirdNews(picture);
  if (at === requests.length) return endNews(picture);
  if (at > 0) return requestNews(picture, at);
  if (picture.seen > 0) return 'Nobody has asked anything yet.';
  if (trouble.hit.length === 0)
    return 'All wires are whole. Cut C off from A and B: which requests will still be answered?';
  return `In the table below, say what you expect of the requests during the trouble, in each world, if you like. Then run all ${requestsWord}.`;
}

/** A time of the run. @param {number} us */
export const clock = (us) => `${(us / 1_000_000).toFixed(1)} s`;

/** What the wires are at a moment. @param {Trouble} trouble @param {number} at */
export function wiresWords(trouble, at) {
  const { hit, ms } = trouble;
  if (phaseOf(trouble, at) !== 'now') return 'all wires whole';
  return `${hit.map(wireName).join(', ')} ${ms === null ? 'cut' : 'slower'}`;
}

/** The moment that is shown. @param {number} at */
export function momentWords(at) {
  if (at === 0) return 'before the first request';
  const { number, what, machine } = requests[at - 1];
  return `request ${number} asked: ${what} at ${machine}`;
}

/** Who hears whom. @param {Trouble} trouble */
export function hearing({ hit, ms }) {
  if (hit.length === 0) return 'Everybody hears everybody.';
  if (ms !== null) {
    const all = formatList(hit.map(wireName));
    return `There and back over ${all} takes about ${roundTrip(ms)} ms, and a machine waits ${patience} ms.`;
  }
  const time = `From ${clock(cutUs)} to ${clock(healUs)}`;
  if (hit.length === 3) return `${time} nobody hears anybody.`;
  const lone = loneOf(hit);
  if (lone) return `${time} ${lone} hears nobody; the other two hear each other.`;
  const [one, other] = hit[0];
  return `${time} ${one} and ${other} do not hear each other; both hear the third.`;
}

/** The latest request, after those that were still waiting when it was asked. @param {WorldsPicture} picture @param {number} at */
function requestNews({ worlds }, at) {
  const waited = requests
    .slice(0, at - 1)
    .filter(({ number }) => ways.some((way) => !isOver(worlds[way], number, at - 1)));
  return [...waited, requests[at - 1]]
    .map(({ number, what, machine }) => {
      const [left, right] = ways.map((way) => fateWords(worlds[way], number, at));
      const told = left === right ? `${left} in both worlds` : `${left} on the left; on the right ${right}`;
      return `Request ${number}, ${what} at ${machine}: ${told}.`;
    })
    .join(' ');
}

/** @param {World} world @param {number} number @param {number} asked */
function fateWords(world, number, asked) {
  if (!isOver(world, number, asked)) return 'waits';
  const { words, ms, note } = toldOf(world, number, asked);
  return `${words}${ms > patience ? ` after ${Math.round(ms)} ms` : ''}${note ? ` (${note})` : ''}`;
}

/** @param {WorldsPicture} picture */
function endNews(picture) {
  const { refuse, answer } = picture.worlds;
  const score = scoreNews(picture);
  if (refuse.refused + answer.stale + answer.clashes.length === 0)
    return `Both worlds answered all ${requestsWord}, and rightly: everybody heard most of the machines in time.${score}`;
  const refusers = [
    ...new Set(
      requests.filter((_, at) => refuse.fates[at].outcome === 'refused').map(({ machine }) => machine),
    ),
  ];
  const carriedOn =
    refusers.length === 1
      ? `all at ${refusers[0]}; the other two, most of the machines, carried on`
      : `at ${formatList(refusers.sort())}, since no side has most of the machines`;
  return `The refusing world refused ${count(refuse.refused, 'request')}, ${carriedOn}. The answering world refused none: ${pricePaid(answer)}.${score}`;
}

/** @param {World} answer */
function pricePaid({ stale, clashes }) {
  const reads = stale > 0 ? [`${count(stale, 'read')} ${stale === 1 ? 'was' : 'were'} stale`] : [];
  const writes = clashes.map(({ value, numbers }) => {
    const [all, none] =
      numbers.length === 2 ? ['both', 'neither saw the other'] : ['all', 'none saw the others'];
    return `requests ${formatList(numbers.map(String))} ${all} changed ${value}, and ${none}`;
  });
  return [...reads, ...writes].join(', and ') || 'this time nothing was wrong, only late';
}

/** @param {number} many @param {string} what */
const count = (many, what) => `${many} ${what}${many === 1 ? '' : 's'}`;

/** @param {WorldsPicture} picture */
function scoreNews(picture) {
  const made = ways.flatMap((way) =>
    picture.marks[way].map((mark, at) => ({ mark, right: isRight(picture, way, at) })),
  );
  const given = made.filter(({ mark }) => mark !== '');
  if (given.length === 0) return '';
  const right = given.filter((one) => one.right).length;
  const guesses = given.length === 1 ? 'guess' : 'guesses';
  return ` Of your ${given.length} ${guesses}, ${right} ${right === 1 ? 'is' : 'are'} right.`;
}

/** @type {Record<Way, string>} */
const waysOn = { refuse: 'refusing', answer: 'answering' };

/** @param {WorldsPicture} picture */
function thirdNews(picture) {
  const { third, doubt, trouble } = picture;
  if (!doubt)
    return `In this run no machine waited ${patience} ms in vain. CA never had to choose, and all three worlds are the same.`;
  if (thirdStops(picture))
    return `Until ${clock(doubt.us)} CA was the same run as both worlds, event for event. There ${doubt.machine} has heard nothing for ${patience} ms${trouble.ms === null ? '' : ', though no wire is cut'}, and request ${doubt.number} waits. Answer or refuse?`;
  return `From here on, CA is the ${waysOn[/** @type {Way} */ (third)]} world, event for event. The choice was postponed until the network broke.`;
}
