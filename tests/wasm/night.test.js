/** One night on call has one solution, and the table of near misses says what the engine says. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { challenges } from '../../labs/quorum-playground/challenge-run.js';
import { everyQuorum, missedBy, nightGrid, rowsOf, rowText } from '../../web/build/night-grid.mjs';

const night = /** @type {any} */ (challenges.find(({ id }) => id === 'night-on-call'));
const command = 'build/native/systemsim';
const printed = readFileSync('labs/quorum-playground/night.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| \d/.test(line));

const long = process.env.SYSTEMSIM_LONG === '1';

/** @param {import('../../web/build/night-grid.mjs').Quorum[]} quorums */
const swept = (quorums) =>
  rowsOf(
    execFileSync(command, ['sweep', '-'], {
      input: JSON.stringify(nightGrid(quorums)),
      encoding: 'utf8',
      maxBuffer: 1e9,
    }),
  );

test('the table has every setting, and one passes, which is the stored solution and not the start', () => {
  assert.equal(printed.length, everyQuorum().length);
  const passing = printed.filter((line) => line.includes('passes'));
  assert.deepEqual(
    passing.map((line) => line.split(' | ').slice(0, 3).join(' ')),
    ['| 5 2 3'],
  );
  const { n, w, r } = night.solution.cluster;
  assert.deepEqual([n, w, r], [5, 2, 3]);
});

test('the engine says of the solution and of its neighbours what the table says', () => {
  const rows = swept([
    { n: 5, w: 2, r: 3 },
    { n: 5, w: 1, r: 3 },
    { n: 5, w: 2, r: 4 },
    { n: 4, w: 2, r: 2 },
  ]);
  for (const row of rows) assert.ok(printed.includes(rowText(row)), rowText(row));
  assert.deepEqual(rows.map(missedBy), [[], ['stale'], ['unanswered'], ['slow writes']]);
});

if (long)
  test('the engine says of every setting what the table says', () => {
    const rows = swept(everyQuorum());
    assert.deepEqual(rows.map(rowText).sort(), [...printed].sort());
    assert.equal(rows.filter((row) => missedBy(row).length === 0).length, 1);
  });

test('its faults are what the nemesis of that name makes of that luck', () => {
  const { actions, ...calm } = night.scenario;
  /** @param {object} scenario */
  const hashOf = (scenario) => {
    const file = join(mkdtempSync(join(tmpdir(), 'night-')), 'night.json');
    writeFileSync(file, JSON.stringify(scenario));
    return JSON.parse(execFileSync(command, ['run', file, '--seed', '23'], { encoding: 'utf8' }))
      .trace_sha256;
  };
  const nemesis = { mix: 'crash', until_ms: 4000, every_ms: 1000 };
  assert.equal(actions.length, 6);
  assert.equal(hashOf({ ...calm, actions }), hashOf({ ...calm, nemesis }));
  assert.notEqual(hashOf({ ...calm, actions: actions.slice(2) }), hashOf({ ...calm, nemesis }));
});
