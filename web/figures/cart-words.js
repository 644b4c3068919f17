// What Fig 6-8 says: the clock's place, whose change was kept, and the sentence after each press.
import { capital, formatList, formatName, formatTime } from '../ui/format.js';
import {
  addition,
  agreed,
  callOf,
  clientOf,
  dialled,
  fateOf,
  machineOf,
  merging,
  most,
  removal,
} from './cart-run.js';
import { entryText } from './clock.js';

/** @import { Fate, Held, Merge, Played } from './cart-run.js' */
/** @import { CartPicture } from './cart-view.js' */
/** @import { Clock } from './clock.js' */

/** @typedef {{lww: Fate, clocks: Fate}} Kept at a place of the dial */

/** "client 1’s" @param {number} op */
export const whose = (op) => `${formatName(clientOf(op))}’s`;

/** @type {{id: Merge, text: string}[]} */
export const merges = [
  { id: 'none', text: 'nothing' },
  { id: 'union', text: 'the union of both' },
  { id: 'first', text: `${whose(addition)} cart` },
  { id: 'second', text: `${whose(removal)} cart` },
];

/** @param {number} op */
const change = (op) => (op === addition ? 'addition' : 'removal');

/** The change that has not been kept, where one has. @param {Fate} kept */
export const lostOf = ({ add, remove }) => (add === remove ? null : add ? removal : addition);

/** @param {number} skew */
export const clockWords = (skew) =>
  skew === 0 ? 'right' : `${Math.abs(skew)} ms ${skew < 0 ? 'behind' : 'ahead'}`;

/**
 * Two times with as many digits as tell them apart.
 * @param {number} later
 * @param {number} earlier both in µs
 */
export function laterWords(later, earlier) {
  const say = (/** @type {number} */ us) =>
    formatTime(later) === formatTime(earlier) ? `${(us / 1000).toFixed(3)} ms` : formatTime(us);
  return `${say(later)} is later than ${say(earlier)}`;
}

/** "A and C have" @param {string[]} machines */
export const have = (machines) => `${formatList(machines)} ${machines.length === 1 ? 'has' : 'have'}`;

/**
 * Each counter of a clock, and the writes that it counts: "C 2", "through C: the first cart, then client 3’s write".
 * @param {Played} clocks
 * @param {Clock} clock
 */
export function countedWrites(clocks, clock) {
  const versions = [clocks.healed, clocks.end].flatMap((held) => held.flatMap((one) => one.versions));
  const first = Object.entries(agreed(clocks.start)?.[0]?.clock ?? {});
  const writes = [
    ...first.map(([machine, count]) => ({ machine, count, words: 'the first cart' })),
    ...[addition, removal, merging].flatMap((op) => {
      const machine = machineOf(op);
      const count = versions.find((version) => version.op === op)?.clock?.[machine];
      return count === undefined ? [] : [{ machine, count, words: `${whose(op)} write` }];
    }),
  ];
  return Object.entries(clock).map((entry) => {
    const [machine, upTo] = entry;
    const counted = writes.filter((write) => write.machine === machine && write.count <= upTo);
    return [entryText(entry), `through ${machine}: ${counted.map(({ words }) => words).join(', then ')}`];
  });
}

/**
 * Places of the dial in stretches of neighbours that kept the same.
 * @param {CartPicture['turned']} turned
 * @param {(kept: Kept) => string} same
 */
export function stretchesOf(turned, same) {
  /** @type {{from: number, to: number, kept: Kept}[]} */
  const stretches = [];
  for (const [skew, kept] of [...turned].sort(([left], [right]) => left - right)) {
    const last = stretches.at(-1);
    if (last && last.to === skew - 1 && same(last.kept) === same(kept)) last.to = skew;
    else stretches.push({ from: skew, to: skew, kept });
  }
  return stretches;
}

/** Neighbouring places that kept the same are one row: the places, and what each rule kept there. @param {CartPicture['turned']} turned */
export function dialRows(turned) {
  const words = (/** @type {Fate} */ { add, remove }) =>
    add && remove
      ? 'both changes'
      : add
        ? `${whose(addition)} addition`
        : remove
          ? `${whose(removal)} removal`
          : 'neither';
  const cells = (/** @type {Kept} */ { lww, clocks }) => [words(lww), words(clocks)];
  return stretchesOf(turned, (kept) => cells(kept).join()).map(({ from, to, kept }) => [
    from === to ? clockWords(from) : `from ${clockWords(from)} to ${clockWords(to)}`,
    ...cells(kept),
  ]);
}

/** What the last press says. @param {CartPicture} picture */
export function newsOf(picture) {
  const { healed, setting, played, turned, swept } = picture;
  const { lww, clocks } = played;
  if (!healed) return cutNews(picture);
  if (swept) return sweepNews(turned);
  if (setting.merge !== 'none') return mergeNews(setting.merge, clocks.end);
  const lost = lostOf(lww.kept);
  const [won, gone] = lost === addition ? [removal, addition] : [addition, removal];
  if (turned.size === 1 && setting.skew === 0)
    return `The ${change(won)}’s time is later, so ${whose(gone)} ${change(gone)} has vanished, though its client was told “saved”. Now turn ${dialled}’s clock.`;
  const clock = `${dialled}’s clock is ${clockWords(setting.skew)}`;
  const wrong = gone === removal ? ', although it was made later' : '';
  const both = clocks.kept.add && clocks.kept.remove ? ' Vector clocks keep both.' : '';
  return `${clock}: ${whose(gone)} ${change(gone)} vanishes${wrong}.${both}`;
}

/** @param {CartPicture} picture */
function cutNews({ played: { lww } }) {
  const changes = [addition, removal];
  const saved = changes.every((op) => callOf(lww, op).outcome === 'ok');
  const holders = changes.map((op) => {
    const machines = lww.cut.filter(({ versions }) => versions.some((version) => version.op === op));
    return `${have(machines.map(({ machine }) => machine))} ${whose(op)} cart`;
  });
  return `The cut stands. ${saved ? 'Both clients were told “saved”. ' : ''}${holders.join(', and ')}.`;
}

/** @param {CartPicture['turned']} turned */
function sweepNews(turned) {
  const rows = dialRows(turned);
  const kept = rows.map(([place, lww]) => `${lww}, with ${dialled}’s clock ${place}`);
  const others = [...new Set(rows.map(([, , clocks]) => clocks))];
  const still = others.length === 1 ? ` Vector clocks kept ${others[0]} at every place.` : '';
  return `All ${2 * most + 1} places of the dial were run. Last write wins kept ${kept.join('; and ')}.${still}`;
}

/** @param {Merge} merge @param {Held[]} end */
function mergeNews(merge, end) {
  const fate = fateOf(end);
  const cart = agreed(end)?.[0]?.value ?? '';
  const gone = lostOf(fate);
  if (merge === 'union' && gone === removal)
    return `The union is ${cart}: nothing that was added is lost, and what was removed is back. To a union, an item that one side removed looks like an item that it never saw added.`;
  const lost =
    gone === null ? '' : `, and ${whose(gone)} ${change(gone)} is gone: somebody chose it, no clock did`;
  return `${capital(formatName(clientOf(merging)))} has written ${cart}${lost}.`;
}
