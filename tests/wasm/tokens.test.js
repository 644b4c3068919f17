/** The ring's tokens are Cassandra's: each published and each generated vector, seen through the ring view. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestEngine } from '../lib/engine.js';
import { readText } from '../lib/files.js';

for (const file of ['published_vectors', 'generated_vectors']) {
  test(`tokens of the ring agree with ${file}.csv`, async () => {
    const [header, ...lines] = readText(`tests/data/murmur3/${file}.csv`).trim().split(/\r?\n/);
    assert.match(header, /^key_hex,token,/);
    const rows = lines.map((line) => line.split(',')).filter(([hex]) => hex !== '');
    assert.ok(rows.length >= 15);
    const session = await openTestEngine().create({
      records: rows.map(([hex]) => ({ key: { hex }, value: '' })),
    });
    const { keys } = await session.view('ring');
    const byKey = new Map(keys.map(({ key, token }) => [hexOf(key), token]));
    assert.deepEqual(
      rows.map(([hex]) => [hex, byKey.get(hex)]),
      rows.map(([hex, token]) => [hex, token]),
    );
  });
}

/** @param {import('../../web/engine/engine.d.ts').Data} key */
const hexOf = (key) => (typeof key === 'string' ? Buffer.from(key).toString('hex') : key.hex);
