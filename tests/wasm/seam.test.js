/**
 * The seam's contract, as JavaScript meets it: each call, what it gives, and how it refuses. Every refusal has a code,
 * a sentence and a place, and leaves everything as it was.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busyScenario, loadHost, openTestEngine } from '../lib/engine.js';

const engine = openTestEngine();

const put = { do: 'put', client: 'c1', key: 'x', value: '1', at_ms: 5 };
const get = { do: 'get', client: 'c2', key: 'x', after: 0, at_us: 0 };
const small = { seed: 42, cluster: { nodes: 5, n: 3, w: 2, r: 2 }, actions: [put, get] };

test('about says what this engine is', async () => {
  const about = await engine.about();
  assert.equal(about.trace_version, 1);
  assert.equal(about.schema_version, 1);
  assert.equal(about.max_record_bytes, 10_239);
  assert.equal(about.max_events, 1_000_000);
  assert.ok(about.max_nodes >= 5);
});

test('a new session stands at position 0 with everything before it', async () => {
  const { status } = await engine.create(small);
  const { id, ...place } = status;
  assert.ok(Number.isInteger(id));
  assert.deepEqual(place, {
    position: 0,
    skipped: 0,
    now_us: 0,
    next_us: 5000,
    last_position: 0,
    last_us: 0,
    branch: 0,
    branch_count: 1,
    ended: false,
    message: '',
  });
});

test('a scenario may be an object or its text, and everything has a default', async () => {
  const fromObject = await engine.create({ seed: 7, workload: { duration_ms: 100 } });
  const fromText = await engine.create('{"seed": 7, "workload": {"duration_ms": 100}}');
  for (const session of [fromObject, fromText]) await session.step();
  assert.deepEqual(await fromObject.view('hash'), await fromText.view('hash'));
  assert.ok((await engine.create({})).status.ended);
});

test('step stops at its count, at its time, or at the end', async () => {
  const session = await engine.create(small);
  await session.step({ maxEvents: 1 });
  assert.deepEqual([session.status.position, session.status.now_us], [1, 5000]);
  await session.step({ untilUs: 5001 });
  assert.deepEqual([session.status.position, session.status.now_us], [1, 5001]);
  const next = session.status.next_us;
  await session.step({ maxEvents: 100, untilUs: next });
  assert.equal(session.status.now_us, next);
  assert.ok(session.status.next_us > next || session.status.ended);
  await session.step();
  assert.ok(session.status.ended);
  assert.deepEqual([session.status.next_us, session.status.position], [-1, session.status.last_position]);
  const end = session.status.position;
  await session.step();
  assert.equal(session.status.position, end);
});

test('seek goes back and forth, and beyond the end stands at the end', async () => {
  const session = await engine.create(small);
  await session.seek(7);
  assert.deepEqual([session.status.position, session.status.last_position], [7, 7]);
  await session.seek(3);
  assert.deepEqual([session.status.position, session.status.last_position], [3, 7]);
  await session.seek(1_000_000);
  assert.ok(session.status.ended);
  const end = session.status.position;
  await session.seekTime(0);
  assert.equal(session.status.position, 0);
  await session.seekTime(5000);
  assert.deepEqual([session.status.position, session.status.now_us], [1, 5000]);
  await session.seekTime(60_000_000);
  assert.deepEqual([session.status.position, session.status.now_us], [end, 60_000_000]);
});

test('an action happens at the next microsecond; in the past it starts a branch, and the old one is kept', async () => {
  const session = await engine.create(small);
  await session.step();
  const end = session.status.position;
  await session.seek(4);
  const { now_us } = session.status;
  await session.apply({ do: 'put', client: 'c2', key: 'y', value: '2' });
  assert.deepEqual([session.status.branch, session.status.branch_count, session.status.position], [1, 2, 4]);
  const { actions } = /** @type {any} */ (await session.view('scenario'));
  assert.equal(actions.length, 3);
  assert.equal(actions[2].at_us, now_us + 1);
  assert.deepEqual(await session.branches(), [
    { branch: 0, parent: -1, forked_at: 0, last_position: end, actions: 2 },
    { branch: 1, parent: 0, forked_at: 4, last_position: 4, actions: 3 },
  ]);
  await session.seek(end, 0);
  assert.equal(/** @type {any} */ (await session.view('scenario')).actions.length, 2);
  // At the furthest point there is no past to keep apart.
  await session.apply({ do: 'get', client: 'c1', key: 'x' });
  assert.deepEqual([session.status.branch, session.status.branch_count], [0, 2]);
});

test('seek refuses what can be no branch', async () => {
  const session = await engine.create(small);
  for (const branch of [-2, 0.5, 2 ** 31, 2 ** 32, Number.NaN]) {
    await assert.rejects(session.seek(0, branch), { code: 'bad_input', path: '/branch' });
  }
  await assert.rejects(session.seek(0, 2 ** 31 - 1), { code: 'not_found', path: '/branch' });
});

test('fork starts a branch that goes the same way until someone acts', async () => {
  const session = await engine.create(small);
  await session.step();
  const whole = await session.view('hash');
  await session.seek(5);
  await session.fork();
  assert.deepEqual([session.status.branch, session.status.branch_count], [1, 2]);
  await session.step();
  assert.deepEqual(await session.view('hash'), whole);
});

test('the scenario view is the whole run: created again, it has the same trace', async () => {
  const session = await engine.create(busyScenario);
  await session.step({ maxEvents: 700 });
  await session.apply({ do: 'crash', node: 'C' });
  await session.apply({ do: 'put', client: 'c1', key: { hex: '00ff' }, value: 'é' });
  await session.step({ maxEvents: 300 });
  const again = await engine.create(await session.view('scenario'));
  await again.seek(session.status.position);
  assert.deepEqual(await again.view('hash'), await session.view('hash'));
  assert.deepEqual(await again.view('scenario'), await session.view('scenario'));
});

test('the trace comes in records of 32 bytes, whole or in parts, and may be asked for again', async () => {
  const session = await engine.create(busyScenario);
  await session.step({ maxEvents: 500 });
  const { records } = await session.view('hash');
  const whole = await session.trace(0, 1_000_000);
  assert.equal(whole.length, records * 32);
  const parts = [await session.trace(0, 100), await session.trace(100, 1_000_000)];
  assert.deepEqual(Buffer.concat(parts), Buffer.from(whole));
  assert.deepEqual(await session.trace(0, 1_000_000), whole);
  assert.equal((await session.trace(records, 10)).length, 0);
  const view = new DataView(whole.buffer, whole.byteOffset);
  for (let i = 1; i < records; i++)
    assert.ok(view.getBigUint64(i * 32, true) >= view.getBigUint64((i - 1) * 32, true));
});

test('a read is fresh or stale, and a stale one says which write it missed', async () => {
  const session = await engine.create({
    seed: 1,
    cluster: { nodes: 5, n: 3, w: 1, r: 1 },
    network: { latency: { profile: 'lnkd-disk' } },
    workload: { clients: 4, duration_ms: 5000, think_ms: 5, keys: 2 },
  });
  await session.step();
  const { operations } = await session.view('history');
  const stale = operations.filter(({ label }) => label === 'stale');
  assert.ok(stale.length > 0 && operations.some(({ label }) => label === 'fresh'));
  for (const read of stale) {
    const missed = operations.find(({ op }) => op === read.missed_op);
    if (missed) assert.ok(missed.end_us !== null && missed.end_us <= read.begin_us && missed.do !== 'get');
  }
});

/** @type {[string, unknown, string, string, RegExp][]} */
const refusals = [
  ['W above N', { cluster: { n: 3, w: 4 } }, 'bad_input', '/cluster/w', /4 is more than n, which is 3/],
  ['N below 1', { cluster: { n: 0 } }, 'bad_input', '/cluster/n', /0/],
  ['an unknown field', { cluster: { nodez: 5 } }, 'bad_input', '/cluster/nodez', /unknown/],
  ['an unknown field at the top', { sead: 1 }, 'bad_input', '/sead', /unknown/],
  ['a wrong type', { seed: 'x' }, 'bad_input', '/seed', /expected/],
  ['a pointer with escapes', { 'a/b~c': 1 }, 'bad_input', '/a~1b~0c', /unknown/],
  ['an empty key', { actions: [{ ...put, key: '' }] }, 'bad_input', '/actions/0/key', /empty/],
  [
    'key and value of 10 240 bytes',
    { actions: [{ ...put, value: 'v'.repeat(10_239) }] },
    'bad_input',
    '/actions/0/value',
    /10239/,
  ],
  [
    'a machine that is not there',
    { actions: [{ do: 'crash', node: 'Z' }] },
    'bad_input',
    '/actions/0/node',
    /Z/,
  ],
  ['a seed above 2^53', '{"seed": 9007199254740993}', 'bad_input', '/seed', /./],
  ['text that is no JSON', '{"seed": ', 'bad_input', '', /./],
  ['a list in place of an object', '[]', 'bad_input', '', /object/],
  ['nothing', '', 'bad_input', '', /./],
];

for (const [name, scenario, code, path, message] of refusals) {
  test(`refused, with its place: ${name}`, async () => {
    await assert.rejects(engine.create(/** @type {any} */ (scenario)), {
      name: 'EngineError',
      code,
      path,
      message,
    });
  });
}

test('a key and value of 10 239 bytes together are taken', async () => {
  const session = await engine.create({ actions: [{ ...put, value: 'v'.repeat(10_238) }] });
  await session.step();
  assert.equal((await session.view('summary')).ops.ok, 1);
});

test('a refused action, view, branch or number changes nothing', async () => {
  const session = await engine.create(busyScenario);
  await session.step({ maxEvents: 300 });
  await session.seek(200);
  const before = [
    session.status,
    await session.view('hash'),
    await session.branches(),
    await session.view('stage'),
  ];
  const bad = { name: 'EngineError', code: 'bad_input' };
  await assert.rejects(session.apply({ do: 'set', w: 9 }), { ...bad, path: '/w' });
  await assert.rejects(session.apply({ do: 'dance' }), { ...bad, path: '/do' });
  await assert.rejects(session.apply({ do: 'put', client: 'c1', key: '', value: '1' }), {
    ...bad,
    path: '/key',
  });
  await assert.rejects(session.apply(/** @type {any} */ (null)), bad);
  await assert.rejects(session.view(/** @type {any} */ ('nonsense')), {
    name: 'EngineError',
    code: 'not_found',
  });
  await assert.rejects(session.seek(3, 8), { name: 'EngineError', code: 'not_found', path: '/branch' });
  await assert.rejects(session.seek(-1), bad);
  await assert.rejects(session.seek(0.5), bad);
  await assert.rejects(session.seek(Number.NaN), bad);
  await assert.rejects(session.seekTime(-5), bad);
  await assert.rejects(session.step({ maxEvents: -1 }), bad);
  await assert.rejects(session.step({ untilUs: Number.POSITIVE_INFINITY }), bad);
  const after = [
    session.status,
    await session.view('hash'),
    await session.branches(),
    await session.view('stage'),
  ];
  assert.deepEqual(after, before);
});

test('a session that was closed is stale, its number too, even when the place is taken again', async () => {
  const host = await loadHost();
  const stale = { name: 'EngineError', code: 'stale_id' };
  const { id } = /** @type {any} */ (host.call('create', ['{}']));
  host.call('close', [id]);
  const other = /** @type {any} */ (host.call('create', ['{}']));
  assert.notEqual(other.id, id);
  /** @type {[string, unknown[]][]} */
  const calls = [
    ['step', [id, 1, -1]],
    ['seek', [id, 0, -1]],
    ['seek_time', [id, 0]],
    ['apply', [id, '{"do":"heal"}']],
    ['fork', [id]],
    ['branches', [id]],
    ['view', [id, 'stage']],
    ['trace', [id, 0, 1]],
    ['close', [id]],
    ['advance', [id, 1]],
    ['advance', [other.id, 1]],
  ];
  for (const [method, args] of calls) assert.throws(() => host.call(method, args), stale, method);
  for (const id of [-1, 0, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    assert.throws(() => host.call('step', [id, 1, -1]), stale, String(id));
  }
  host.call('close', [other.id]);
});

test('no number, however strange, makes the engine abort', async () => {
  const host = await loadHost();
  const { id } = /** @type {any} */ (host.call('create', [JSON.stringify(busyScenario)]));
  const numbers = [
    0,
    1,
    -1,
    -2,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
  ];
  for (const a of numbers) {
    for (const b of numbers) {
      for (const method of ['trace', 'seek'])
        assert.notEqual(
          codeOf(() => host.call(method, [id, a, b])),
          'aborted',
        );
      assert.notEqual(
        codeOf(() => host.call('step', [id, Math.min(a, 1), b])),
        'aborted',
      );
    }
    assert.notEqual(
      codeOf(() => host.call('seek_time', [id, a])),
      'aborted',
    );
  }
  assert.equal(
    codeOf(() => host.call('seek', [id, 0, 0])),
    'done',
  );
});

/** @param {() => unknown} call */
function codeOf(call) {
  try {
    call();
    return 'done';
  } catch (error) {
    return /** @type {any} */ (error).code;
  }
}

test('the host refuses what the module would choke on', async () => {
  const host = await loadHost();
  assert.throws(() => host.call('create', [5]), { name: 'EngineError', code: 'bad_input' });
  assert.throws(() => host.call('step', ['1', 1, -1]), { code: 'bad_input' });
  assert.throws(() => host.call('dance', []), { code: 'internal' });
  assert.ok(host.call('about', []));
});

test('a session ends politely at a million events', async () => {
  const session = await engine.create({
    seed: 1,
    workload: { clients: 20, duration_ms: 100_000_000, think_ms: 1 },
  });
  await session.step();
  assert.equal(session.status.position, 1_000_000);
  assert.ok(session.status.ended);
  assert.match(session.status.message, /1 000 000 events/);
  await session.seek(999_990);
  assert.equal(session.status.position, 999_990);
  await session.close();
});
