/** What is in the bad day: calls at the same moments for every store, faults that each do something, and conflicts where the page sees them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { columns, measureDay } from '../../web/figures/day-measure.js';
import { dayActions, hourMs, presetOf, presets } from '../../web/figures/day-parts.js';
import { openTestEngine } from '../lib/engine.js';
import { root } from '../lib/files.js';

/** @import { DayResult } from '../../web/figures/day-measure.js' */

const engine = openTestEngine();
after(() => engine.close());

/** @type {Map<string, DayResult>} */
const results = new Map();
for (const preset of presets) results.set(preset.id, await measureDay(engine, preset));
/** @param {string} id */
const dayFor = (id) => results.get(id) ?? assert.fail(id);

const command = join(root, 'build/native/systemsim');

/** All calls of a stored day. @param {string} id @param {number} [seed] @returns {any[]} */
function callsOf(id, seed = 1) {
  const directory = mkdtempSync(join(tmpdir(), 'day-'));
  const file = join(directory, 'history.json');
  const scenario = join(root, `content/scenarios/bad-day-${id}.json`);
  try {
    execFileSync(command, [
      'run',
      scenario,
      '--seed',
      `${seed}`,
      '--history',
      file,
      '--history-format',
      'json',
    ]);
    return JSON.parse(readFileSync(file, 'utf8')).operations;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
test('every store gets calls at the same moments, from the same clients', {
  skip: !existsSync(command),
}, () => {
  assert.equal(new Set([...results.values()].map(({ calls }) => calls)).size, 1);
  const moments = presets.map((preset) =>
    callsOf(preset.id).map(({ begin_us, client }) => [begin_us, client]),
  );
  assert.equal(moments[0].length, dayFor(presets[0].id).calls);
  for (const [at, { id }] of presets.entries()) assert.deepEqual(moments[at], moments[0], id);
});

/** The day without some of its actions. @param {string} id @param {(action: any) => boolean} isOut */
async function without(id, isOut) {
  const all = dayActions.splice(0);
  dayActions.push(...all.filter((action) => !isOut(action)));
  try {
    return await measureDay(engine, presetOf(id));
  } finally {
    dayActions.splice(0, dayActions.length, ...all);
  }
}

/** @param {number} from @param {number} to */
const inHours =
  (from, to) =>
  (/** @type {any} */ { at_ms, key }) =>
    !key && at_ms >= from * hourMs && at_ms <= to * hourMs;

/** The faults by their hours. @type {Record<string, (action: any) => boolean>} */
const faults = {
  'C is off': inHours(2, 4),
  'B and E are off': inHours(5, 7),
  'the cut': inHours(9, 11),
  'E has no cable': inHours(12, 14),
  'B is slow': inHours(15, 17),
  'a clock is ahead': inHours(18, 20),
  'messages are lost': inHours(21, 23),
};

test('each fault of the day changes a cell of some store, and each action is of one of them', async () => {
  const table = async (/** @type {(action: any) => boolean} */ isOut) => {
    const days = [];
    for (const { id } of presets) days.push(await without(id, isOut));
    return days.map((day) => columns.map(({ shown }) => shown(day)));
  };
  const whole = await table(() => false);
  for (const [name, isOut] of Object.entries(faults)) {
    assert.notDeepEqual(await table(isOut), whole, name);
  }
  for (const action of /** @type {any[]} */ (dayActions)) {
    const of = Object.values(faults).filter((isOut) => isOut(action)).length;
    assert.equal(of, action.key ? 0 : 1, JSON.stringify(action));
  }
});

test('the faults that the page tells of do what it says', async () => {
  const silence = (/** @type {DayResult} */ { silent, calls }) => silent / calls;
  const staleness = (/** @type {DayResult} */ { stale, reads }) => stale / reads;
  // Two machines that share records, and a cut: the silence of whoever needs two copies of three.
  const quorum = dayFor('cassandra-quorum');
  for (const name of ['B and E are off', 'the cut']) {
    const spared = await without('cassandra-quorum', faults[name]);
    assert.ok(silence(quorum) - silence(spared) > 0.02, `${name}: ${silence(spared)}`);
  }
  assert.ok(
    staleness(await without('dynamo-2007', faults['the cut'])) < 0.1 * staleness(dayFor('dynamo-2007')),
  );
  const one = await without('cassandra-one', faults['E has no cable']);
  assert.ok(staleness(dayFor('cassandra-one')) - staleness(one) > 0.01);
  // The wrong clock loses a write, but not in the ordinary traffic.
  for (const id of ['cassandra-one', 'cassandra-quorum']) {
    assert.equal((await without(id, faults['a clock is ahead'])).lost, false, id);
    assert.equal((await without(id, ({ key }) => key !== undefined)).lost, false, id);
  }
});

test('most of the conflicts are of records that are written without having been read', {
  skip: !existsSync(command),
}, () => {
  for (const id of ['dynamo-2007', 'riak']) {
    assert.equal(callsOf(id).filter(({ unresolved }) => unresolved).length, dayFor(id).conflicting);
    // The claims’ ten days: on a single one it can be half.
    const several = Array.from({ length: 10 }, (_, at) => callsOf(id, 11 + at))
      .flat()
      .filter(({ unresolved }) => unresolved);
    const blind = several.filter(({ key }) => /^feature:|^user:42:/.test(key));
    assert.ok(blind.length > 0.6 * several.length, `${id}: ${blind.length} of ${several.length}`);
  }
});
