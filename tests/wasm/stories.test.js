/** The nine known counterexamples as the lab's stories: each run is the history that is known, and each switch closes it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stories } from '../../labs/quorum-playground/stories.js';
import { scenarioOf } from '../../labs/quorum-playground/story-list.js';
import { task } from '../../labs/quorum-playground/task.js';
import { verdict } from '../../labs/quorum-playground/verdict.js';
import { litToHtml } from '../../web/build/lit-to-html.mjs';
import { openEngine } from '../../web/engine/client.js';
import { moduleOf, openTestEngine } from '../lib/engine.js';
import { readText } from '../lib/files.js';
import { makeLab, until } from '../lib/lab.js';

/** @import { Operation, Scenario } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from '../../labs/quorum-playground/lab.js' */

const engine = openTestEngine();
/** @typedef {{call: number, ret: number | null, op: 'r' | 'w', arg: number | null, out: number | null}} Call */
/** @type {{cases: {id: string, history: Call[], remedy_history: Call[]}[]}} */
const { cases } = JSON.parse(readText('tests/data/counterexamples.json'));

/** @param {Map<number, string>} moments */
const inOrder = (moments) => [...moments].sort(([a], [b]) => a - b).map(([, text]) => text);

/** A known history: calls and answers in their order. @param {Call[]} history */
function known(history) {
  const moments = new Map();
  history.forEach(({ call, ret, op, arg, out }, at) => {
    moments.set(call, `${at + 1} calls ${op === 'w' ? `w ${arg}` : 'r'}`);
    if (ret !== null) moments.set(ret, `${at + 1} answers${op === 'w' ? '' : ` ${out}`}`);
  });
  return inOrder(moments);
}

/** The same of what the clients of a run saw of x; a deletion, and nothing, are the histories' 0. @param {Operation[]} operations */
function seen(operations) {
  const moments = new Map();
  operations.forEach((call, at) => {
    const value = call.do === 'delete' || (call.do === 'get' && !call.found) ? '0' : call.value;
    const write = call.do !== 'get';
    moments.set(call.begin_position, `${at + 1} calls ${write ? `w ${value}` : 'r'}`);
    if (call.outcome === 'ok') moments.set(call.end_position, `${at + 1} answers${write ? '' : ` ${value}`}`);
  });
  return inOrder(moments);
}

/** @param {Scenario} scenario */
async function watch(scenario) {
  const session = await engine.create(scenario);
  await session.seek(Number.MAX_SAFE_INTEGER);
  const { operations } = await session.view('history');
  const { verdict } = await session.view('verdict');
  await session.close();
  return { ofX: operations.filter(({ key }) => key === 'x'), linearizable: verdict.linearizable.state };
}

/** @param {string} id */
const caseOf = (id) => cases.find((one) => one.id === id) ?? assert.fail(`there is no case ${id}`);

test('there are nine, three of them behind a door, and each is one of the known cases', () => {
  assert.deepEqual(stories.map((story) => story.case).sort(), cases.map(({ id }) => id).sort());
  assert.deepEqual(
    stories.map(({ door }) => door).filter((door) => door !== ''),
    ['a write half done', 'a wrong clock', 'a spare machine'],
  );
});

for (const story of stories.filter(({ mended }) => mended.length > 0)) {
  test(`${story.title}: the known history, convicted, and closed by each of its switches`, async () => {
    const { history, remedy_history: mended } = caseOf(story.case);
    const wrong = await watch(scenarioOf(story));
    assert.deepEqual(seen(wrong.ofX), known(history));
    assert.equal(wrong.linearizable, 'broken');
    for (const index of story.mended.keys()) {
      const right = await watch(scenarioOf(story, index));
      assert.deepEqual(seen(right.ofX), known(mended));
      assert.equal(right.linearizable, 'held');
    }
  });
}

test('a failed write that is taken for none: the run keeps its promises, the book-keeping breaks them', async () => {
  const story = stories.find(({ mended }) => mended.length === 0) ?? assert.fail();
  const { history, remedy_history: kept } = caseOf(story.case);
  const run = await watch(scenarioOf(story));
  assert.deepEqual(seen(run.ofX), known(kept));
  assert.equal(run.linearizable, 'held');
  assert.deepEqual(seen(run.ofX.filter(({ outcome }) => outcome === 'ok')), known(history));
});

/** Every place in a scenario, with what stands there. @param {any} value @returns {[string, unknown][]} */
const places = (value, at = '') =>
  value !== null && typeof value === 'object'
    ? Object.entries(value).flatMap(([name, part]) => places(part, `${at}/${name}`))
    : [[at, value]];

test('a remedy is the switch that it says, and no fault less', () => {
  /** @type {Record<string, string[]>} */
  const changed = {
    'story-new-then-old-mended': ['/cluster/write_back'],
    'story-new-then-old-mended-2': ['/cluster/read_repair'],
    'story-wrong-clock-mended': ['/cluster/versions'],
    'story-spare-machine-mended': ['/cluster/sloppy'],
    'story-failed-then-seen-mended': ['/cluster/read_repair'],
    // The read asks one machine more.
    'story-too-few-mended': ['/actions/2/from', '/cluster/r', '/cluster/w'],
    'story-empty-disk-mended': ['/cluster/rebuild'],
    'story-two-rings-mended': ['/cluster/epoch_fence', '/cluster/pending_writes'],
    // Here the remedy is what is done, and when.
    'story-comes-back-mended': ['/actions/3', '/actions/4', '/actions/5'],
  };
  for (const story of stories) {
    const wrong = new Map(places(scenarioOf(story)));
    for (const [index, { scenario }] of story.mended.entries()) {
      const right = new Map(places(scenarioOf(story, index)));
      const differ = [...wrong.keys(), ...right.keys()].filter((at) => wrong.get(at) !== right.get(at));
      const depth = (/** @type {string} */ at) =>
        at.split('/').slice(0, /actions\/2/.test(at) ? 4 : at.startsWith('/actions') ? 3 : 4);
      const found = new Set(differ.map((at) => depth(at).join('/')).filter((at) => at !== '/title'));
      assert.deepEqual([...found].sort(), changed[scenario], scenario);
    }
  }
});

/** @param {Lab} lab */
const html = (lab) => litToHtml(task(lab)).replace(/\s+/g, ' ');

test('in the lab each story opens before its moment, plays to it, and closes with its switch', async () => {
  for (const { id, before, wrong, mended } of stories) {
    const { lab } = makeLab();
    await lab.openStory();
    await lab.tale.choose();
    assert.match(html(lab), /So is <b>W \+ R &gt; N<\/b> safe\?/);
    lab.tale.say('only if …');
    assert.match(html(lab), /You said <b>only if …<\/b>/);
    await lab.tale.open(id);
    assert.equal(lab.problem, null);
    assert.ok(html(lab).includes(before.slice(0, 20)), html(lab));
    assert.equal(lab.tale.isTold, false, id);
    lab.tale.play();
    await until(() => lab.tale.isTold && !lab.player.playing);
    assert.ok(html(lab).includes(wrong.slice(0, 20)), html(lab));
    await until(() => lab.judging?.verdict);
    const broken = lab.judging?.verdict?.verdict.linearizable.state;
    assert.equal(broken, mended.length > 0 ? 'broken' : 'held', id);
    assert.ok(lab.tale.seen.has(id));
    for (const [index, { after }] of mended.entries()) {
      await lab.tale.open(id, index);
      lab.tale.play();
      await until(() => lab.tale.isTold && !lab.player.playing);
      await until(() => lab.judging?.verdict);
      assert.notEqual(lab.judging?.verdict?.verdict.linearizable.state, 'broken', id);
      assert.ok(html(lab).includes(after.slice(0, 20)), html(lab));
    }
    await lab.tale.leave();
    assert.equal(lab.tale.story, null);
    assert.equal(lab.phase, 'ask');
  }
});

test('whoever goes from a story to a challenge, or to a run of their own, has left it', async () => {
  const { lab } = makeLab();
  await lab.openStory();
  await lab.tale.open('wrong-clock');
  await lab.assignment.start('miss-it');
  assert.equal(lab.tale.story, null);
  await lab.tale.open('wrong-clock');
  assert.equal(lab.challenge, null);
  await lab.tale.leave();
  assert.equal(/** @type {any} */ (lab).challenge?.id, 'miss-it', 'what was left for it is there again');
  await lab.openStory();
  assert.equal(lab.tale.story, null);
  await lab.tale.open('no-such-story');
  assert.match(lab.problem?.text ?? '', /no story “no-such-story” here/);
});

test('the verdict does not say of a copy that was given the write that it had not heard of it', async () => {
  const { lab: own } = makeLab();
  await own.openStory();
  await own.scrub(Number.MAX_SAFE_INTEGER);
  assert.match(litToHtml(verdict(own)).replace(/\s+/g, ' '), /had not heard of the write when it answered/);
  for (const [id, says] of [
    ['wrong-clock', /copies A and B had been given the write, and did not answer with it/],
    ['empty-disk', /copy B had been given the write, and did not answer with it/],
    ['too-few', /copy C had not heard of the write when it answered/],
  ]) {
    const { lab } = makeLab();
    await lab.openStory();
    await lab.tale.open(/** @type {string} */ (id));
    await lab.scrub(Number.MAX_SAFE_INTEGER);
    assert.match(litToHtml(verdict(lab)).replace(/\s+/g, ' '), /** @type {RegExp} */ (says));
  }
});

test('a lab that stands alone says which stories it cannot show, and shows the others', async () => {
  const carried = openEngine(await moduleOf('systemsim-embed'));
  const { lab: alone } = makeLab({ engine: carried });
  await alone.openStory();
  await alone.tale.choose();
  alone.tale.say('no');
  assert.match(
    html(alone),
    /<li>a spare machine <small>\(in the lab on the chapter’s own site\)<\/small><\/li>/,
  );
  assert.match(html(alone), /<button[^>]*>a wrong clock<\/button>/);
  const missing = [];
  for (const { id } of stories) {
    const { lab } = makeLab({ engine: carried });
    await lab.openStory();
    await lab.tale.open(id);
    if (lab.problem === null) continue;
    assert.match(lab.problem.text, /^This story needs machines that heal themselves/);
    missing.push(id);
  }
  assert.deepEqual(missing, ['spare-machine', 'empty-disk', 'comes-back']);
});
