/**
 * The engine aborts in the middle of a call: the call is refused and not sent again, a new engine stands where the old
 * one stood, and everything else goes on. The abort is thrown by the test in place of the module.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEngine } from '../../web/engine/client.js';
import {
  abort,
  busyScenario,
  interceptedSiteSource,
  interceptedSource,
  openTestEngine,
} from '../lib/engine.js';

/** @import { Session } from '../../web/engine/session.js' */
/** @import { TrialsJob } from '../../web/engine/engine.d.ts' */
/** @import { EngineErrorEvent } from '../../web/engine/errors.js' */

const aborted = { name: 'EngineError', code: 'aborted' };

/** An engine whose next call of `method` aborts once `fuse.method` is set, with a record of its calls and events. */
function openFused() {
  /** @type {{ method: string | null, calls: string[], errors: EngineErrorEvent[] }} */
  const fuse = { method: null, calls: [], errors: [] };
  const engine = openEngine(
    interceptedSource((method) => {
      fuse.calls.push(method);
      if (method !== fuse.method) return;
      fuse.method = null;
      abort();
    }),
  );
  engine.addEventListener('engineerror', (event) =>
    fuse.errors.push(/** @type {EngineErrorEvent} */ (event)),
  );
  return { engine, fuse };
}

/** @type {TrialsJob} */
const job = {
  job: 'trials',
  scenario: {
    actions: [
      { do: 'put', client: 'c1', key: 'x', value: '1', at_us: 0 },
      { do: 'get', client: 'c2', key: 'x', after: 0 },
    ],
  },
  seeds: { from: 1, to: 200 },
  probe: 1,
  ages_us: [0],
};

/** @param {Session} session */
async function standOf(session) {
  const { id, ...place } = session.status;
  return { place, hash: await session.view('hash'), branches: await session.branches() };
}

test('an aborted step is refused, and the run stands where it stood', async () => {
  const { engine, fuse } = openFused();
  const session = await engine.create(busyScenario);
  await session.step({ maxEvents: 1500 });
  const before = await standOf(session);
  fuse.method = 'step';
  fuse.calls.length = 0;
  await assert.rejects(session.step({ maxEvents: 10 }), aborted);
  assert.deepEqual(await standOf(session), before);
  // Made again by seeking: the step that failed was not sent a second time.
  assert.equal(fuse.calls.filter((method) => method === 'step').length, 1);
  assert.equal(fuse.errors.length, 1);
  assert.equal(fuse.errors[0].rebuilt, true);
  assert.equal(fuse.errors[0].error.code, 'aborted');
});

test('after the abort the run ends as if nothing had happened', async () => {
  const undisturbed = await openTestEngine().create(busyScenario);
  await undisturbed.step();
  const { engine, fuse } = openFused();
  const session = await engine.create(busyScenario);
  for (let i = 0; i < 3; i++) {
    await session.step({ maxEvents: 400 });
    fuse.method = 'step';
    await assert.rejects(session.step(), aborted);
  }
  await session.step();
  assert.deepEqual(await session.view('hash'), await undisturbed.view('hash'));
});

test('branches, and the clock between two events, survive', async () => {
  const { engine, fuse } = openFused();
  const session = await engine.create(busyScenario);
  await session.step({ maxEvents: 900 });
  await session.seek(300);
  await session.apply({ do: 'put', client: 'c1', key: 'x', value: 'other' });
  await session.step({ maxEvents: 200 });
  await session.seek(350);
  await session.fork();
  await session.step({ maxEvents: 50 });
  await session.seek(700, 0);
  await session.step({ untilUs: session.status.next_us - 1 });
  assert.ok(session.status.branch_count === 3 && session.status.branch === 0);
  const before = await standOf(session);
  fuse.method = 'view';
  await assert.rejects(session.view('stage'), aborted);
  assert.deepEqual(await standOf(session), before);
  // An action without a time happens at the next microsecond of the clock that survived.
  await session.apply({ do: 'heal' });
  assert.equal(session.status.branch, 3);
});

test('what a branch has done is made again once, whatever was done to it on the way', async () => {
  /** @type {number[]} */
  const seeks = [];
  let lit = false;
  const engine = openEngine(
    interceptedSource((method, args) => {
      if (method === 'seek') seeks.push(Number(args[1]));
      if (method !== 'view' || !lit) return;
      lit = false;
      abort();
    }),
  );
  const session = await engine.create(busyScenario);
  for (let i = 0; i < 10; i++) {
    await session.step({ maxEvents: 100 });
    await session.apply({ do: 'heal' });
  }
  const before = session.status;
  lit = true;
  seeks.length = 0;
  await assert.rejects(session.view('stage'), aborted);
  await session.view('stage');
  assert.deepEqual({ ...session.status, id: 0 }, { ...before, id: 0 });
  assert.ok(seeks[0] > 0);
  assert.deepEqual(
    seeks,
    [...seeks].sort((a, b) => a - b),
  );
});

test('calls that wait behind an abort, of other sessions and jobs, go on in the new engine', async () => {
  const { engine, fuse } = openFused();
  const first = await engine.create(busyScenario);
  const second = await engine.create({ seed: 9, workload: { duration_ms: 2000 } });
  await second.step({ maxEvents: 20 });
  let lit = false;
  const running = engine.runJob(job, {
    onProgress: () => {
      if (!lit) fuse.method = 'step';
      lit = true;
    },
  });
  await first.step({ maxEvents: 10 });
  const results = await Promise.allSettled([
    running,
    first.step(),
    second.step(),
    second.view('hash'),
    first.view('hash'),
  ]);
  const refused = results.filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 1);
  assert.equal(/** @type {PromiseRejectedResult} */ (refused[0]).reason.code, 'aborted');
  assert.ok(second.status.ended || first.status.ended);
  const { job: idInNewEngine, ...result } = await running;
  const { job: idElsewhere, ...expected } = await openTestEngine().runJob(job);
  assert.deepEqual(result, expected);
});

test('the module with the jobs is loaded for the first job, and its aborts leave the sessions alone', async () => {
  /** @type {string[]} */
  const calls = [];
  let lit = false;
  const source = interceptedSiteSource((method) => {
    calls.push(method);
    if (method !== 'advance' || !lit) return;
    lit = false;
    abort();
  });
  const jobs = source.jobs ?? assert.fail('no module with jobs');
  const { glue = assert.fail('no glue') } = jobs;
  let loaded = 0;
  const engine = openEngine({
    ...source,
    jobs: {
      ...jobs,
      glue: (options) => {
        loaded += 1;
        return glue(options);
      },
    },
  });
  const session = await engine.create(busyScenario);
  await session.step({ maxEvents: 100 });
  const before = session.status;
  assert.equal(loaded, 0);
  const { job: id, ...result } = await engine.runJob(job);
  assert.equal(loaded, 1);
  lit = true;
  await assert.rejects(engine.runJob(job), aborted);
  const { job: again, ...after } = await engine.runJob(job);
  assert.deepEqual(after, result);
  assert.equal(loaded, 2);
  assert.equal(calls.filter((method) => method === 'create').length, 1);
  assert.deepEqual(session.status, before);
  engine.close();
  await assert.rejects(engine.runJob(job), { code: 'closed' });
  await assert.rejects(session.step(), { code: 'closed' });
});

test('the module with the jobs is asked for again when it did not arrive', async () => {
  const source = interceptedSiteSource(() => {});
  const jobs = source.jobs ?? assert.fail('no module with jobs');
  const { glue = assert.fail('no glue') } = jobs;
  let asked = 0;
  const engine = openEngine({
    ...source,
    jobs: {
      ...jobs,
      glue: (options) => {
        asked += 1;
        return asked === 1 ? Promise.reject(new Error('the network is down')) : glue(options);
      },
    },
  });
  const session = await engine.create(busyScenario);
  await assert.rejects(engine.runJob(job), /the network is down/);
  assert.equal(asked, 1);
  const { job: id, ...result } = await engine.runJob(job);
  const { job: idElsewhere, ...expected } = await openTestEngine().runJob(job);
  assert.deepEqual(result, expected);
  assert.equal(asked, 2);
  await session.step({ maxEvents: 1 });
  assert.equal(session.status.position, 1);
  engine.close();
});

test('a job about a store alone is done in a module of its own, a claim about one as well', async () => {
  /** @type {string[]} */
  const started = [];
  const counted = (/** @type {string} */ name) => {
    const { glue = assert.fail(`no glue of ${name}`), ...rest } =
      interceptedSiteSource((method) => {
        if (method === 'start') started.push(name);
      })[/** @type {'jobs' | 'store'} */ (name)] ?? assert.fail(`no module ${name}`);
    return { ...rest, glue };
  };
  const engine = openEngine({
    ...interceptedSiteSource(() => {}),
    jobs: counted('jobs'),
    store: counted('store'),
  });
  const torn = await engine.runJob({ job: 'torn_log', cut: 100 });
  assert.equal(torn.ours?.puts, 2);
  assert.deepEqual(started, ['store']);
  const claim = {
    id: 'x',
    sentence: 'Two of three puts come back.',
    experiment: /** @type {const} */ ({ kind: 'torn_log', cut: 100 }),
    measure: { of: '/ours/puts' },
    expect: { value: 2, within: 0 },
    source: 'counted by hand',
  };
  const report = await engine.runJob({ job: 'claim', claim });
  assert.deepEqual([report.measured, report.stands], [2, true]);
  assert.deepEqual(started, ['store', 'store']);
  await engine.runJob(job);
  assert.deepEqual(started, ['store', 'store', 'jobs']);
  // Neither module carries the other's kinds.
  await assert.rejects(engine.runJob({ ...job, job: /** @type {any} */ ('nonsense') }), { path: '/job' });
  engine.close();
  await assert.rejects(engine.runJob({ job: 'torn_log' }), { code: 'closed' });
});

test('a session keeps its handle and never meets another session under its old number', async () => {
  const { engine, fuse } = openFused();
  const closed = await engine.create({ seed: 1 });
  const open = await engine.create({ seed: 2 });
  await closed.close();
  fuse.method = 'step';
  await assert.rejects(open.step(), aborted);
  assert.equal((await open.view('summary')).seed, 2);
  await assert.rejects(closed.view('summary'), { code: 'stale_id' });
});

test('a job that is cancelled while the engine aborts never closes somebody else', async () => {
  const { engine, fuse } = openFused();
  const controller = new AbortController();
  /** @type {Promise<unknown> | null} */
  let refused = null;
  /** @type {Session | null} */
  let session = null;
  const cancelled = engine.runJob(
    { ...job, seeds: { from: 1, to: 1_000_000 } },
    {
      signal: controller.signal,
      onProgress: () => {
        if (refused) controller.abort();
        else if (session) {
          fuse.method = 'step';
          refused = assert.rejects(session.step(), aborted);
        }
      },
    },
  );
  // Begun after the job: in a new engine without the job it would have the number that the job had.
  session = await engine.create({ seed: 2, workload: { duration_ms: 2000 } });
  await assert.rejects(cancelled, { name: 'AbortError' });
  await refused;
  await session.step();
  assert.ok(session.status.ended && session.status.position > 0);
});

test('an engine that aborts three times in a row is given up', async () => {
  let engines = 0;
  const source = interceptedSource((method) => {
    if (method === 'step') abort();
  });
  const { glue = assert.fail('no glue') } = source;
  /** @type {EngineErrorEvent[]} */
  const errors = [];
  const engine = openEngine({
    ...source,
    glue: (options) => {
      engines += 1;
      return glue(options);
    },
  });
  engine.addEventListener('engineerror', (event) => errors.push(/** @type {EngineErrorEvent} */ (event)));
  const session = await engine.create({ seed: 1, workload: { duration_ms: 100 } });
  for (let i = 0; i < 3; i++) {
    await assert.rejects(session.step(), aborted);
    if (i < 2) await session.view('stage');
  }
  await assert.rejects(session.view('stage'), { code: 'aborted', message: /not started again/ });
  await assert.rejects(engine.create({}), aborted);
  assert.deepEqual(
    errors.map(({ rebuilt }) => rebuilt),
    [true, true, false],
  );
  assert.equal(engines, 3);
});

test('an engine that does not load says so to every call', async () => {
  const engine = openEngine({
    glue: () => Promise.reject(new Error('no such file')),
    wasmBytes: new Uint8Array(1),
  });
  await assert.rejects(engine.about(), { name: 'EngineError', message: /no such file/ });
  await assert.rejects(engine.create({}), { message: /no such file/ });
});

test('a closed engine refuses what comes', async () => {
  const engine = openTestEngine();
  const session = await engine.create({});
  engine.close();
  await assert.rejects(session.view('stage'), { code: 'closed' });
  await assert.rejects(engine.about(), { code: 'closed' });
});
