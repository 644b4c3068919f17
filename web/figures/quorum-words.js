// Fig 6-7 in words: what to do next, and what came of it. Everything said here of a run is read off the run.
import { capital, formatBytes, formatList, formatName, formatTime } from '../ui/format.js';
import { overlaps } from './overlap.js';
import { setOf, sizeOf } from './quorum-moves.js';
import {
  callOf,
  isComplete,
  isInverted,
  isWritten,
  newValue,
  oldValue,
  outcomeOf,
  readerName,
  waysOf,
  writtenBack,
} from './quorum-run.js';

/** @import { Choice, Outcome, Played } from './quorum-run.js' */
/** @import { Play } from './quorum-moves.js' */

/** @typedef {{tone: 'plain' | 'fresh' | 'stale' | 'failed', head: string, more: string}} News */

export const numerals = ['no', 'one', 'two', 'three'];

/** What each step is for. @type {Record<string, string>} */
export const goals = {
  one: 'You are the network: you say which copy gets the write first, and which one answers. Make the read miss the write.',
  both: 'The same game with W = R = 2. Choose two copies for the write, then two that answer. Make the read miss the write, if you can.',
  unfinished:
    'The same W and R, but nobody is told “saved” before both clients have read. Choose the copy that has the write, then two copies for each reader: the first shall see the new value and the second the old one.',
};

/** What each step asks to look for. @type {Record<string, string>} */
export const looks = {
  one: 'The write reaches one copy, and one copy answers. Can you make the read miss what was saved?',
  both: 'New in this step: two copies must have the write, and two must answer. Can the read still miss what was saved?',
  unfinished:
    'New in this step: the write has reached one copy and is not finished, and there are two readers. Can the second be told the old value, after the first was told the new one?',
};

/** What the inequality means, where it does not speak of the write that the step is about. @type {Record<string, string>} */
export const meanings = {
  unfinished: 'a finished write would be met; this one is not finished, so it need not be',
};

/** @param {Play} play @param {Played} played @param {Record<string, Outcome>} tried ways of this step @returns {News} */
export function newsOf({ choice, card }, played, tried) {
  if (!isComplete(choice)) return { tone: 'plain', ...whatNext(choice, card, played) };
  return choice.step.readers > 1 ? twoReaders(played) : oneReader(choice, played, tried);
}

/** @param {Choice} choice @param {number} card @param {Played} played */
function whatNext(choice, card, played) {
  if (card === 0 && !isWritten(choice)) return writeNext(choice);
  const { step } = choice;
  const client = formatName(readerName(card - 1));
  const set = setOf(choice, card);
  const left = sizeOf(choice, card) - set.length;
  if (left === 0) return changeNext(choice, card);
  if (set.length > 0 && left > 0) return secondNext(choice, set[0], client, played);
  const before = card > 1 ? callOf(played, readerName(card - 2)) : undefined;
  const head = before
    ? `${capital(formatName(before.client))} was told ${quoted(before.value)} at ${when(before.end_us)}.`
    : savedOrNot(choice, played);
  const asks = `Now ${client} reads${before ? ', after that' : ''}. R = ${step.r}: which ${
    step.r === 1 ? 'copy answers' : `${numerals[step.r]} copies answer`
  }?`;
  return { head, more: asks };
}

/** The card has all its copies: one would have to go for another. @param {Choice} choice @param {number} card */
function changeNext(choice, card) {
  const who = formatName(card === 0 ? 'c1' : readerName(card - 1));
  const set = [...setOf(choice, card)].sort();
  return {
    head:
      card === 0
        ? `${capital(who)}’s write is on ${copiesWords(set)}.`
        : `${capital(copiesWords(set))} ${set.length === 1 ? 'answers' : 'answer'} ${who}.`,
    more: set.length === 1 ? 'Press another copy to change it.' : 'Press another copy to change them.',
  };
}

/** @param {Choice} choice */
function writeNext({ step, heard }) {
  if (heard.length > 0) {
    return {
      head: `${formatList(heard)} has the write.`,
      more: `W = ${step.w}: one more copy must have it before client 1 is told “saved”. Which one?`,
    };
  }
  const more =
    step.readers > 1
      ? `W = ${step.w}, but before the second copy has it, others read. Which copy is the first?`
      : `W = ${step.w}: client 1 is told “saved” once ${numerals[step.w]} ${step.w === 1 ? 'copy has' : 'copies have'} it. Which copy gets it${step.w === 1 ? '' : ' first'}?`;
  return { head: 'The write stands at all three doors.', more };
}

/** One answer is chosen, and the other has to come from somewhere. @param {Choice} choice @param {string} first @param {string} client @param {Played} played */
function secondNext({ step, heard }, first, client, played) {
  const behind = copyState(played, first) === 'behind';
  if (!behind) {
    return {
      head: `${first} has the write, and the newest answer counts.`,
      more:
        step.readers > 1
          ? `So ${client} will be told ${quoted(newValue)}, whichever copy answers besides.`
          : `So this read meets it already. Take ${first} back, or choose the second answer.`,
    };
  }
  return {
    head: `${first} does not have the write: so far ${client} misses it.`,
    more:
      step.readers > 1
        ? `But R = ${step.r}: one more copy answers, and the newest answer counts.`
        : `But R = ${step.r}: one more copy answers. Left are ${formatList(heard)}, and both have the write.`,
  };
}

/** @param {Choice} choice @param {Played} played */
const savedOrNot = ({ heard }, played) =>
  callOf(played, 'c1')?.end_us
    ? writerWords(played)
    : `${formatList(heard)} has the write. ${writerWords(played)}`;

/** @param {Played} played */
function writerWords(played) {
  const end = callOf(played, 'c1')?.end_us;
  return end
    ? `Client 1 was told “saved” at ${when(end)}.`
    : 'Client 1 has been told nothing yet: its write is under way.';
}

/** @param {Choice} choice @param {Played} played @param {Record<string, Outcome>} tried @returns {News} */
function oneReader(choice, played, tried) {
  const { step, heard } = choice;
  const read = callOf(played, readerName(0));
  if (!read) throw new Error('nobody has read');
  const answers = [...read.answered].sort();
  if (outcomeOf(played, choice) === 'stale') {
    return {
      tone: 'stale',
      head: 'The read missed a finished write: it is stale.',
      more: `${writerWords(played)} Client 2 asked at ${when(read.begin_us)} and was told ${quoted(read.value)}: ${copiesWords(answers)} did not have the write.`,
    };
  }
  const shared = answers.filter((copy) => heard.includes(copy));
  const ways = waysOf(step).length;
  const outcomes = Object.values(tried);
  const misses = outcomes.filter((outcome) => outcome === 'stale').length;
  const { n } = played.stage.settings;
  if (!overlaps({ n, w: step.w, r: step.r })) {
    return {
      tone: 'fresh',
      head: `Client 2 was told ${quoted(read.value)}: no miss.`,
      more: `${formatList(shared)} has the write. Let another copy answer.`,
    };
  }
  return {
    tone: 'fresh',
    head:
      outcomes.length === ways && misses === 0
        ? `All ${ways} ways are tried, and none of them misses.`
        : `Client 2 was told ${quoted(read.value)}: no miss.`,
    more: `${capital(copiesWords(heard))} ${heard.length === 1 ? 'has' : 'have'} the write, ${formatList(answers)} answered: ${
      shared.length === 1 ? `${shared[0]} is in both` : `${formatList(shared)} are in both`
    }. ${step.w + step.r} places have to be filled, and there are only ${n} copies.`,
  };
}

/** @param {Played} played @returns {News} */
function twoReaders(played) {
  const [first, second] = [0, 1].map((reader) => callOf(played, readerName(reader)));
  if (!first || !second) throw new Error('somebody has not read');
  const told = `Client 2 was told ${quoted(first.value)} at ${when(first.end_us)}. Client 3 asked at ${when(second.begin_us)}, after that, and was told ${quoted(second.value)}.`;
  if (isInverted(played))
    return { tone: 'failed', head: 'New, then old.', more: `${told} ${writerWords(played)}` };
  const back = writtenBack(played, first.client).map(({ to }) => to);
  if (back.length > 0)
    return {
      tone: 'fresh',
      head: 'New, and new it stays.',
      more: `Before client 2 was answered, its read put ${quoted(first.value)} on ${formatList(back)} as well. ${told}`,
    };
  const head =
    first.value === second.value
      ? `Both were told ${quoted(first.value)}.`
      : `First ${quoted(first.value)}, then ${quoted(second.value)}.`;
  const fine = `A single copy could have said the same${
    second.value === oldValue ? ': the write is not finished, so old is still allowed' : ''
  }.`;
  return {
    tone: 'fresh',
    head,
    more: `${fine} To be told ${quoted(newValue)}, then ${quoted(oldValue)}: which copies must answer client 2, and which client 3? Press a client to change its copies.`,
  };
}

/** @param {Played} played @param {string} copy */
export const copyState = ({ stage }, copy) =>
  stage.nodes.find(({ name }) => name === copy)?.copies[0]?.state ?? 'up_to_date';

/** @param {import('../engine/engine.d.ts').Data | null} value */
const quoted = (value) => `“${formatBytes(value)}”`;

/** @param {string[]} names */
const copiesWords = (names) => `${names.length === 1 ? 'copy' : 'copies'} ${formatList(names)}`;

/** @param {number | null | undefined} us */
const when = (us) => (us === null || us === undefined ? 'no time yet' : formatTime(us));
