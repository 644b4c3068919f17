/** Two replicas that have drifted apart, through the module and its client. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { openEngine } from '../../web/engine/client.js';
import { abort, interceptedSiteSource, openTestEngine } from '../lib/engine.js';

/** @param {string[]} words */
const printed = (...words) => JSON.parse(execFileSync('build/native/systemsim', words, { encoding: 'utf8' }));

const setup = /** @type {import('../../web/engine/engine.d.ts').ReplicasSetup} */ ({
  keys: 1000,
  differ: 8,
  kinds: ['missing', 'stale', 'deleted', 'concurrent'],
  id_bytes: 16,
});

test('a run is that of the command line, message by message', async () => {
  const engine = openTestEngine();
  const replicas = await engine.replicas(setup);
  assert.deepEqual(replicas.state, { keys: [999, 999], differing: 8 });
  for (const method of /** @type {const} */ (['tree', 'cassandra', 'riak', 'range', 'hashes', 'all'])) {
    const { report, log, again } = await replicas.run({ method, rtt_ms: 20, mbps: 10 });
    const words = ['--keys', '1000', '--diff', '8', '--kinds', 'missing,stale,deleted,concurrent'];
    const options = ['--id-bytes', '16', '--method', method, '--rtt-ms', '20', '--mbps', '10'];
    assert.deepEqual({ method, ...report }, printed('merkle', ...words, ...options), method);
    assert.deepEqual(
      { method, ...report },
      withoutJob(await engine.runJob({ job: 'merkle', ...setup, method, rtt_ms: 20, mbps: 10 })),
    );
    assert.equal(log.length, report.messages);
    const sum = (/** @type {(message: any) => number} */ of) => log.reduce((all, one) => all + of(one), 0);
    assert.equal(
      sum(({ bytes, record_bytes }) => bytes - record_bytes),
      report.bytes,
    );
    assert.equal(
      sum(({ record_bytes }) => record_bytes),
      report.bytes_records,
    );
    assert.equal(
      sum(({ hashes }) => hashes),
      report.hashes,
    );
    assert.ok(log.every((one, at) => at === 0 || one.sent_us >= log[at - 1].sent_us));
    assert.equal(again, undefined);
  }
  // A run changes nothing.
  assert.deepEqual(replicas.state, { keys: [999, 999], differing: 8 });
  engine.close();
});

/** @param {any} report */
function withoutJob({ job, done, total, finished, ...rest }) {
  return rest;
}

test('by hand: what is asked for is compared, and the leaves that differ are mended', async () => {
  const engine = openTestEngine();
  const replicas = await engine.replicas({ keys: 16, differ: 1, id_bytes: 8, seed: 5 });
  const tree = { fan_out: 2, depth: 4 };
  const { log: whole } = await replicas.run({ ...tree });
  const leaf = whole.filter(({ level, differing }) => level === 4 && differing).at(-1)?.differing?.[0] ?? -1;
  assert.ok(leaf >= 0);
  // Down to the leaf, asking for the first child alone: where it is equal, the other one differs.
  /** @type {[number, number, number][]} */
  const asks = [];
  for (let level = 1; level <= 4; level++) asks.push([level, (leaf >> (4 - level)) & ~1, 1]);
  if (leaf % 2 === 1) asks.push([4, leaf, 1]);
  const { report, log } = await replicas.run({ ...tree, method: 'hand', asks });
  assert.equal(report.hashes, asks.length);
  assert.equal(report.equal_after, true);
  assert.equal(report.lost_updates, 0);
  for (const [at, [level, first]] of asks.entries()) {
    const { differing, ...message } = log[2 * at + 1];
    assert.deepEqual([message.part, message.level, message.runs], ['compared', level, [first, 1]]);
    assert.deepEqual(differing, leaf >> (4 - level) === first ? [first] : []);
  }
  // Nothing asked, nothing mended.
  const nothing = await replicas.run({ ...tree, method: 'hand', asks: [] });
  assert.equal(nothing.report.equal_after, false);
  assert.equal(nothing.report.bytes, 0);
  engine.close();
});

test('keys below a node, edits on either side, and the roots that follow', async () => {
  const engine = openTestEngine();
  const replicas = await engine.replicas({ keys: 40, differ: 0, id_bytes: 8 });
  const tree = { fan_out: 4, depth: 2 };
  const before = await replicas.tree(tree);
  assert.equal(before.roots[0], before.roots[1]);
  assert.deepEqual([before.leaves, before.nodes], [16, 21]);
  const all = await replicas.keys({ ...tree, level: 0, index: 0 });
  assert.equal(all.count, 40);
  let below = 0;
  for (let index = 0; index < 16; index++) below += (await replicas.keys({ ...tree, level: 2, index })).count;
  assert.equal(below, 40);
  const [one, two, three] = all.keys;
  assert.deepEqual(one.a, one.b);
  await replicas.edit({ side: 'A', do: 'put', key: one.key, value: 'new' });
  await replicas.edit({ side: 'B', do: 'put', key: one.key, value: 'other' });
  await replicas.edit({ side: 'A', do: 'delete', key: two.key });
  await replicas.edit({ side: 'B', do: 'forget', key: three.key });
  await replicas.edit({ side: 'B', do: 'put', key: 'added', value: '1' });
  assert.deepEqual(replicas.state, { keys: [40, 40], differing: 4 });
  const after = await replicas.tree(tree);
  assert.notEqual(after.roots[0], after.roots[1]);
  const now = await replicas.keys({ ...tree, level: 0, index: 0 });
  const found = now.keys.find(({ key }) => JSON.stringify(key) === JSON.stringify(one.key));
  assert.deepEqual(found?.joined.map(({ value }) => value).sort(), ['new', 'other']);
  const { report } = await replicas.run({ ...tree });
  assert.deepEqual([report.equal_after, report.lost_updates, report.keys_differing], [true, 0, 4]);
  // Undone by hand, they do not differ any more.
  await replicas.edit({ side: 'B', do: 'forget', key: 'added' });
  assert.equal(replicas.state.differing, 3);
  engine.close();
});

test('writes meanwhile lose nothing, and one more run makes the two equal', async () => {
  const engine = openTestEngine();
  const replicas = await engine.replicas({ ...setup, keys: 300 });
  const { report, again } = await replicas.run({ writes: 5, fan_out: 2, leaf_keys: 1 });
  assert.equal(report.lost_updates, 0);
  assert.equal(again?.equal_after, true);
  assert.equal(again?.lost_updates, 0);
  engine.close();
});

test('what makes no sense is refused with its place, and the replicas are as they were', async () => {
  const engine = openTestEngine();
  /** @param {Promise<unknown>} promise @param {string} path */
  const refused = (promise, path) =>
    assert.rejects(promise, (/** @type {any} */ error) => {
      assert.equal(error.path, path);
      assert.ok(error.message.length > 5);
      return true;
    });
  await refused(engine.replicas({ keys: 1_048_577 }), '/keys');
  await refused(engine.replicas({ keys: 10, differ: 11 }), '/differ');
  await refused(engine.replicas(/** @type {any} */ ({ kinds: ['lost'] })), '/kinds/0');
  await refused(engine.replicas(/** @type {any} */ ({ kinds: [] })), '/kinds');
  const replicas = await engine.replicas({ keys: 10 });
  await refused(replicas.tree({ depth: 30 }), '/tree/depth');
  await refused(replicas.tree({ fan_out: 3 }), '/tree/fan_out');
  await refused(replicas.tree({ depth: 2, leaf_keys: 1 }), '/tree/leaf_keys');
  await refused(replicas.run({ method: 'riak', fan_out: 2 }), '/run/fan_out');
  await refused(replicas.run({ method: 'hand', depth: 2, asks: [[3, 0, 1]] }), '/run/asks/0');
  await refused(replicas.run({ method: 'tree', asks: [[0, 0, 1]] }), '/run/asks');
  await refused(replicas.run({ mbps: 0 }), '/run/mbps');
  await refused(replicas.keys({ level: 1, index: 99 }), '/keys/index');
  await refused(
    replicas.edit(/** @type {any} */ ({ side: 'C', do: 'put', key: 'a', value: '1' })),
    '/edit/side',
  );
  await refused(replicas.edit(/** @type {any} */ ({ side: 'A', do: 'put', key: 'a' })), '/edit/value');
  await refused(replicas.edit({ side: 'A', do: 'delete', key: '' }), '/edit/key');
  assert.equal(replicas.state.differing, 1);
  await replicas.close();
  await assert.rejects(replicas.tree({}));
  engine.close();
});

test('making them can be watched and stopped, and an abort makes them again, edits included', async () => {
  let armed = false;
  const engine = openEngine(
    await interceptedSiteSource((method) => {
      if (method !== 'ask' || !armed) return;
      armed = false;
      abort();
    }),
  );
  const stop = new AbortController();
  await assert.rejects(
    engine.replicas({ keys: 200_000, id_bytes: 8 }, { signal: stop.signal, onProgress: () => stop.abort() }),
  );
  /** @type {number[]} */
  const seen = [];
  const replicas = await engine.replicas({ keys: 50, differ: 2 }, { onProgress: (done) => seen.push(done) });
  assert.equal(seen.at(-1), 102);
  await replicas.edit({ side: 'A', do: 'put', key: 'added', value: '1' });
  const { roots } = await replicas.tree({});
  armed = true;
  await assert.rejects(replicas.tree({}), { code: 'aborted' });
  assert.deepEqual((await replicas.tree({})).roots, roots);
  engine.close();
});
