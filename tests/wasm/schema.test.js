/**
 * The published schema and the engine's reader agree: what one takes the other takes, and structural mistakes are
 * refused by both. What a schema cannot say (w above n, say) the engine alone refuses.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { openTestEngine } from '../lib/engine.js';

const root = new URL('../../', import.meta.url);
/** @returns {any} */
const read = (/** @type {string} */ path) => JSON.parse(readFileSync(new URL(path, root), 'utf8'));
const valid = new Ajv2020({ strictSchema: false }).compile(read('content/scenario.schema.json'));
const engine = openTestEngine();

/** Why the engine refuses a scenario; null when it takes it. @param {any} scenario @returns {Promise<string | null>} */
async function refusal(scenario) {
  try {
    const session = await engine.create(scenario);
    await session.close();
    return null;
  } catch (error) {
    return String(/** @type {Error} */ (error).message);
  }
}

/** What only the engine can see: fields that depend on one another, and names of this run. */
const beyondSchema =
  /is more than|expected a (machine|client)|index of an earlier|named twice|must not be empty|bytes; the most|whole number of microseconds|the (first|last) share is|shares ascend|times do not fall|is less than|ids are unique|unless duration_ms is 0/;

const scenarios = [
  ...readdirSync(new URL('tests/golden/scenarios/', root)).map((name) => `tests/golden/scenarios/${name}`),
  ...readdirSync(new URL('content/scenarios/', root)).map((name) => `content/scenarios/${name}`),
];

test('every scenario of the repository is taken by both, also as the engine writes it back', async () => {
  for (const path of scenarios) {
    const scenario = read(path);
    assert.ok(Boolean(valid(scenario)), `${path}: ${JSON.stringify(valid.errors)}`);
    const session = await engine.create(scenario);
    const written = /** @type {any} */ (await session.view('scenario'));
    assert.ok(valid(written), `${path} written back: ${JSON.stringify(valid.errors)}`);
    await session.close();
  }
});

/** Every place in a value, as a path of names and indices. @param {any} value @param {(string | number)[]} path @returns {(string | number)[][]} */
function places(value, path = []) {
  if (value === null || typeof value !== 'object') return [path];
  return [path, ...Object.keys(value).flatMap((key) => places(value[key], [...path, key]))];
}

/** @param {any} value @param {(string | number)[]} path @param {(parent: any, key: string | number) => void} change */
function changed(value, path, change) {
  const copy = structuredClone(value);
  const parent = path.slice(0, -1).reduce((at, key) => at[key], copy);
  change(parent, path[path.length - 1]);
  return copy;
}

test('a field of the wrong type, or an unknown one, is refused by both', async () => {
  const wrong = [null, true, -1, 1.5, 'nonsense', [], { nonsense: 1 }, 1e300];
  let refused = 0;
  for (const name of [
    'set-conditions',
    'partition',
    'deletes-and-bytes',
    'disk-hdd-crash',
    'chain-of-afters',
    'hold-one-write',
    'hold-through-faults',
    'ids-of-their-own',
    'latency-kinds',
    'latency-set-tables',
    'latency-ymmr-printed',
    'zipf-million-open',
    'hot-key',
    'owner-cas',
    'owner-lock-cut-off',
    'owner-five-records',
  ]) {
    const scenario = read(`tests/golden/scenarios/${name}.json`);
    scenario.actions = scenario.actions?.slice(0, 4);
    for (const path of places(scenario).slice(1)) {
      for (const value of wrong) {
        const mutant = changed(scenario, path, (parent, key) => {
          parent[key] = value;
        });
        const bySchema = valid(mutant);
        const reason = await refusal(mutant);
        const what = `${path.join('/')} = ${JSON.stringify(value)}`;
        if (bySchema) assert.ok(reason === null || beyondSchema.test(reason), `${what}: ${reason}`);
        else assert.ok(reason !== null, `${what}: the engine took it`);
        if (!bySchema) refused += 1;
      }
    }
    for (const path of places(scenario).filter((p) => p.length > 0)) {
      const mutant = changed(scenario, path, (parent, key) => {
        if (Array.isArray(parent)) return;
        parent[`${key}_x`] = 1;
      });
      if (valid(mutant)) continue;
      assert.ok(await refusal(mutant), `${path.join('/')}_x: the engine took it`);
    }
  }
  assert.ok(refused > 500, `only ${refused} mutants were refused`);
});

test('a field of one profile, or of one way to draw keys, is refused by both where it is another’s', async () => {
  const own = {
    ms: 1,
    alpha: 2,
    xm_ms: 1,
    min_ms: 1,
    max_ms: 3,
    quantiles: [
      [0, 1],
      [1, 2],
    ],
  };
  /** @type {Record<string, string[]>} */
  const fieldsOf = {
    constant: ['ms'],
    exponential: ['ms'],
    'lnkd-ssd': [],
    'lnkd-disk': [],
    ymmr: ['alpha'],
    wan: [],
    uniform: ['min_ms', 'max_ms'],
    pareto: ['xm_ms', 'alpha'],
    table: ['quantiles'],
  };
  const tried = [];
  for (const [profile, fields] of Object.entries(fieldsOf)) {
    for (const [field, value] of Object.entries(own)) {
      const needed = profile === 'table' ? { quantiles: own.quantiles } : {};
      const choice = { profile, ...needed, [field]: value };
      const takes = fields.includes(field);
      tried.push({ takes, scenario: { network: { latency: choice } } });
      tried.push({ takes, scenario: { network: { latency: { kinds: { s: choice } } } } });
      tried.push({ takes, scenario: { actions: [{ do: 'set', latency: choice }] } });
    }
  }
  for (const keys_drawn of ['uniform', 'zipf', 'hot']) {
    tried.push({ takes: keys_drawn === 'zipf', scenario: { workload: { keys_drawn, zipf_exponent: 1 } } });
    tried.push({ takes: keys_drawn === 'hot', scenario: { workload: { keys_drawn, hot_share: 0.5 } } });
  }
  for (const [field, value] of Object.entries({
    read_share: 0.5,
    keys: 3,
    keys_drawn: 'uniform',
    value_bytes: 9,
  })) {
    tried.push({ takes: true, scenario: { workload: { traffic: 'keys', [field]: value } } });
    tried.push({ takes: false, scenario: { workload: { traffic: 'five-records', [field]: value } } });
  }
  tried.push({ takes: true, scenario: { workload: { traffic: 'five-records', loop: 'open' } } });
  tried.push({ takes: false, scenario: { network: { latency: { profile: 'table' } } } });
  for (const { takes, scenario } of tried) {
    assert.equal(Boolean(valid(scenario)), takes, JSON.stringify(scenario));
    assert.equal((await refusal(scenario)) === null, takes, JSON.stringify(scenario));
  }
});

test('what has no meaning beside an owner is refused by both there, and what needs one elsewhere', async () => {
  /** @type {{ takes: boolean, scenario: any }[]} */
  const tried = [];
  const single = { mode: 'single_owner' };
  for (const [field, value] of Object.entries({
    w: 2,
    r: 2,
    pending_writes: true,
    local_leg: 'zero',
    fanout: 'all',
    read_repair: 'off',
    write_back: false,
    versions: 'lww',
    coordinator: 'outside',
  })) {
    tried.push({ takes: true, scenario: { cluster: { [field]: value } } });
    tried.push({ takes: false, scenario: { cluster: { ...single, [field]: value } } });
  }
  for (const cluster of [{ lease_ms: 100 }, { coordinator: 'any' }, { epoch_fence: false }, { retries: 2 }]) {
    tried.push({ takes: true, scenario: { cluster: { ...single, ...cluster } } });
    tried.push({ takes: !('lease_ms' in cluster), scenario: { cluster } });
  }
  const call = { do: 'put', key: 'x', value: '1' };
  const cas = { do: 'cas', key: 'x', expected: null, value: '1' };
  for (const { leaderless, owned, action } of [
    { leaderless: false, owned: true, action: cas },
    { leaderless: false, owned: false, action: { ...cas, n: 1 } },
    { leaderless: false, owned: false, action: { ...cas, expected: 1 } },
    { leaderless: true, owned: true, action: call },
    { leaderless: true, owned: false, action: { ...call, n: 3 } },
    { leaderless: true, owned: false, action: { ...call, w: 1 } },
    { leaderless: true, owned: false, action: { do: 'get', key: 'x', r: 1 } },
    { leaderless: true, owned: false, action: { do: 'get', key: 'x', from: ['A', 'B'] } },
    { leaderless: true, owned: true, action: { do: 'hold', from: 'A' } },
    { leaderless: true, owned: false, action: { do: 'set', w: 1 } },
    { leaderless: true, owned: false, action: { do: 'join', node: 'F' } },
    { leaderless: true, owned: false, action: { do: 'leave', node: 'A' } },
  ]) {
    tried.push({ takes: leaderless, scenario: { actions: [action] } });
    tried.push({ takes: owned, scenario: { cluster: single, actions: [action] } });
  }
  const traffic = { traffic: 'five-records', conditional: true };
  tried.push({ takes: true, scenario: { cluster: single, workload: traffic } });
  tried.push({ takes: false, scenario: { workload: traffic } });
  tried.push({ takes: false, scenario: { cluster: single, workload: { conditional: true } } });
  tried.push({ takes: true, scenario: { cluster: single, actions: [{ do: 'crash', node: 'lock' }] } });
  for (const { takes, scenario } of tried) {
    assert.equal(Boolean(valid(scenario)), takes, JSON.stringify(scenario));
    assert.equal((await refusal(scenario)) === null, takes, JSON.stringify(scenario));
  }
});

test('what the engine refuses and the schema takes is only what a schema cannot say', async () => {
  const beyond = [
    { cluster: { n: 3, w: 4 } },
    { cluster: { n: 6 } },
    { actions: [{ do: 'crash', node: 'Z' }] },
    { actions: [{ do: 'crash', node: 'lock' }] },
    { actions: [{ do: 'get', key: 'x', client: 'c9' }] },
    { actions: [{ do: 'get', key: 'x', after: 0 }] },
    { records: [{ key: 'k', value: 'v'.repeat(10_239) }] },
    { records: [{ key: '', value: 'v' }] },
    { actions: [{ do: 'hold', to: 'Z' }] },
    {
      actions: [
        { do: 'get', key: 'x' },
        { do: 'get', key: 'x', id: 0 },
      ],
    },
    { workload: { duration_ms: 1 }, actions: [{ do: 'get', key: 'x', id: 2_097_152 }] },
    { network: { latency: { profile: 'uniform', min_ms: 3, max_ms: 2 } } },
    ...[
      [
        [0.1, 1],
        [1, 2],
      ],
      [
        [0, 1],
        [0.9, 2],
      ],
      [
        [0, 1],
        [0.5, 1],
        [0.5, 2],
        [1, 3],
      ],
      [
        [0, 1],
        [1, 0.5],
      ],
    ].map((quantiles) => ({ network: { latency: { profile: 'table', quantiles } } })),
    { workload: { loop: 'open', think_ms: 0.1 } },
  ];
  for (const scenario of beyond) {
    assert.ok(valid(scenario), JSON.stringify(valid.errors));
    assert.match(String(await refusal(scenario)), beyondSchema);
  }
});
