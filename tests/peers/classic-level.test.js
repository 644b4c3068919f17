/**
 * Directories that our engine wrote, opened by npm's classic-level, which has LevelDB 1.20 inside: it walks the pairs
 * that `systemsim db DIR scan` prints, and so does our own engine in what classic-level leaves.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ClassicLevel } from 'classic-level';
import { root } from '../lib/files.js';

const workloads = 200;

const run = promisify(execFile);

/** @param {string} program @param {string[]} words what it prints */
const native = async (program, ...words) =>
  (await run(join(root, 'build/native', program), words, { maxBuffer: 1 << 28 })).stdout;

/** @param {string} directory every pair, as `scan --hex` prints them */
async function walk(directory) {
  /** @type {ClassicLevel<Buffer, Buffer>} */
  const db = new ClassicLevel(directory, {
    createIfMissing: false,
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
  });
  const pairs = await db.iterator().all();
  await db.close();
  return pairs.map(([key, value]) => `${key.toString('hex')}\t${value.toString('hex')}\n`).join('');
}

/** @param {number} seed @param {string[]} options how many pairs there were */
async function checkDirectory(seed, options) {
  const directory = await mkdtemp(join(tmpdir(), 'systemsim-'));
  try {
    await native('store_peer', directory, String(seed), ...options);
    const ours = await native('systemsim', 'db', directory, 'scan', '--hex');
    const theirs = await walk(directory);
    // Not by assert: it would print megabytes.
    assert.ok(theirs === ours, `seed ${seed}: classic-level walks the same pairs`);
    const left = await native('systemsim', 'db', directory, 'scan', '--hex');
    assert.ok(left === ours, `seed ${seed}: and leaves them`);
    return ours.split('\n').length - 1;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** @type {[string, string[]][]} */
const policies = [
  ['leveled', []],
  ['size-tiered', ['--size-tiered']],
];
for (const [policy, options] of policies) {
  test(`what we write (${policy}), classic-level reads`, async (t) => {
    let next = 1;
    let pairs = 0;
    const worker = async () => {
      while (next <= workloads) {
        const seen = await checkDirectory(next++, options);
        pairs += seen;
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, worker));
    assert.ok(pairs > 100 * workloads);
    t.diagnostic(`${workloads} directories, ${pairs} pairs`);
  });
}

test('while one of the two has a directory open, the other is refused', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'systemsim-'));
  try {
    await native('systemsim', 'db', directory, 'put', 'a', '1');
    const theirs = new ClassicLevel(directory, { createIfMissing: false });
    await theirs.open();
    await assert.rejects(native('systemsim', 'db', directory, 'put', 'a', '2'), {
      code: 2,
      stderr: /in use by another process/,
    });
    await theirs.close();

    const current = () => readFile(join(directory, 'CURRENT'), 'utf8');
    const before = await current();
    const ours = spawn(join(root, 'build/native/systemsim'), ['db', directory, 'fill', '1000000000']);
    const ended = once(ours, 'exit');
    try {
      // Once it has the lock, it begins a new manifest.
      while ((await current()) === before) await setTimeout(5);
      await assert.rejects(new ClassicLevel(directory).open(), (/** @type {any} */ error) => {
        assert.equal(error.cause.code, 'LEVEL_LOCKED');
        return true;
      });
    } finally {
      ours.kill('SIGKILL');
      await ended;
    }
    assert.equal(await new ClassicLevel(directory).get('a'), '1');
  } finally {
    await rm(directory, { recursive: true });
  }
});
