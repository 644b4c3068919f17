/** Native and wasm are one engine: each golden scenario has the trace hash that tests/golden/traces.json holds. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { openTestEngine } from '../lib/engine.js';
import { readText } from '../lib/files.js';

/** @type {Record<string, string>} */
const golden = JSON.parse(readText('tests/golden/traces.json'));
const names = readdirSync(new URL('../golden/scenarios/', import.meta.url)).map((file) =>
  file.replace(/\.json$/, ''),
);
const engine = openTestEngine();

test('there are at least 20 golden scenarios, each with its hash, with loss and crashes among them', () => {
  assert.ok(names.length >= 20);
  assert.deepEqual(Object.keys(golden).sort(), names.sort());
  const texts = names.map((name) => readText(`tests/golden/scenarios/${name}.json`));
  for (const needed of ['"loss"', '"crash"', '"partition"'])
    assert.ok(texts.some((text) => text.includes(needed)));
});

for (const name of names) {
  test(`golden ${name} has the same trace in wasm`, async () => {
    const session = await engine.create(readText(`tests/golden/scenarios/${name}.json`));
    await session.step();
    const hash = await session.view('hash');
    assert.equal(hash.trace_sha256, golden[name]);
    assert.ok(hash.records > 0);
    await session.close();
  });
}
