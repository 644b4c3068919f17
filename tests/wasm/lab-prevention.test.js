/** What would prevent it: the lab says of each switch what the engine says of the same run, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { otherLucks } from '../../labs/quorum-playground/prevention.js';
import { stories } from '../../labs/quorum-playground/stories.js';
import { scenarioOf } from '../../labs/quorum-playground/story-list.js';
import { switchesOf } from '../../labs/quorum-playground/switches.js';
import { task } from '../../labs/quorum-playground/task.js';
import { verdict } from '../../labs/quorum-playground/verdict.js';
import { litToHtml } from '../../web/build/lit-to-html.mjs';
import { makeLab, openLinked, until } from '../lib/lab.js';

/** @import { Claim, PromiseId, Scenario } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from '../../labs/quorum-playground/lab.js' */

/** @param {Lab} lab */
const html = (lab) => {
  const ui = /** @type {any} */ ({ promises: false, whyWidth: 500, set() {} });
  return litToHtml([task(lab), verdict(lab, ui)]).replace(/\s+/g, ' ');
};

/** @param {string} id */
const story = (id) => stories.find((one) => one.id === id) ?? assert.fail(`no story ${id}`);

/** A lab with a run at its end, judged, and what would prevent it. @param {string} id @param {PromiseId} promise */
const tried = (id, promise) => triedIn(scenarioOf(story(id)), promise);

/** @param {Scenario} scenario @param {PromiseId} promise */
async function triedIn(scenario, promise) {
  const lab = await openLinked(scenario, Number.MAX_SAFE_INTEGER);
  await until(() => lab.judging?.verdict);
  const { prevention } = lab.judging ?? assert.fail();
  await prevention.start(promise);
  const open = prevention.open ?? assert.fail('nothing is open');
  return { lab, prevention, rows: new Map(open.rows.map((row) => [row.words, row])) };
}

test('new, then old: what keeps it in this run is what is known to; no luck has a part in it, and it says so', async () => {
  const { lab, rows } = await tried('new-then-old', 'linearizable');
  const states = Object.fromEntries([...rows].map(([words, { state, lucks }]) => [words, [state, lucks]]));
  assert.deepEqual(states, {
    'as it was': ['broken', 'same'],
    'R = 3': ['held', 'same'],
    'read repair before the answer': ['held', 'same'],
    'write-back': ['held', 'same'],
    'versions by number, not by clock': ['broken', 'same'],
    // Its read is told two values, of which nobody says which one counts.
    'versions by what they had seen': ['untested', 'same'],
  });
  assert.match(
    html(lab),
    /keeps it<\/span><\/td> <td role="cell" data-column="other lucks" class="num">the same run</,
  );
});

test('where luck has a part, the engine counts the lucks that break it, and those that do not put it to the test', async () => {
  const constant = /** @type {any} */ (scenarioOf(story('new-then-old')));
  const scenario = { ...constant, network: { latency: { profile: 'lnkd-disk' } } };
  const { lab, rows } = await triedIn(scenario, 'linearizable');
  for (const [words, { scenario: other, lucks }] of rows) {
    assert.ok(lucks !== null && lucks !== 'same', words);
    for (const [state, count] of Object.entries(lucks)) {
      /** @type {Claim} */
      const claim = {
        id: state,
        sentence: state,
        source: 'this test',
        experiment: { kind: 'run', scenario: other, seeds: otherLucks },
        measure: { count: '/verdict/linearizable/state', equals: state },
        expect: { value: count, within: 0 },
      };
      assert.equal((await lab.engine.runJob({ job: 'claim', claim })).holds, true, `${words}: ${state}`);
    }
  }
  const { broken } = /** @type {any} */ (rows.get('as it was') ?? assert.fail()).lucks;
  const dotted = /** @type {any} */ (rows.get('versions by what they had seen') ?? assert.fail()).lucks;
  const untested = 100 - dotted.broken - dotted.held;
  assert.ok(broken > 0 && broken < 100, `${broken}`);
  assert.ok(untested > 0, 'a switch that leaves nothing to judge is no remedy');
  assert.match(html(lab), new RegExp(`broken in ${broken} of 100`));
  assert.match(
    html(lab),
    new RegExp(`broken in ${dotted.broken} of 100 *<small>${untested} not put to the test`),
  );
});

test('a wrong clock: right clocks and versions by number keep the write; more answers do not', async () => {
  const { lab, rows } = await tried('wrong-clock', 'linearizable');
  assert.equal(rows.get('right clocks')?.state, 'held');
  assert.equal(rows.get('versions by number, not by clock')?.state, 'held');
  assert.equal(rows.get('W = 3')?.state, 'broken');
  assert.equal(rows.get('R = 3')?.state, 'broken');
  assert.match(
    html(lab),
    /<th scope="row" role="rowheader">right clocks<\/th> <td role="cell" data-column="in this very run"><span class="">.*?keeps it/,
  );
});

test('each known remedy that is one switch is among those that keep it', async () => {
  for (const [id, words] of [
    ['spare-machine', 'a strict quorum'],
    ['failed-then-seen', 'read repair before the answer'],
    ['empty-disk', 'rebuild before serving'],
    ['comes-back', 'the marker of a deletion kept for ever'],
  ]) {
    const { rows } = await tried(id, 'linearizable');
    assert.equal(rows.get('as it was')?.state, 'broken', id);
    assert.equal(rows.get(words)?.state, 'held', id);
  }
});

test('a row opens as a run, and from there back', async () => {
  const { lab, prevention, rows } = await tried('wrong-clock', 'linearizable');
  const before = lab.run?.hash?.trace_sha256;
  await prevention.show(rows.get('right clocks') ?? assert.fail());
  assert.match(html(lab), /with one switch: <b>right clocks<\/b>/);
  await until(() => lab.judging?.verdict);
  assert.equal(lab.judging?.verdict?.verdict.linearizable.state, 'held');
  assert.doesNotMatch(html(lab), /what would prevent it/);
  await lab.detour.comeBack();
  await until(() => lab.judging?.verdict);
  assert.equal(lab.run?.hash?.trace_sha256, before);
  assert.equal(prevention.open?.rows.length, rows.size, 'the list is still there');
});

test('it can be stopped, and says how far it was; another run has no list', async () => {
  const lab = await openLinked(scenarioOf(story('wrong-clock')), Number.MAX_SAFE_INTEGER);
  await until(() => lab.judging?.verdict);
  const { prevention } = lab.judging ?? assert.fail();
  const work = prevention.start('linearizable');
  await until(() => prevention.progress);
  prevention.stop();
  await work;
  assert.equal(prevention.progress, null);
  await lab.openStory();
  assert.equal(prevention.open, null);
});

test('in a challenge it is not to be had before the goal is met', async () => {
  const { lab } = makeLab();
  await lab.openStory();
  await lab.assignment.start('one-switch');
  await lab.scrub(Number.MAX_SAFE_INTEGER);
  await until(() => lab.judging?.verdict && lab.challenge?.grade);
  assert.match(html(lab), /A promise was broken/);
  assert.doesNotMatch(html(lab), /what would prevent it/);
  await lab.judging?.prevention.start('linearizable');
  assert.equal(lab.judging?.prevention.open, null);
});

test('the switches leave the calls as they are, and a right clock leaves their places', () => {
  const scenario = /** @type {any} */ ({
    version: 1,
    cluster: { n: 3, w: 1, r: 1, clocks: [{ node: 'A', skew_ms: 5 }] },
    actions: [
      { do: 'skew', node: 'B', skew_ms: 3, at_ms: 0 },
      { do: 'put', key: 'x', value: '1', w: 1, at_ms: 1 },
      { do: 'get', key: 'x', after: 1 },
      { do: 'put', key: 'x', value: '2', w: 3, at_ms: 9 },
    ],
  });
  const made = new Map(switchesOf(scenario).map((one) => [one.words, /** @type {any} */ (one.scenario)]));
  assert.deepEqual(made.get('right clocks').actions[0], { do: 'set', at_ms: 0 });
  assert.deepEqual(made.get('right clocks').cluster, { n: 3, w: 1, r: 1 });
  assert.equal(made.get('W = 2').actions[1].w, 2);
  assert.equal(made.get('W = 2').actions[3].w, 3, 'one that wants more already');
  assert.deepEqual(made.get('write-back').actions, scenario.actions);
  assert.equal(made.has('conditional writes'), false);
  const owner = /** @type {any} */ ({
    cluster: { mode: 'single_owner' },
    workload: { traffic: 'five-records' },
    actions: [],
  });
  assert.deepEqual(
    switchesOf(owner).map(({ words }) => words),
    ['conditional writes'],
  );
});
