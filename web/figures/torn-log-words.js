// Fig 6-11 in words: where the blade is, what each byte means, and what came of it.
import { formatBytes, formatList, group } from '../ui/format.js';
import { partAt } from './torn-log-run.js';

/** @import { LogPart, LogRecord, Reopened } from '../engine/engine.d.ts' */
/** @import { TornPicture } from './torn-log-view.js' */
/** @import { Damage, EachByte, Torn } from './torn-log-run.js' */

/** @type {Record<LogPart['part'], string>} */
const partNames = {
  checksum: 'its checksum',
  length: 'its length',
  type: 'its type',
  sequence: 'its number',
  count: 'its count of writes',
  kind: 'its kind',
  key_length: 'the length of its key',
  key: 'its key',
  value_length: 'the length of its value',
  value: 'its value',
};

/** What a part holds, short enough to stand under its bytes. @param {LogPart} part */
export function labelOf({ part, says }) {
  switch (part) {
    case 'checksum':
      return 'checksum';
    case 'length':
      return `${says} bytes follow`;
    case 'type':
      return 'in one piece';
    case 'sequence':
      return `write number ${says}`;
    case 'count':
      return `${says} write`;
    case 'kind':
      return says;
    case 'key_length':
    case 'value_length':
      return `${says} long`;
    default:
      return `“${says}”`;
  }
}

/** @param {number} record from 0 */
export const recordName = (record) => `record ${record + 1}`;

/** @param {number[]} records */
const recordNames = (records) =>
  records.length === 1
    ? recordName(records[0])
    : `records ${formatList(records.map((record) => String(record + 1)))}`;

/** @param {LogRecord} record */
export const putWords = ({ key, value }) => `${formatBytes(key)} = ${formatBytes(value)}`;

/** What the caller was told of a put. @param {LogRecord} record */
export const toldWords = ({ sync }) =>
  sync ? '“saved”, once it was on the disk' : '“saved”, while it was still in memory';

/** Where a cut is. @param {Torn} torn @param {number} at */
export function cutPlace(torn, at) {
  const { records, log } = torn;
  if (at === 0) return 'before the first byte';
  if (at === log.bytes) return 'behind the last byte';
  const edge = records.findIndex(({ from }) => from === at);
  if (edge >= 0) return `between ${recordNames([edge - 1, edge])}`;
  const part = /** @type {LogPart} */ (partAt(torn, at));
  return `inside ${recordName(part.record)}, in ${partNames[part.part]}`;
}

/** Where a bit is. @param {Torn} torn @param {number} at */
export function flipPlace(torn, at) {
  const part = /** @type {LogPart} */ (partAt(torn, at));
  return `in ${recordName(part.record)}, in ${partNames[part.part]}`;
}

/** The damage, for a reader who does not see it. @param {Torn} torn @param {Damage} damage */
export const damageWords = (torn, damage) =>
  damage.mode === 'cut'
    ? `cut after ${damage.at} of ${torn.log.bytes} bytes, ${cutPlace(torn, damage.at)}`
    : `byte ${damage.at + 1} of ${torn.log.bytes}, ${flipPlace(torn, damage.at)}`;

/** How many puts came back. @param {Torn} torn @param {Reopened} opened */
export function backWords({ records }, { puts }) {
  if (puts === null) return 'It refuses to open';
  if (puts === records.length) return `All ${records.length} puts are there`;
  return puts === 0
    ? 'No put is there'
    : `${puts} of ${records.length} puts ${puts === 1 ? 'is' : 'are'} there`;
}

/** @param {TornPicture} picture */
export function newsOf(picture) {
  const { torn, damage, guess, each, swept } = picture;
  if (swept && each) return damage.mode === 'cut' ? everyCut(torn, each) : everyFlip(torn, each);
  if (damage.mode === 'cut') return cutNews(torn, damage.at);
  return guess === null
    ? 'One bit is turned, and nobody knows it yet. What will the store do?'
    : flipNews(torn);
}

/** @param {Torn} torn @param {number} at */
function cutNews(torn, at) {
  const { ours, log, records } = torn;
  const count = `${backWords(torn, ours)} after reopening.`;
  if (at === log.bytes) return `The log is whole. ${count}`;
  const where = `The log ends ${cutPlace(torn, at)}. ${count}`;
  const { lost, lost_synced: broken } = ours;
  if (lost.length === 0) return where;
  if (broken.length > 0) {
    return `${where} A power cut cannot do this: ${recordNames(broken)} had reached the disk before anybody was told “saved”. If a disk does it all the same, a promise is broken, and the store does not notice.`;
  }
  const whose = records[lost[0]];
  return `${where} ${putWords(whose)} is gone: its caller was told “saved” while the bytes were still in memory. Nothing that had reached the disk is missing.`;
}

/** What came of a turned bit, in both stores. @param {Torn} torn */
export function flipNews(torn) {
  const { ours, leveldb, damage, records } = torn;
  const record = damage?.record ?? 0;
  const before = `The bit is in ${recordName(record)}.`;
  const onlyIt = (/** @type {Reopened} */ { opened, lost }) =>
    opened && lost.length === 1 && lost[0] === record;
  if (onlyIt(ours) && onlyIt(leveldb)) {
    const why =
      record === records.length - 1
        ? ': a last record with a wrong checksum looks just like one that was half written when the power failed'
        : '';
    return `${before} Both stores open without a word, and ${recordName(record)} is gone, silently${why}.`;
  }
  return `${before} ${flipStore('This store', torn, ours)} ${flipStore('LevelDB, as it comes,', torn, leveldb)}${alsoDropped(torn, leveldb)}`;
}

/** @param {string} store @param {Torn} torn @param {Reopened} opened */
function flipStore(store, torn, opened) {
  if (!opened.opened) return `${store} refuses to open, and says where: “${opened.error}”.`;
  return `${store} opens and says nothing: ${backWords(torn, opened).toLowerCase()}.`;
}

/** What a store has lost beside the damaged record. @param {Torn} torn @param {Reopened} opened */
function alsoDropped({ damage }, { opened, is, lost }) {
  const dropped = lost.filter((one) => one !== damage?.record);
  if (!opened || dropped.length === 0) return '';
  const why = is === 'prefix' ? ': behind a wrong checksum it trusts nothing more of the block' : '';
  return ` It drops ${recordNames(dropped)} as well, which ${dropped.length === 1 ? 'is' : 'are'} whole${why}.`;
}

/** What came of every cut. @param {Torn} torn @param {EachByte} each */
export function everyCut({ records }, { each_cut }) {
  const refused = each_cut.filter((puts) => puts === null).length;
  const steps = each_cut.flatMap((puts, at) => (at > 0 && puts !== each_cut[at - 1] ? [at] : []));
  const whole = each_cut.every((puts, cut) => puts === records.filter(({ to }) => to <= cut).length);
  const elsewhere = steps.filter((at) => records.every(({ to }) => to !== at)).length;
  const tried = `The log was cut at each of ${group(each_cut.length)} places, and the database opened again each time.`;
  if (whole)
    return `${tried} The count goes up ${steps.length} times, where a record ends, and nowhere else: a record is there as a whole or not at all.`;
  return `${tried} The count changes ${steps.length} times, ${elsewhere} of them not where a record ends.${refused > 0 ? ` ${group(refused)} times it refused to open.` : ''}`;
}

/** What came of every bit. @param {Torn} torn @param {EachByte} each */
export function everyFlip({ records }, { each_flip: { flips, ours, leveldb, bytes } }) {
  const last = records[records.length - 1];
  const outside = (/** @type {'ours' | 'leveldb'} */ store) =>
    bytes.some((byte, at) => byte[store].silent > 0 && (at < last.from || at >= last.to));
  const store = (/** @type {string} */ name, /** @type {'ours' | 'leveldb'} */ which) => {
    const { refused, silent, whole } = { ours, leveldb }[which];
    const done = [
      ...(refused > 0 ? [`refused ${group(refused)} times`] : []),
      ...(silent > 0
        ? [
            `opened ${group(silent)} times with something silently missing${outside(which) ? '' : ', each time with the bit in the last record'}`,
          ]
        : []),
      ...(whole > 0 ? [`opened ${group(whole)} times with every put there`] : []),
    ];
    return `${name} ${done.join(', and ')}.`;
  };
  return `Each of the ${group(flips)} bits was turned by itself. ${store('This store', 'ours')} ${store('LevelDB, as it comes,', 'leveldb')}`;
}
