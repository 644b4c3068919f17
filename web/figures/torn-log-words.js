// Fig 6-11 in words: where the blade is, what each byte means, and what came of it.
import { formatBytes, formatList, group } from '../ui/format.js';
import { partAt } from './torn-log-run.js';

/** @import { LogPart, LogRecord, Reopened } from '../engine/engine.d.ts' */
/** @import { TornPicture } from './torn-log-view.js' */
/** @import { Damage, Torn } from './torn-log-run.js' */

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
  if (swept && each) return damage.mode === 'cut' ? everyCut(torn, each) : everyFlip(each);
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

/** @param {Torn} torn */
function flipNews(torn) {
  const { ours, leveldb, damage, records } = torn;
  const record = damage?.record ?? 0;
  const last = record === records.length - 1;
  const before = `The bit is in ${recordName(record)}.`;
  if (last) {
    return `${before} Both stores open without a word, and ${recordName(record)} is gone, silently: a last record with a wrong checksum looks just like one that was half written when the power failed.`;
  }
  const dropped = leveldb.lost.filter((one) => one !== record);
  const also =
    dropped.length > 0
      ? ` It drops ${recordNames(dropped)} as well, which ${dropped.length === 1 ? 'is' : 'are'} whole`
      : '';
  return `${before} This store refuses to open, and says where: “${ours.error}”. LevelDB, as it comes, opens and says nothing: ${backWords(torn, leveldb).toLowerCase()}.${also ? `${also}: behind a wrong checksum it trusts nothing more of the block.` : ''}`;
}

/** @param {Torn} torn @param {import('./torn-log-run.js').EachByte} each */
function everyCut({ log }, { each_cut }) {
  const steps = each_cut.filter((puts, at) => at > 0 && puts !== each_cut[at - 1]).length;
  return `The log was cut at each of ${group(log.bytes + 1)} places, and the database opened again each time. The count goes up ${steps} times, where a record ends, and nowhere else: a record is there as a whole or not at all.`;
}

/** @param {import('./torn-log-run.js').EachByte} each */
function everyFlip({ each_flip: { flips, ours, leveldb } }) {
  return `Each of the ${group(flips)} bits was turned by itself. This store refused ${group(ours.refused)} times, and ${group(ours.silent)} times it opened and the last record was silently gone. LevelDB, as it comes, opened ${group(leveldb.silent + leveldb.whole)} times, each time with something missing.`;
}
