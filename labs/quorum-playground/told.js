// What broke a promise, as a story of its guilty calls: what the clients were told, and why that cannot be.
import { capital, formatBytes, formatName, formatTime } from '../../web/ui/format.js';
import { callWords, toldWords } from './explain.js';

/** @import { Operation, PromiseId } from '../../web/engine/engine.d.ts' */

/**
 * `told`: what the clients were told. `so`: why that breaks the promise; '' where the first says it all.
 * @typedef {{told: string, so: string}} Story
 */

/** How many guilty calls each story is about. @type {Partial<Record<PromiseId, [number, (...calls: Operation[]) => Story]>>} */
const stories = {
  regular: [2, missedWrite],

  read_your_writes: [
    2,
    (write, read) => ({
      told: `${saved(write)} It then asked for ${keyOf(read)}, and at ${when(read)} was told ${toldWords(read)}.`,
      so: 'Its own write was finished before it asked, so it should have been told that, or something newer.',
    }),
  ],

  monotonic_reads: [
    2,
    (first, second) => ({
      told: `${whoOf(first)} was told ${toldWords(first)} at ${when(first)}; asking again, it was told ${toldWords(second)} at ${when(second)}.`,
      so: `${capital(toldWords(second))} is what was there before ${toldWords(first)}, and whoever has seen the newer must not see the older again.`,
    }),
  ],

  monotonic_writes: [
    3,
    (first, second, read) => ({
      told: `${whoOf(first)} made ${thing(first)}, then ${thing(second)}. ${whoOf(read)} had seen the second; it then asked for ${keyOf(read)}, and at ${when(read)} was told ${toldWords(read)}.`,
      so: 'The first was finished before the second began, so whoever sees the second must not miss the first.',
    }),
  ],

  writes_follow_reads: [
    3,
    (seen, made, read) => ({
      told: `${whoOf(made)} had seen ${thing(seen)} before it made ${thing(made)}. ${
        read.client === made.client ? 'It' : `${whoOf(read)} had seen ${thing(made)}; it`
      } then asked for ${keyOf(read)}, and at ${when(read)} was told ${toldWords(read)}.`,
      so: `${capital(thing(made))} came after ${thing(seen)}, so whoever sees the later must not miss the earlier.`,
    }),
  ],

  no_lost_write: [
    1,
    (write) => ({ told: `${saved(write)} In the end no copy has that, nor anything newer.`, so: '' }),
  ],

  no_lost_update: [
    2,
    (one, other) => ({
      told: `${whoOf(one)} made ${thing(one)} and ${formatName(other.client)} made ${thing(other)}, each after reading the same value; both were told “saved”.`,
      so: 'Neither had seen the other’s change, so one of the two went under without anybody knowing.',
    }),
  ],

  no_resurrection: [
    2,
    (gone, read) => ({
      told: `${saved(gone)} ${whoOf(read)} asked after that, and at ${when(read)} was told ${toldWords(read)}.`,
      so: 'That value is older than the delete.',
    }),
  ],
};

/**
 * @param {PromiseId} promise
 * @param {Operation[]} calls  the guilty ones, in the order in which they began
 * @returns {Story}
 */
export function storyOf(promise, calls) {
  if (promise === 'causal') return causeMissed(calls);
  if (promise === 'convergence') return copiesDiffer(calls);
  const [count, tell] = stories[promise] ?? [];
  if (tell && calls.length === count) return tell(...calls);
  return { told: calls.map(heard).join(' '), so: '' };
}

/** @param {Operation} write @param {Operation} read @returns {Story} */
function missedWrite(write, read) {
  return {
    told: `${saved(write)} ${whoOf(read)} asked after that, and at ${when(read)} was told ${toldWords(read)}.`,
    so: 'The write was finished before the read began, so the read should have seen it, or something newer.',
  };
}

/** A cause can be missed in the ways of the smaller promises, or by way of others. @param {Operation[]} calls @returns {Story} */
function causeMissed(calls) {
  const read = calls[calls.length - 1];
  if (calls.length === 3) {
    const isOwn = calls[0].client === calls[1].client;
    return storyOf(isOwn ? 'monotonic_writes' : 'writes_follow_reads', calls);
  }
  if (calls.length !== 2) return { told: calls.map(heard).join(' '), so: '' };
  if (calls[0].do === 'get') return storyOf('monotonic_reads', calls);
  if (calls[0].client === read.client) return storyOf('read_your_writes', calls);
  return {
    told: `${whoOf(read)} had been told of something that came after ${thing(calls[0])} of ${formatName(calls[0].client)}; it then asked for ${keyOf(read)}, and at ${when(read)} was told ${toldWords(read)}.`,
    so: 'Whoever sees an effect must not miss its cause.',
  };
}

/** @param {Operation[]} calls writes that some copies have and others have not @returns {Story} */
function copiesDiffer([one, other]) {
  const so = 'Nothing is on its way any more that could make them equal.';
  if (!one) return { told: 'In the end two copies of one key differ.', so };
  return {
    told: `In the end one copy holds ${thing(one)}, and another ${other ? thing(other) : 'something else'}.`,
    so,
  };
}

/** Client 1 was told “saved” for x = 1 at 7.5 ms. @param {Operation} write */
function saved(write) {
  return `${whoOf(write)} was told “${toldWords(write)}” for ${thing(write)} at ${when(write)}.`;
}

/** @param {Operation} call */
function heard(call) {
  return `${capital(callWords(call))} was told ${toldWords(call)}${call.end_us === null ? '' : ` at ${when(call)}`}.`;
}

/** @param {Operation} call */
const whoOf = (call) => capital(formatName(call.client));

/** @param {Operation} call */
const keyOf = (call) => formatBytes(call.key);

/** @param {Operation} call */
const when = (call) => formatTime(call.end_us ?? call.begin_us);

/** What a write makes of its key. @param {Operation} write */
function thing(write) {
  return write.do === 'put'
    ? `${keyOf(write)} = ${formatBytes(write.value)}`
    : `the delete of ${keyOf(write)}`;
}
