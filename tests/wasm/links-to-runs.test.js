/** From what students hand in to what `systemsim grade` reads; a bad row is named, and stops no other. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeLink } from '../../web/engine/link.js';
import { runsOf } from '../../web/engine/links-to-runs.mjs';
import { root } from '../lib/files.js';

const scenario = { seed: 7, actions: [{ do: 'put', client: 'c1', key: 'x', value: 'é', at_us: 5 }] };
const text = encodeLink({ scenario, position: 3, trace_version: 1, challenge: 'miss-it' });
const free = encodeLink({ scenario, position: 3, trace_version: 1 });
const address = `https://example.org/labs/quorum-playground/#run=${text}`;
const run = { challenge: 'miss-it', scenario };

test('one link a line, as a whole address, within a figure’s address, or bare', () => {
  const column = `${address}\n\nhttps://example.org/#fig=x&run=${text}&lid=one\r\n${text}`;
  assert.deepEqual(runsOf(column), { runs: [run, run, run], problems: [] });
});

test('a table with names: separators, quotation marks, a heading, and the columns in any order', () => {
  const ada = { challenge: 'miss-it', student: 'Lovelace, Ada', scenario };
  const expected = { runs: [ada, { ...ada, student: 'Grace "Amazing" Hopper' }], problems: [] };
  const comma = `\ufeffname,link\n"Lovelace, Ada",${address}\n"Grace ""Amazing"" Hopper","${address}"\n`;
  assert.deepEqual(runsOf(comma), expected);
  const tab = `link\tname\n${address}\tLovelace, Ada\n${text}\t"Grace ""Amazing"" Hopper"\n`;
  assert.deepEqual(runsOf(tab), expected);
});

test('what cannot be taken is named by its line and its reason', () => {
  const rows = ['name,link', `Ada,${free}`, 'Ben,', '"C\nc",x', `Eve,${text.slice(0, -4)}`, `Flo,${text}`];
  assert.deepEqual(runsOf(rows.join('\n')), {
    runs: [{ ...run, student: 'Flo' }],
    problems: [
      'line 2: This link is of a run in free play: it answers no challenge.',
      'line 3: there is no link to a run in it',
      'line 4: there is no link to a run in it',
      'line 6: This link is damaged: a part of it is missing or was changed on the way.',
    ],
  });
});

test('the command writes a line for each run, complaints beside them, and says so with its exit code', () => {
  const command = join(root, 'web/engine/links-to-runs.mjs');
  const out = execFileSync(process.execPath, [command], { input: `Ada,${address}\n`, encoding: 'utf8' });
  assert.deepEqual(JSON.parse(out), { ...run, student: 'Ada' });
  const some = spawnSync(process.execPath, [command], { input: `${text}\nx,y`, encoding: 'utf8' });
  assert.deepEqual([some.status, some.stderr], [1, 'line 2: there is no link to a run in it\n']);
  assert.equal(spawnSync(process.execPath, [command], { input: '\n' }).status, 2);
  assert.equal(spawnSync(process.execPath, [command, 'no such file']).status, 2);
});
