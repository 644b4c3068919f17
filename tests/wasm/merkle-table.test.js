/** What labs/merkle-sync/methods.md says of each method is what the engine says today. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { group, head, kindsOf, rowOf, sizes } from '../bench/merkle-table.mjs';

const file = readFileSync(new URL('../../labs/merkle-sync/methods.md', import.meta.url), 'utf8');

/** The file's rows, by how many keys there are. */
const rows = new Map(
  file
    .split(/^## /m)
    .slice(1)
    .map((part) => [
      part.slice(0, part.indexOf(' keys\n')),
      part
        .split('\n')
        .filter((line) => /^\| \d/.test(line))
        .map((line) => line.slice(2, -2).split(' | ')),
    ]),
);

/** @param {number} keys @param {number} count @param {boolean} clustered @param {readonly string[]} [columns] */
function holds(keys, count, clustered, columns = head) {
  const now = rowOf(keys, count, clustered, columns);
  const row = rows.get(group(keys))?.[
    kindsOf(keys).findIndex(([n, near]) => n === count && near === clustered)
  ];
  for (const name of columns) {
    assert.equal(row?.[head.indexOf(name)], now.get(name), `${keys} keys, ${count} differ: ${name}`);
  }
}

test('the table has every row', () => {
  assert.deepEqual([...rows.keys()], sizes.map(group));
  for (const keys of sizes) {
    assert.deepEqual(
      rows.get(group(keys))?.map(([count, where]) => [Number(count), where === 'clustered']),
      kindsOf(keys),
    );
  }
});

test('the rows of 1 000 keys hold', () => {
  for (const [count, clustered] of kindsOf(1000)) holds(1000, count, clustered);
});

test('some of the larger ones hold', () => {
  holds(10_000, 10, false);
  holds(10_000, 1000, true, ['tree', 'range', 'hashes', 'lower bound']);
  holds(100_000, 100, false, ['tree', 'Cassandra', 'Riak', 'range', 'negentropy', 'lower bound']);
  holds(1_000_000, 1, false, ['tree', 'lower bound']);
});
