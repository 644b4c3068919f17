/**
 * web/engine/engine.d.ts is written by hand, so it is compared here with the module's functions and with what the
 * views really hold: every field of an answer is declared, with a type that fits, and every declared one is there.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busyScenario, moduleOf, openTestEngine } from '../lib/engine.js';
import { readText } from '../lib/files.js';

/** @import { SessionModule } from '../../web/engine/engine.d.ts' */

const text = readText('web/engine/engine.d.ts');
const interfaces = new Map(
  [...text.matchAll(/export interface (\w+)(?: extends (\w+(?:, \w+)*))? \{((?:\n {2}.*)*)\n?\}/g)].map(
    ([, name, above, body]) => [name, { above: above?.split(', ') ?? [], body }],
  ),
);
const aliases = new Map(
  [...text.matchAll(/export type (\w+) =\s*([^;]+(?:;[^;]*\})?);/g)].map(([, name, type]) => [name, type]),
);

/**
 * Fields of an interface, the inherited ones too: [name, type, optional].
 * @param {string} name
 * @returns {[string, string, boolean][]}
 */
function fieldsOf(name) {
  const { above, body } = interfaces.get(name) ?? assert.fail(`no interface ${name}`);
  const own = [...body.matchAll(/^ {2}(\w+)(\??): ([\s\S]*?);$/gm)].map(([, field, mark, type]) => [
    field,
    type,
    mark === '?',
  ]);
  return [...above.flatMap(fieldsOf), .../** @type {[string, string, boolean][]} */ (own)];
}

/**
 * Why a value does not fit a type, or null. Knows as much of the language as engine.d.ts uses.
 * @param {unknown} value
 * @param {string} type
 * @param {string} place
 * @returns {string | null}
 */
function misfit(value, type, place) {
  const choices = splitUnion(type);
  if (choices.length > 1) {
    const misfits = choices.map((choice) => misfit(value, choice, place));
    return misfits.includes(null) ? null : misfits.join('; or ');
  }
  if (type.endsWith('[]')) {
    if (!Array.isArray(value)) return `${place}: not a list`;
    return first(value.map((item, i) => misfit(item, type.slice(0, -2), `${place}/${i}`)));
  }
  if (type === 'null') return value === null ? null : `${place}: not null`;
  if (/^'.*'$/.test(type))
    return value === type.slice(1, -1) ? null : `${place}: ${JSON.stringify(value)} is not ${type}`;
  if (['string', 'number', 'boolean'].includes(type)) {
    return typeof value === type ? null : `${place}: ${JSON.stringify(value)} is not a ${type}`;
  }
  if (type.startsWith('{'))
    return typeof value === 'object' && value !== null ? null : `${place}: not an object`;
  const alias = aliases.get(type);
  if (alias) return misfit(value, alias, place);
  if (typeof value !== 'object' || value === null) return `${place}: not a ${type}`;
  const fields = fieldsOf(type);
  const unknown = Object.keys(value).find((key) => !fields.some(([field]) => field === key));
  if (unknown) return `${place}/${unknown}: not declared in ${type}`;
  return first(
    fields.map(([field, fieldType, optional]) => {
      if (!(field in value)) return optional ? null : `${place}/${field}: missing`;
      return misfit(/** @type {any} */ (value)[field], fieldType, `${place}/${field}`);
    }),
  );
}

/** @param {string} type */
const splitUnion = (type) =>
  type.startsWith('{')
    ? [type]
    : type
        .split('|')
        .map((part) => part.trim())
        .filter(Boolean);

/** @param {(string | null)[]} misfits */
const first = (misfits) => misfits.find((one) => one !== null) ?? null;

for (const [name, parts] of /** @type {const} */ ([
  ['systemsim', ['EngineModule', 'SessionModule']],
  ['systemsim-trees', ['EngineModule', 'SessionModule']],
  ['systemsim-healing', ['EngineModule', 'SessionModule', 'JobModule']],
  ['systemsim-jobs', ['EngineModule', 'JobModule']],
  ['systemsim-store', ['EngineModule', 'JobModule']],
  ['systemsim-sync', ['EngineModule', 'JobModule', 'QuestionModule']],
  ['systemsim-embed', ['EngineModule', 'SessionModule', 'JobModule']],
])) {
  test(`every function of ${name} is declared, and every declared one is there`, async () => {
    const { glue, wasmBytes } = await moduleOf(name);
    const module = await glue({ wasmBinary: wasmBytes });
    const declared = parts.flatMap((part) => {
      const { body } = interfaces.get(part) ?? assert.fail(`no ${part}`);
      return [...body.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name);
    });
    assert.ok(declared.length >= 4);
    for (const name of declared) {
      assert.equal(typeof (/** @type {any} */ (module)[name]), 'function', name);
    }
    // What is left is the glue's own: capitals, underscores, and a few names that Emscripten has always used.
    const glueOwn =
      /^(_|asm$|ready$|calledRun$|HEAP|[A-Z]|inspect|abort|print|printErr|quit|thisProgram|arguments|run$|then$|preloaded)|^(dyn|stack|wasm|preRun|postRun|preInit|get|set|flush|count|requestAnimation|instantiate|locateFile|on[A-Z])/;
    const undeclared = Object.keys(module).filter((key) => !declared.includes(key) && !glueOwn.test(key));
    assert.deepEqual(undeclared, []);
  });
}

test('raw answers have the declared fields', async () => {
  const { glue, wasmBytes } = await moduleOf('systemsim');
  const module = /** @type {SessionModule} */ (await glue({ wasmBinary: wasmBytes }));
  const status = module.create('{}');
  assert.equal(misfit(status, 'Status', 'create'), null);
  assert.equal(misfit(module.create('{'), 'Status', 'create'), null);
  assert.equal(misfit(module.view(status.id, 'stage'), 'Text', 'view'), null);
  assert.equal(misfit(module.view(status.id, '?'), 'Text', 'view'), null);
  assert.equal(misfit(module.about(), 'Text', 'about'), null);
  const { bytes, ...outcome } = module.trace(status.id, 0, 1);
  assert.ok(bytes instanceof Uint8Array);
  assert.equal(misfit(outcome, 'Outcome', 'trace'), null);
});

const views = /** @type {const} */ ([
  'stage',
  'history',
  'messages',
  'ring',
  'summary',
  'counters',
  'verdict',
  'fates',
  'store',
  'healing',
  'hash',
  'scenario',
]);

/** All but the setting of W and R, which an owner does not know. */
const faults = busyScenario.actions.filter((action) => action.do !== 'set');

/** In each of them. */
const neededOfAll = [
  '"up":false',
  '"behind"',
  '"in_flight"',
  '"lost"',
  '"cut"',
  '"down"',
  '"state":"held"',
  '"held":true',
  '"to_be_held":true',
  '"timeout"',
  '"request"',
  '"hex"',
];

for (const [name, cluster, more, needed] of /** @type {const} */ ([
  [
    'without an owner',
    { nodes: 5, n: 3, w: 1, r: 1, coordinator: 'any' },
    [],
    ['"counterexample":{', '"stale"', '"write":{"sent"'],
  ],
  [
    'with one owner',
    { mode: 'single_owner', nodes: 5, n: 3 },
    [
      { do: 'put', key: 'k1', value: '1', at_ms: 100 },
      { do: 'cas', key: 'k1', expected: '1', value: '2', at_ms: 2100 },
      { do: 'cas', key: 'k1', expected: '1', value: '3', at_ms: 2600 },
      { do: 'cas', key: 'new', expected: null, value: '4', at_ms: 3500 },
    ],
    [
      '"lock":{',
      '"owner":"',
      '"not_equal"',
      '"since_us":null',
      '"cas":{"p50":',
      ...['lease', 'granted', 'learn', 'learned', 'append', 'appended', 'commit'].flatMap((kind) => [
        `"kind":"${kind}"`,
        `"${kind}":{"sent"`,
      ]),
    ],
  ],
  [
    'with siblings',
    { nodes: 5, n: 3, w: 1, r: 1, coordinator: 'any', versions: 'dotted' },
    [],
    ['"siblings":[', '"dot":{', '"seen":{', '"conflicting"', '"taken":{"sent"'],
  ],
  [
    'on LSM trees',
    { nodes: 5, n: 3, w: 1, r: 1, coordinator: 'any', store: 'lsm' },
    [],
    ['"engine":"lsm"', '"memtable_entries":', '"write_amplification":1.'],
  ],
  [
    'that heals itself',
    {
      nodes: 5,
      n: 3,
      w: 1,
      r: 1,
      coordinator: 'any',
      read_repair: 'background',
      gossip: {},
      hints: {},
      anti_entropy: { every_ms: 500 },
    },
    [
      { do: 'lose_disk', node: 'B', at_ms: 4100 },
      { do: 'restart', node: 'B', at_ms: 4200 },
      { do: 'pause', node: 'A', at_ms: 4300 },
      { do: 'resume', node: 'A', at_ms: 5000 },
      { do: 'slow', node: 'D', ms: 5, at_ms: 4300 },
    ],
    [
      '"paused":true',
      '"rebuilding":true',
      '"slow_ms":5',
      '"by":"',
      '"for":"',
      ...['gossip', 'gossiped', 'compare', 'compared', 'sync', 'synced', 'restore', 'restored'].flatMap(
        (kind) => [`"kind":"${kind}"`, `"${kind}":{"sent"`],
      ),
    ],
  ],
  [
    'on tiers',
    { nodes: 5, n: 3, w: 1, r: 1, coordinator: 'any', store: 'tiers', memory_bytes: 100 },
    [],
    ['"engine":"tiers"', '"in_memory":2', '"evictions":1'],
  ],
])) {
  test(`views hold what is declared, in the middle of a run and at its end, ${name}`, async () => {
    const session = await openTestEngine().create({
      ...busyScenario,
      records: [{ key: { hex: '00ff' }, value: '0' }],
      cluster,
      actions: [...faults, { do: 'hold', to: 'C', at_ms: 4000 }, ...more],
    });
    const types = new Map(fieldsOf('Views').map(([field, type]) => [field, type]));
    assert.deepEqual([...types.keys()].sort(), [...views].sort());
    // Told by the module of such clusters alone.
    const told = views.filter((view) => view !== 'healing' || name === 'that heals itself');
    /** @type {string[]} */
    const seen = [];
    // Now and then, more often while messages are on their way to the door that is closed, and at the end.
    for (const step of [0, 37, 600, 123, 'door', ...Array(40).fill(5), 577, 700, 1_000_000]) {
      if (step === 'door') await session.step({ untilUs: 4_000_000 });
      else if (step > 0) await session.step({ maxEvents: step });
      for (const view of told) {
        const value = await session.view(view);
        seen.push(JSON.stringify(value));
        assert.equal(misfit(value, types.get(view) ?? '', view), null);
      }
    }
    // Each optional thing has really been looked at.
    const all = seen.join('\n');
    for (const part of [...neededOfAll, ...needed]) {
      assert.ok(all.includes(part), `the run never showed ${part}`);
    }
    await session.close();
  });
}

test('branches, jobs and about hold what is declared', async () => {
  const engine = openTestEngine();
  const session = await engine.create(busyScenario);
  await session.step({ maxEvents: 100 });
  await session.fork();
  assert.equal(misfit(await session.branches(), 'Branch[]', 'branches'), null);
  assert.equal(misfit(await engine.about(), 'About', 'about'), null);
  const actions = [
    { do: 'put', client: 'c1', key: 'x', value: '1', at_us: 0 },
    { do: 'get', client: 'c2', key: 'x', after: 0, at_us: 0 },
  ];
  const result = await engine.runJob({
    job: 'trials',
    scenario: { actions },
    seeds: { from: 1, to: 3 },
    probe: 1,
    ages_us: [0],
  });
  assert.equal(misfit(result, 'Trials', 'trials'), null);
  const weak = { cluster: { w: 1, r: 1 }, workload: { duration_ms: 100, think_ms: 5, keys: 1 } };
  const search = await engine.runJob({ job: 'search', scenario: weak, promise: 'regular' });
  assert.equal(misfit(search, 'SearchReport', 'search'), null);
  const found = search.found ?? assert.fail('nothing was found');
  const shrink = await engine.runJob({ job: 'shrink', scenario: found.scenario });
  assert.equal(misfit(shrink, 'ShrinkReport', 'shrink'), null);
  assert.ok(shrink.broken && shrink.ops === 2);
  const challenge = JSON.parse(readText('content/challenges/miss-it.json'));
  const grade = await engine.runJob({
    job: 'grade',
    challenge,
    scenario: challenge.solution,
    student: 'Ada',
  });
  assert.equal(misfit(grade, 'GradeReport', 'grade'), null);
  /** @type {import('../../web/engine/engine.d.ts').Claim} */
  const half = {
    id: 'x',
    sentence: 'One of two operations is a put.',
    experiment: { kind: 'run', scenario: { actions } },
    measure: { of: '/ops/puts', over: ['/ops/total'] },
    expect: { value: 0.5, within: 0 },
    source: 'counted by hand',
  };
  const claim = await engine.runJob({ job: 'claim', claim: half });
  assert.equal(misfit(claim, 'ClaimReport', 'claim'), null);
  assert.deepEqual([claim.measured, claim.holds, claim.stands], [0.5, true, true]);
  const claims = await engine.runJob({ job: 'claims', claims: [half, { ...half, fails: true }] });
  assert.equal(misfit(claims, 'ClaimsReport', 'claims'), null);
  assert.deepEqual(claims.claims, [
    { id: 'x', measured: 0.5, holds: true, stands: true },
    { id: 'x', measured: 0.5, holds: true, stands: false },
  ]);
});

test('what the jobs about a store report is declared too', async () => {
  const engine = openTestEngine();
  for (const [job, type] of /** @type {[any, string][]} */ ([
    [{ job: 'torn_log', each_byte: true, archive: true }, 'TornLogReport'],
    [{ job: 'torn_log', flip: { byte: 1 } }, 'TornLogReport'],
    [{ job: 'torn_log', cut: 0 }, 'TornLogReport'],
    [{ job: 'lookups', keys: 500, reads: 50, bloom_bits: 0, each_bits: true }, 'LookupsReport'],
    [{ job: 'deletions', keys: 500, archive: 'compacted' }, 'DeletionsReport'],
  ])) {
    const reports = [];
    reports.push(await engine.runJob(job, { onProgress: (report) => reports.push(report) }));
    for (const report of reports) assert.equal(misfit(report, type, type), null);
  }
});

test('what siblings add is declared too', async () => {
  const engine = openTestEngine();
  for (const [name, needed] of [
    ['cart-cut-clocks', ['"clock":{"A":', '"unresolved":true', '"siblings":[', '"take"']],
    ['cart-cut-dotted', ['"dot":{"machine":', '"seen":{', '"taken"']],
    ['cap-refuse', ['"refused"']],
  ]) {
    const text = readText(`tests/golden/scenarios/${name}.json`);
    const session = await engine.create(JSON.parse(text));
    const seen = [];
    for (let i = 0; i < 12; ++i) {
      await session.step({ maxEvents: 8 });
      for (const [view, type] of /** @type {const} */ ([
        ['stage', 'Stage'],
        ['history', 'History'],
        ['messages', 'Messages'],
        ['counters', 'Counters'],
      ])) {
        const value = await session.view(view);
        seen.push(JSON.stringify(value));
        assert.equal(misfit(value, type, view), null);
      }
    }
    for (const part of needed) assert.ok(seen.join('').includes(part), `${name} never showed ${part}`);
  }
});

test('the fates of the five records hold what is declared, from the first event to the last', async () => {
  const session = await openTestEngine().create({
    seed: 4,
    cluster: { w: 1, r: 1 },
    workload: { clients: 3, duration_ms: 2000, think_ms: 5, traffic: 'five-records' },
  });
  const states = new Set();
  for (const maxEvents of [0, 100, 1000, 1_000_000]) {
    if (maxEvents > 0) await session.step({ maxEvents });
    const view = await session.view('fates');
    assert.equal(misfit(view, 'Fates', 'fates'), null);
    const fates = view.fates ?? assert.fail('no fates');
    assert.equal(fates.counter.final === null, maxEvents < 1_000_000);
    for (const fate of Object.values(fates)) states.add(fate.state);
  }
  assert.deepEqual([...states].sort(), ['broken', 'held', 'untested']);
  await session.close();
});

test('the comparison sees a planted fault', () => {
  assert.match(misfit({ branch: 0 }, 'Branch', 'x') ?? '', /parent: missing/);
  assert.match(misfit([{ name: 'A', rack: 0, share: '1' }], 'RingNode[]', 'x') ?? '', /not a number/);
  assert.match(misfit({ name: 'A', rack: 0, share: 1, more: 2 }, 'RingNode', 'x') ?? '', /not declared/);
  assert.match(misfit('grace', "'fresh' | 'stale' | null", 'x') ?? '', /is not/);
});
