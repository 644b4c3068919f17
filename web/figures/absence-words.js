// What Fig 6-9 says: lengths of time, who brought what, and the sentence after each press.
import { capital, formatList } from '../ui/format.js';
import { away, carriers, countsOf, deletedKey, lengths } from './absence-run.js';

/** @import { Carrier, Played } from './absence-run.js' */
/** @import { AbsencePicture, Counts } from './absence-view.js' */

/** @type {Record<Carrier, {name: string, shape: string, how: string}>} */
export const carrierWords = {
  itself: {
    name: 'the write itself',
    shape: 'done',
    how: `it was still on its way when ${away} was back`,
  },
  read_repair: {
    name: 'read repair',
    shape: 'read_repair',
    how: `somebody read the record, a second after it was changed; ${away} was back by then, and was asked too`,
  },
  hint: {
    name: 'hints',
    shape: 'hint',
    how: `whoever took the write had kept it for ${away}, and handed it over`,
  },
  merkle: {
    name: 'Merkle trees',
    shape: 'merkle',
    how: `another machine compared with ${away} what both should hold`,
  },
  nobody: {
    name: 'not brought',
    shape: 'failed',
    how: `the others had forgotten the delete`,
  },
};

const units = /** @type {const} */ ([
  ['day', 24 * 3_600_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]);

/** "4 hours" @param {number} ms */
export function lengthWords(ms) {
  const unit = units.find(([, size]) => ms >= size);
  if (!unit) return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
  const count = ms / unit[1];
  return `${count} ${unit[0]}${count === 1 ? '' : 's'}`;
}

/** "4 h" @param {number} ms */
export function shortLength(ms) {
  return lengthWords(ms).replace(
    / (minute|hour|day)s?$/,
    (_, unit) => ` ${unit === 'minute' ? 'min' : unit[0]}`,
  );
}

/** "15 by hints, 5 by Merkle trees" @param {Counts} counts */
export function countWords(counts) {
  return carriers
    .filter((carrier) => counts[carrier] > 0)
    .map((carrier) => `${counts[carrier]} ${carrier === 'nobody' ? '' : 'by '}${carrierWords[carrier].name}`)
    .join(', ');
}

/** When the last of them was there, after C's return. @param {Played} played @param {Carrier} carrier */
export function lastWithin({ changes }, carrier) {
  const times = changes.flatMap(({ by, withinMs }) =>
    by === carrier && withinMs !== null ? [withinMs] : [],
  );
  return times.length > 0 ? Math.max(...times) : null;
}

/** Neighbouring lengths at which the same carriers were at work are one row. @param {AbsencePicture['tried']} tried */
export function triedRows(tried) {
  return [...tried]
    .sort(([left], [right]) => left - right)
    .map(([place, counts]) => [lengthWords(lengths[place]), ...carriers.map((carrier) => counts[carrier])]);
}

/** What the last press says. @param {AbsencePicture} picture */
export function newsOf({ returned, played, tried, swept }) {
  const { ms, changes, back } = played;
  const all = changes.length;
  if (!returned)
    return `${away} is away. ${all} records were changed in these ${lengthWords(ms)}, and it knows of none of them.`;
  if (swept) return sweptNews(tried);
  const counts = countsOf(played);
  const told = carriers
    .filter((carrier) => carrier !== 'nobody' && counts[carrier] > 0)
    .map((carrier) => {
      const within = lastWithin(played, carrier);
      const { name } = carrierWords[carrier];
      const what = counts[carrier] === all ? `all ${all}` : `${counts[carrier]} of ${all}`;
      return `${name} brought ${what}${within === null ? '' : `, the last within ${lengthWords(within)}`}`;
    });
  const gone =
    back.length > 0 ? ` The delete was not brought. ${deletedKey} is back, on ${formatList(back)}.` : '';
  const next = tried.size === 1 ? ` Now change how long ${away} is away.` : '';
  return `${away} was away for ${lengthWords(ms)}: ${told.join('; ')}.${gone}${next}`;
}

/** @param {AbsencePicture['tried']} tried */
function sweptNews(tried) {
  const at = (/** @type {Carrier} */ carrier) =>
    [...tried].filter(([, counts]) => counts[carrier] > 0).map(([place]) => place);
  const told = carriers
    .filter((carrier) => carrier !== 'itself' && at(carrier).length > 0)
    .map((carrier) => {
      const places = at(carrier);
      const [from, to] = [Math.min(...places), Math.max(...places)].map((place) =>
        lengthWords(lengths[place]),
      );
      const what =
        carrier === 'nobody'
          ? 'the delete is not brought'
          : `${carrierWords[carrier].name} bring${carrier === 'read_repair' ? 's' : ''} something`;
      return `${what} from ${from} to ${to}`;
    });
  return `All ${lengths.length} lengths were run. ${capital(told.join('; '))}.`;
}

/** "11d", as a link in the text says it. @param {number} ms */
export const linkedLength = (ms) => shortLength(ms).replace(' ', '');

/** The place that a link in the text names; -1: there is none. @param {string} words */
export const placeNamed = (words) => lengths.findIndex((ms) => linkedLength(ms) === words);
