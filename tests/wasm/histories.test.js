/**
 * The checker in WebAssembly: histories of other projects (when the shared folder beside this repository is there) are
 * judged as published, each in less than a second; a read changed to a value that nobody wrote is always rejected.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openTestEngine } from '../lib/engine.js';
import { root } from '../lib/files.js';

const facts = join(root, '../shared/facts');
const present = existsSync(join(facts, 'histories'));
if (!present)
  process.stderr.write(
    '     no ../shared/facts beside this repository: histories of others are not judged\n',
  );
const engine = openTestEngine();

/** @param {string} history @param {object} [options] */
const check = async (history, options = {}) => {
  const { result } = await engine.runJob({ job: 'check', history, ...options });
  assert.ok(result);
  return result;
};

/** The histories that have a published outcome. */
const published = () =>
  [
    ['expected-porcupine.csv', 'jepsen/', 'etcd/'],
    ['expected-porcupine.csv', 'kv/', 'kv/'],
    ['expected-knossos.csv', 'data/cas-register/', 'knossos/'],
  ].flatMap(([list, prefix, folder]) =>
    readFileSync(join(facts, 'histories', list), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(prefix))
      .map((line) => {
        const [file, , outcome] = line.split(',');
        const name = folder + file.slice(prefix.length);
        return {
          name,
          text: readFileSync(join(facts, 'histories', name), 'utf8'),
          linearizable: outcome === 'true',
        };
      }),
  );

if (present) {
  test('histories of Porcupine and Knossos are judged as published, each in less than a second', async (t) => {
    let slowest = 0;
    const all = published();
    assert.ok(all.length >= 30);
    for (const { name, text, linearizable } of all) {
      const start = performance.now();
      const result = await check(text);
      slowest = Math.max(slowest, performance.now() - start);
      assert.equal(result.linearizable, linearizable, name);
    }
    t.diagnostic(`${all.length} histories, the slowest in ${slowest.toFixed(1)} ms`);
    assert.ok(slowest < 1000, `${slowest} ms`);
  });

  test('one read of a right log changed to a value that nobody wrote is rejected', async () => {
    for (const { name, text, linearizable } of published()) {
      if (!linearizable || !name.startsWith('etcd/')) continue;
      const lines = text.split('\n');
      const reads = lines.flatMap((line, i) => (/:ok\s+:read\s+\d/.test(line) ? [i] : []));
      for (const at of reads) {
        const changed = [...lines];
        changed[at] = lines[at].replace(/\d+$/, '777');
        assert.equal((await check(changed.join('\n'))).linearizable, false, `${name}, line ${at + 1}`);
      }
    }
  });
}

test('a history that is too hard for its budget is undecided, and says so', async () => {
  const writes = Array.from({ length: 12 }, (_, i) => `{:process ${i} :type :invoke :f :write :value ${i}}`);
  const done = writes.map((line) => line.replace(':invoke', ':ok'));
  // One value, another, and the first again: each alone is right, and no order of the writes gives all three.
  const reads = [1, 2, 1].flatMap((value) => [
    '{:process 0 :type :invoke :f :read :value nil}',
    `{:process 0 :type :ok :f :read :value ${value}}`,
  ]);
  const text = [...writes, ...done, ...reads].join('\n');
  assert.equal((await check(text, { states: 100 })).linearizable, null);
  assert.equal((await check(text)).linearizable, false);
});

test('a malformed history is an error with its line', async () => {
  const text = '{:process 0 :type :invoke :f :read :value nil}\n{:process 0 :type :done :f :read :value 1}';
  await assert.rejects(check(text), (/** @type {any} */ error) => {
    assert.equal(error.code, 'bad_input');
    assert.match(error.message, /^line 2: expected /);
    return true;
  });
});

test('fifty clients who append to one key are judged in less than a second, right or wrong', async (t) => {
  // Rounds of fifty overlapping appends, and then a get that shows the order in which they took effect.
  const clients = 50;
  /** @param {number} rounds @param {boolean} wrong */
  const history = (rounds, wrong) => {
    /** @type {string[]} */
    const lines = [];
    let held = '';
    for (let round = 0; round < rounds; round++) {
      const order = Array.from({ length: clients }, (_, i) => (i * 7 + round * 3) % clients);
      for (const c of order)
        lines.push(`{:process ${c} :type :invoke :f :append :key "k" :value "${c}.${round} "}`);
      for (const c of [...order].reverse()) {
        held += `${c}.${round} `;
        lines.push(`{:process ${c} :type :ok :f :append :key "k" :value "${c}.${round} "}`);
      }
      const seen = wrong && round === rounds - 1 ? held.replace('7.0 ', '') : held;
      lines.push('{:process 0 :type :invoke :f :get :key "k" :value nil}');
      lines.push(`{:process 0 :type :ok :f :get :key "k" :value "${seen}"}`);
    }
    return lines.join('\n');
  };
  for (const wrong of [false, true]) {
    const start = performance.now();
    const result = await check(history(3, wrong));
    t.diagnostic(
      `${wrong ? 'wrong' : 'right'}: ${(performance.now() - start).toFixed(0)} ms, ${result.states} states`,
    );
    assert.equal(result.linearizable, !wrong);
    assert.ok(performance.now() - start < 1000);
  }
});

test('ten clients who put, append and get one key at once are judged in less than a second', async (t) => {
  // Each call has its moment within it; what a get returns is what was there at its moment.
  let state = 1n;
  const below = (/** @type {number} */ count) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number((state >> 33n) % BigInt(count));
  };
  const clients = 10;
  const free = new Array(clients).fill(0);
  const calls = Array.from({ length: 400 }, (_, i) => {
    const client = free.indexOf(Math.min(...free));
    const begin = free[client] + 1 + below(1000);
    const moment = begin + 1 + below(10_000);
    free[client] = moment + 1 + below(10_000);
    const kind = below(100);
    return {
      client,
      begin,
      moment,
      end: free[client],
      f: kind < 52 ? 'append' : kind < 94 ? 'get' : 'put',
      value: `x ${client} ${i} y`,
    };
  });
  let held = '';
  for (const call of [...calls].sort((a, b) => a.moment - b.moment)) {
    if (call.f === 'get') call.value = held;
    else held = call.f === 'put' ? call.value : held + call.value;
  }
  const text = () =>
    calls
      .flatMap(({ client, begin, end, f, value }) => [
        {
          at: begin,
          line: `{:process ${client} :type :invoke :f :${f} :key "k" :value ${f === 'get' ? 'nil' : `"${value}"`}}`,
        },
        { at: end, line: `{:process ${client} :type :ok :f :${f} :key "k" :value "${value}"}` },
      ])
      .sort((a, b) => a.at - b.at)
      .map(({ line }) => line)
      .join('\n');
  for (const right of [true, false]) {
    if (!right) {
      // The last get that saw three pieces saw the first two the other way round.
      const get = calls.filter(({ f, value }) => f === 'get' && value.split('x').length > 3).at(-1);
      assert.ok(get);
      const [, one, two, ...rest] = get.value.split('x');
      get.value = ['', two, one, ...rest].join('x');
    }
    const start = performance.now();
    const result = await check(text());
    const ms = performance.now() - start;
    t.diagnostic(`${right ? 'right' : 'wrong'}: ${ms.toFixed(0)} ms, ${result.states} states`);
    assert.equal(result.linearizable, right);
    assert.ok(ms < 1000, `${ms} ms`);
  }
});
