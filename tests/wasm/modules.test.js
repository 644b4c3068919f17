/** Which module of the site does what, and what it says of what none of them has. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { moduleFor } from '../../web/engine/modules.js';
import { openTestEngine } from '../lib/engine.js';
import { readText } from '../lib/files.js';

const golden = new URL('../golden/scenarios/', import.meta.url);

test('scenarios go to the module that can run them, and those of no module’s are refused in words', async () => {
  const engine = openTestEngine();
  const seen = { trees: 0, healing: 0, own: 0 };
  for (const file of readdirSync(golden)) {
    const text = readText(`tests/golden/scenarios/${file}`);
    seen[moduleFor(text) ?? 'own'] += 1;
    const session = await engine.create(text);
    await session.close();
  }
  assert.ok(seen.trees > 5 && seen.healing > 100 && seen.own > 100, JSON.stringify(seen));
  const refusals = /** @type {const} */ ([
    [{ cluster: { store: 'lsm', gossip: {} } }, '/cluster/gossip'],
    [{ cluster: { store: 'tiers', memory_bytes: 9, gossip: {} } }, '/cluster/store'],
    [{ cluster: { mode: 'single_owner' }, nemesis: { mix: 'crash', until_ms: 9 } }, '/cluster/mode'],
  ]);
  for (const [scenario, place] of refusals) {
    await assert.rejects(engine.create(scenario), (/** @type {any} */ error) => {
      assert.equal(error.path, place);
      assert.match(error.message, /this part of the engine has no .*; the command line has/);
      return true;
    });
  }
  engine.close();
});

test('a run ends though more is skipped within a microsecond than one slice has', async () => {
  const engine = openTestEngine();
  const session = await engine.create({
    cluster: { nodes: 300, gossip: { every_ms: 1000, spread: 'multicast' } },
    network: { latency: { profile: 'constant', ms: 1 } },
    skip_idle: true,
    upkeep_ms: 2500,
    settle_ms: 100,
  });
  const end = await session.step();
  assert.equal(end.ended, true);
  assert.ok(end.skipped > 100_000, `${end.skipped} skipped`);
  engine.close();
});
