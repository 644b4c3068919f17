// The words of the bad day: what the bet was worth, what the table shows, and what mechanisms and sources are called.
import { formatList } from '../ui/format.js';
import { columns, worstOf } from './day-measure.js';
import { presets } from './day-parts.js';

/** @import { DayResult } from './day-measure.js' */

/** @type {Record<string, string>} */
export const mechanismNames = {
  partition: 'where a key lives',
  copies: 'copies',
  quorum: 'how many answer',
  coordinator: 'who coordinates',
  versions: 'versions and conflicts',
  'read-repair': 'read repair',
  membership: 'who is there',
  'stand-ins': 'stand-ins',
  hints: 'hints',
  'anti-entropy': 'anti-entropy',
  deletion: 'deletion',
  storage: 'storage',
};

/** By the id of the reference. @type {Record<string, string>} */
export const sourceNames = {
  'dynamo-2007': 'Dynamo’s paper',
  'riak-2014': 'Riak 2.0, Conflict Resolution',
  'riakaae-2017': 'Riak 2.2, Active Anti-Entropy',
  'riakbuckets-2017': 'Riak 2.2, Buckets',
  'riakdeletion-2014': 'Riak 2.0, Object Deletion',
  'riakglossary-2017': 'Riak 2.2, Glossary',
  'riakhandoff-2015': 'Riak 2.1, Handoff',
  'riakprops-2017': 'Riak 2.2, Bucket Properties',
  'bitcask-2010': 'Bitcask’s paper',
  'cassandra-2010': 'Cassandra’s paper',
  'cassandra-2021': 'CASSANDRA-13701',
  'cassandradynamo-2021': 'Cassandra 4.0, Dynamo',
  'cassandrareadrepair-2021': 'Cassandra 4.0, Read Repair',
  'cassandrahints-2021': 'Cassandra, Hints',
  'cassandrarepair-2021': 'Cassandra 3.x, Manual Repair',
  'cassandrastamps-2021': 'Query Timestamps',
  'cassandrahh-2014': 'Cassandra 2.1, Hinted Handoff',
  'cassandrayaml-2021': 'cassandra.yaml, 4.0',
  'cassandratombstones-2024': 'Cassandra, Tombstones',
  'bigtable-2006': 'Bigtable’s paper',
  'chubby-2006': 'Chubby’s paper',
};

/** The bet’s answers by id. @type {[id: string, words: string][]} */
export const bets = [
  ...presets.map(({ id, name }) => /** @type {[string, string]} */ ([id, name])),
  ['none', 'none of them'],
  ['unsure', 'not sure'],
];

/** @param {string} id */
export const nameOf = (id) => presets.find((preset) => preset.id === id)?.name ?? id;

/** Those that lost a confirmed write. @param {ReadonlyMap<string, DayResult>} results */
const losers = (results) => [...results].filter(([, { lost }]) => lost).map(([id]) => id);

/**
 * What the bet was worth.
 * @param {string} bet
 * @param {ReadonlyMap<string, DayResult>} results of all stores
 */
export function betWords(bet, results) {
  const found = losers(results);
  const truth =
    found.length === 0
      ? 'On this day none loses a confirmed write.'
      : `${formatList(found.map((id) => `“${nameOf(id)}”`))} ${found.length === 1 ? 'loses' : 'lose'} a confirmed write.`;
  if (bet === 'unsure') return `You were not sure. ${truth}`;
  const right = bet === 'none' ? found.length === 0 : found.includes(bet);
  const only = right && found.length > 1 ? 'Right, but not alone.' : right ? 'So it is.' : 'Not so.';
  return `You said: ${bets.find(([id]) => id === bet)?.[1]}. ${only} ${truth}`;
}

/**
 * What the whole table shows, read off it.
 * @param {ReadonlyMap<string, DayResult>} results of all stores
 */
export function tableWords(results) {
  const worst = worstOf(results);
  const spared = presets.filter(({ id }) => ![...worst.values()].some((ids) => ids.includes(id)));
  const marked = columns.filter(({ id }) => (worst.get(id) ?? []).length > 0).length;
  const own = presets
    .map(({ id, name }) => ({ name, times: [...worst.values()].filter((ids) => ids.includes(id)).length }))
    .filter(({ times }) => times > 0)
    .map(({ name, times }) => `“${name}” in ${times}`);
  const rest =
    spared.length === 0
      ? 'No store is without one.'
      : `Without one: ${formatList(spared.map(({ name }) => `“${name}”`))}.`;
  return `${marked} of ${columns.length} columns have a worst cell: ${formatList(own)}. ${rest}`;
}

/** Nothing where it was not measured. @param {boolean | null} holds @param {string} good @param {string} bad */
const fateWords = (holds, good, bad) => (holds === null ? [] : [holds ? good : bad]);

/** What stands in no column. @param {DayResult} day */
export function besidesWords({ steps, missing, tooLate, cart, session }) {
  const counter =
    missing === null
      ? 'what the counter is short of was not measured'
      : missing > 0
        ? `the counter is ${missing} short of ${steps} confirmed steps, since two were made of one number`
        : `the counter has all of its ${steps} confirmed steps`;
  return [
    counter,
    ...(tooLate ? [`${tooLate} conditional writes came too late, and were told so`] : []),
    ...fateWords(
      cart,
      'no change of the cart is lost',
      'a change of the cart is lost, since a write that had not seen it replaced it',
    ),
    ...fateWords(
      session,
      'the session read what it wrote',
      'the session once read something older than it wrote',
    ),
  ].join('; ');
}
