/** Many seeded trials of one experiment: counted right, in slices, with progress, and cancelled at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEngine } from '../../web/engine/client.js';
import { interceptedSource, loadHost, openTestEngine } from '../lib/engine.js';

/** @import { TrialsJob } from '../../web/engine/engine.d.ts' */

const engine = openTestEngine();

/**
 * A write, and a read some time after its acknowledgement: the published experiment.
 * @param {number} trials
 * @param {number[]} agesUs
 * @param {{ w?: number, r?: number }} [quorum]
 * @returns {TrialsJob}
 */
const writeThenRead = (trials, agesUs, { w = 1, r = 1 } = {}) => ({
  job: 'trials',
  scenario: {
    cluster: { nodes: 5, n: 3, w, r },
    network: { latency: { profile: 'lnkd-disk' } },
    actions: [
      { do: 'put', client: 'c1', key: 'x', value: '1', at_us: 0 },
      { do: 'get', client: 'c2', key: 'x', after: 0, at_us: 0 },
    ],
  },
  seeds: { from: 1, to: trials },
  probe: 1,
  ages_us: agesUs,
});

test('every trial is fresh, stale or unanswered, at each age, and the letters agree with the counts', async () => {
  const result = await engine.runJob(writeThenRead(500, [0, 5000, 50_000]));
  assert.ok(result.finished && result.done === 500 && result.total === 500);
  for (const i of [0, 1, 2]) assert.equal(result.fresh[i] + result.stale[i] + result.unanswered[i], 500);
  assert.equal([...result.outcomes].filter((letter) => letter === 'f').length, result.fresh[0]);
  assert.equal([...result.outcomes].filter((letter) => letter === 's').length, result.stale[0]);
});

test('LNKD-DISK with N=3, W=R=1: about 44 of 100 reads at once are fresh, and nearly all after 100 ms', async (t) => {
  const { fresh } = await engine.runJob(writeThenRead(4000, [0, 10_000, 100_000]));
  const shares = fresh.map((count) => count / 4000);
  t.diagnostic(`fresh at 0, 10 and 100 ms: ${shares.map((share) => share.toFixed(3)).join(', ')}`);
  assert.ok(Math.abs(shares[0] - 0.44) < 0.03, `${shares[0]}`);
  assert.ok(shares[0] < shares[1] && shares[1] < shares[2] && shares[2] > 0.99);
});

test('with W + R > N no trial is stale', async () => {
  const { stale } = await engine.runJob(writeThenRead(2000, [0], { w: 2, r: 2 }));
  assert.deepEqual(stale, [0]);
});

test('how a job is sliced does not change its result', async () => {
  const host = await loadHost();
  const results = [1, 7, 300].map((budget) => {
    const { job } = JSON.parse(
      /** @type {string} */ (host.call('start', [JSON.stringify(writeThenRead(300, [0, 2000]))])),
    );
    for (;;) {
      const progress = JSON.parse(/** @type {string} */ (host.call('advance', [job, budget])));
      if (!progress.finished) continue;
      host.call('close', [job]);
      return { ...progress, job: 0 };
    }
  });
  assert.deepEqual(results[0], results[1]);
  assert.deepEqual(results[0], results[2]);
});

test('progress grows to the total', async () => {
  /** @type {number[]} */
  const seen = [];
  await engine.runJob(writeThenRead(3000, [0]), { onProgress: ({ done }) => seen.push(done) });
  // The first slice is told at once, the last one when it ends; those between as time passes.
  assert.ok(seen.length > 1);
  assert.equal(seen.at(-1), 3000);
  for (let i = 1; i < seen.length; i++) assert.ok(seen[i] > seen[i - 1]);
});

test('a cancelled job stops at its next slice and is forgotten by the engine', async () => {
  /** @type {string[]} */
  const calls = [];
  const watched = openEngine(interceptedSource((method) => calls.push(method)));
  const controller = new AbortController();
  let slices = 0;
  const job = watched.runJob(writeThenRead(1_000_000, [0]), {
    signal: controller.signal,
    onProgress: () => {
      if (++slices === 5) controller.abort();
    },
  });
  await assert.rejects(job, { name: 'AbortError' });
  assert.equal(slices, 5);
  await watched.about();
  assert.deepEqual(calls.slice(-3), ['advance', 'close', 'about']);
});

test('a run that a search finds and a shrink makes small opens as it is', async () => {
  /** @type {any} */
  const scenario = {
    cluster: { w: 1, r: 2 },
    workload: { clients: 2, duration_ms: 100, think_ms: 20, keys: 3 },
  };
  const { found } = await engine.runJob({ job: 'search', scenario, promise: 'regular' });
  assert.ok(found);
  const small = await engine.runJob({ job: 'shrink', scenario: found.scenario, promise: 'regular' });
  assert.deepEqual([small.broken, small.ops, small.faults], [true, 2, 0]);
  const session = await engine.create(small.scenario);
  await session.step({});
  const { operations } = await session.view('history');
  assert.deepEqual(
    operations.map(({ do: what, label, missed_op }) => [what, label, missed_op]),
    [
      ['put', null, null],
      ['get', 'stale', operations[0].op],
    ],
  );
  await session.close();
});

test('a job that was cancelled before it began never reaches the engine', async () => {
  await assert.rejects(engine.runJob(writeThenRead(10, [0]), { signal: AbortSignal.abort() }), {
    name: 'AbortError',
  });
});

test('a job with a fault in it is refused with its place', async () => {
  await assert.rejects(engine.runJob({ ...writeThenRead(10, [0]), probe: 7 }), {
    code: 'bad_input',
    path: '/probe',
  });
  const job = writeThenRead(10, [0], { w: 4 });
  await assert.rejects(engine.runJob(job), { code: 'bad_input', path: '/scenario/cluster/w' });
});
