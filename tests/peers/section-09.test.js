/**
 * The job "torn_log" says what LevelDB recovers, in its column `leveldb`, which our own reader fills. Here the real
 * LevelDB is given the same directories: the log cut at every byte, and a bit of each byte turned.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { root } from '../lib/files.js';
import { long } from '../lib/property.js';

const run = promisify(execFile);
const native = (/** @type {string} */ program) => join(root, 'build/native', program);

/** @param {string[]} options the job's report */
const tornLog = async (...options) =>
  JSON.parse((await run(native('systemsim'), ['lsm', 'torn-log', ...options])).stdout);

/** @param {string} text */
const hex = (text) => Buffer.from(text).toString('hex');

/** What the column says: the pairs as torn_log_peer prints them, or that it is refused. @param {any} report */
const said = ({ leveldb, records }) =>
  leveldb.opened
    ? records
        .filter((/** @type {unknown} */ _, /** @type {number} */ at) => leveldb.recovered.includes(at))
        .map((/** @type {{key: string, value: string}} */ { key, value }) => `${hex(key)}\t${hex(value)}\n`)
        .sort()
        .join('')
    : 'refused';

/** What the real one makes of the directory in an archive. @param {string} archive base64 */
async function recovered(archive) {
  const directory = await mkdtemp(join(tmpdir(), 'systemsim-'));
  try {
    const file = join(directory, 'torn.tar');
    await writeFile(file, Buffer.from(archive, 'base64'));
    await run('tar', ['-xf', file, '-C', directory]);
    const opened = run(native('torn_log_peer'), [join(directory, 'systemsim-torn-log'), '--pairs']);
    return await opened.then(
      ({ stdout }) => stdout,
      (failure) => (failure.code === 1 ? 'refused' : Promise.reject(failure)),
    );
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** @param {string[][]} damages the options of each @returns {Promise<Map<string, number>>} what came back, how often */
async function compare(damages) {
  const outcomes = new Map();
  const left = [...damages];
  const worker = async () => {
    for (let options = left.pop(); options; options = left.pop()) {
      const report = await tornLog(...options, '--archive');
      const pairs = await recovered(report.archive);
      assert.equal(said(report), pairs, `torn-log ${options.join(' ')}`);
      assert.equal(report.leveldb.puts, pairs === 'refused' ? null : pairs.split('\n').length - 1);
      outcomes.set(pairs, (outcomes.get(pairs) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return outcomes;
}

const { bytes } = (await tornLog()).log;

test('after a cut at every byte, LevelDB has the pairs that the job says', async (t) => {
  const cuts = Array.from({ length: bytes + 1 }, (_, cut) => ['--cut', `${cut}`]);
  const outcomes = await compare(cuts);
  assert.equal(outcomes.size, 4, 'none, one, two and three puts came back');
  t.diagnostic(`${cuts.length} cuts, 0 differences`);
});

test('with a bit of each byte turned, LevelDB has the pairs that the job says', async (t) => {
  const bits = long ? [0, 1, 2, 3, 4, 5, 6, 7] : [null];
  const flips = Array.from({ length: bytes }, (_, byte) =>
    bits.map((bit) => ['--flip', `${byte}`, '--bit', `${bit ?? byte % 8}`]),
  ).flat();
  const outcomes = await compare(flips);
  assert.equal(outcomes.size, 3, 'none, one and two puts came back');
  t.diagnostic(`${flips.length} bits, 0 differences`);
});
