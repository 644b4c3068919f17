/** Fig 6-12 b: each record has a setting that gives it what it needs, the counter has none but one owner; numbers are whole runs’. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { everyLeaderless, everyOwned, gradedOf, gridOf } from '../../web/build/records-grid.mjs';
import { decodeLink } from '../../web/engine/link.js';
import { cardSeeds } from '../../web/figures/card-answer.js';
import { RecordsFigure } from '../../web/figures/records.js';
import { grade, judge, seedsOf, unseen } from '../../web/figures/records-grade.js';
import { runThatBroke } from '../../web/figures/records-run.js';
import {
  nameOf,
  recordOf,
  records,
  scenarioOf,
  settingOf,
  settingsOf,
  settingsText,
  untouched,
} from '../../web/figures/records-settings.js';
import { foundWords } from '../../web/figures/records-view.js';
import { openTestEngine } from '../lib/engine.js';
import { readText } from '../lib/files.js';

/** @import { Graded } from '../../web/figures/records-grade.js' */
/** @import { RecordId, Setting } from '../../web/figures/records-settings.js' */

const engine = openTestEngine();

/** @param {string} name @returns {Setting} */
const named = (name) => /** @type {Setting} */ (settingOf(name));

/** Of the grade’s own 200 lucks, each setting once. @type {Map<string, Promise<Graded>>} */
const grades = new Map();

/** @param {string} name */
function graded(name) {
  const known = grades.get(name) ?? grade(engine, named(name), seedsOf(0));
  grades.set(name, known);
  return known;
}

/** @param {RecordId} id @param {string} name */
const passes = async (id, name) => judge(recordOf(id), await graded(name)).passed;

/** A figure in which nothing waits for a screen. @param {Record<string, string>} [opened] */
async function begin(opened) {
  /** @type {Promise<void>} */
  let queue = Promise.resolve();
  let draws = () => {};
  const figure = new RecordsFigure({
    changed: () => draws(),
    run(task) {
      queue = queue.then(task);
    },
  });
  await figure.start(engine, null, opened ? new URLSearchParams(opened) : null);
  return { figure, whenDrawn: (/** @type {() => void} */ then) => (draws = then) };
}

/** Without what only names it. @param {any} scenario */
const untitled = ({ title, ...rest }) => rest;

test('the scenarios that claims run are the figure’s settings', () => {
  const files = {
    'five-records': '3.2.2.lww',
    'five-records-one': '3.1.1.lww',
    'five-records-read-three': '3.1.3.lww',
    'five-records-clocks': '3.2.2.vector-clocks',
    'five-records-dotted': '3.2.2.dotted',
    'five-records-owner': '3.owner',
  };
  const stored = (/** @type {string} */ file) =>
    untitled(JSON.parse(readText(`content/scenarios/${file}.json`)));
  for (const [file, name] of Object.entries(files)) {
    assert.deepEqual(stored(file), untitled(scenarioOf(named(name))), file);
  }
  assert.deepEqual(stored('five-records-owner-calm'), {
    ...stored('five-records-owner'),
    actions: [],
  });
});

test('a setting’s name leads back to it, and no other name to any', () => {
  for (const setting of [...everyLeaderless(), ...everyOwned()]) {
    assert.equal(nameOf(named(nameOf(setting))), nameOf(setting));
  }
  for (const name of [
    '',
    '3',
    '0.1.1.lww',
    '6.1.1.lww',
    '3.4.1.lww',
    '3.1.4.lww',
    '3.1.1.none',
    '3.1.1',
    '3.1.1.lww.more',
  ]) {
    assert.equal(settingOf(name), null, name);
  }
  // One owner is the counter’s alone.
  assert.deepEqual(settingsOf(Array(5).fill('3.owner').join('_')), {
    ...untouched(),
    counter: named('3.owner'),
  });
});

test('no page shows a luck of a grade, here or of the cards', () => {
  for (const folder of ['claims', 'questions', 'challenges', 'scenarios']) {
    for (const file of readdirSync(new URL(`../../content/${folder}/`, import.meta.url))) {
      for (const [, number] of readText(`content/${folder}/${file}`).matchAll(/"(?:seed|from|to)": (\d+)/g)) {
        assert.ok(Number(number) < unseen.first || Number(number) > cardSeeds(1000).to, file);
      }
    }
  }
});

test('four of the five records have a setting that passes, and one that does not', async () => {
  assert.equal(await passes('last_login', '3.1.1.lww'), true);
  assert.equal(await passes('session', '3.2.2.lww'), true);
  assert.equal(await passes('cart', '3.1.1.dotted'), true);
  assert.equal(await passes('feature', '3.1.1.lww'), true);
  assert.equal(await passes('session', '3.1.1.lww'), false);
  assert.equal(await passes('cart', '3.2.2.lww'), false);
  assert.equal(await passes('cart', '3.2.2.vector-clocks'), false);
  // Two copies to wait for are too slow for the flag, and none of the others minds.
  assert.deepEqual(judge(recordOf('feature'), await graded('3.2.2.lww')), {
    passed: false,
    promise: 'passed',
    answered: true,
    fast: false,
  });
});

test('where a machine must not be missing, too few calls are answered', async () => {
  for (const name of ['1.1.1.lww', '3.1.3.lww', '3.3.1.lww']) {
    const few = await grade(engine, named(name), { from: 1, to: 20 });
    for (const id of /** @type {RecordId[]} */ (['last_login', 'session', 'cart', 'feature'])) {
      assert.equal(judge(recordOf(id), few).answered, false, `${id} ${name}`);
    }
  }
  const alone = await grade(engine, named('1.1.1.lww'), { from: 1, to: 2 });
  assert.equal(judge(recordOf('last_login'), alone).promise, 'untested');
  assert.match(foundWords(recordOf('last_login'), alone), /only one copy/);
});

test('the counter fails at every N, W, R and versions; the cart at all but dotted ones', async () => {
  const { first, runs } = unseen;
  for (const setting of everyLeaderless()) {
    let counter = false;
    let cart = setting.versions === 'dotted';
    for (let seed = first; seed < first + runs && !(counter && cart); seed += 2) {
      const { broken } = await grade(engine, setting, { from: seed, to: seed + 1 });
      counter ||= broken.counter > 0;
      cart ||= broken.cart > 0;
    }
    assert.ok(counter, `${nameOf(setting)}: the counter`);
    assert.ok(cart, `${nameOf(setting)}: the cart`);
  }
});

test('with one owner per range and conditional writes the counter keeps its promise', async () => {
  assert.equal(await passes('counter', '3.owner'), true);
  const { unanswered, calls } = await graded('3.owner');
  assert.ok(unanswered > 0.005 * calls, 'while an owner is away, calls wait in vain');
});

test('a grade’s numbers are those of whole runs', async () => {
  const setting = named('3.1.1.lww');
  const seeds = { from: 1, to: 12 };
  const { vary, measure } = gridOf([setting], seeds.from, 12);
  const runs = [];
  for (let seed = vary['/seed'].from; seed <= vary['/seed'].to; ++seed) {
    const session = await engine.create(scenarioOf(setting, seed));
    await session.step();
    const summary = { ...(await session.view('summary')), ...(await session.view('fates')) };
    await session.close();
    const at = (/** @type {string} */ pointer) =>
      pointer
        .slice(1)
        .split('/')
        .reduce((/** @type {any} */ part, name) => part[name], summary);
    runs.push(Object.fromEntries(measure.map((pointer) => [pointer, at(pointer)])));
  }
  const { brokenSeed: _, readMs, writeMs, bytes, ...counted } = await grade(engine, setting, seeds);
  const { brokenSeed: __, readMs: read, writeMs: write, bytes: sent, ...expected } = gradedOf(runs);
  assert.deepEqual(counted, expected);
  for (const [mine, theirs] of [
    [readMs, read],
    [writeMs, write],
    [bytes, sent],
  ]) {
    assert.ok(Math.abs(Number(mine) - Number(theirs)) < 1e-6 * Number(theirs), `${mine} ${theirs}`);
  }
});

test('the run that is opened is the first that broke the promise, at the moment when it did', async () => {
  const setting = named('3.1.1.lww');
  const { brokenSeed } = await graded('3.1.1.lww');
  for (const id of /** @type {RecordId[]} */ (['session', 'feature', 'counter'])) {
    const seed = /** @type {number} */ (brokenSeed[id]);
    for (let earlier = unseen.first; earlier < seed; ++earlier) {
      const { broken } = await grade(engine, setting, { from: earlier, to: earlier });
      assert.equal(broken[id], 0);
    }
    const { scenario, position } = decodeLink(await runThatBroke(engine, setting, seed, id));
    const [{ key }] = /** @type {{key: string}[]} */ (scenario.records);
    assert.deepEqual([scenario.seed, key], [seed, recordOf(id).key]);
    const opened = await engine.create(scenario);
    const plain = await engine.create(scenarioOf(setting, seed));
    await opened.step();
    await plain.step();
    const [same, hash] = [await opened.view('hash'), await plain.view('hash')];
    assert.equal(same.trace_sha256, hash.trace_sha256);
    const { fates } = await opened.view('fates');
    assert.equal(fates?.[id].state, 'broken');
    await opened.seek(position);
    const { operations } = await opened.view('history');
    const ends = operations.filter(({ op }) => fates?.[id].ops.includes(op)).map(({ end_us }) => end_us);
    assert.ok(ends.length > 0 && ends.every((end) => end !== null), id);
    await opened.close();
    await plain.close();
  }
});

test('records with equal settings share their runs; another setting waits for a grade of its own', async () => {
  const { figure, whenDrawn } = await begin();
  const totals = new Set();
  whenDrawn(() => figure.picture.progress && totals.add(figure.picture.progress.total));
  await figure.gradeAll();
  assert.deepEqual([...totals], [unseen.runs]);
  assert.equal(figure.picture.offered, true, 'the counter was seen to fail');
  assert.match(figure.picture.news, /: 2 of 5 records get what they need.* one more switch/);
  figure.change('feature', { w: 1, r: 1 });
  figure.change('cart', { versions: 'dotted' });
  assert.deepEqual(Object.keys(figure.picture.outcomes), ['last_login', 'session', 'counter']);
  totals.clear();
  await figure.gradeAll();
  assert.deepEqual([...totals], [2 * unseen.runs]);
  assert.match(figure.picture.news, /: 4 of 5 records/);
  // What was changed after a grade is judged on lucks that no grade has had.
  const { session, cart } = figure.picture.outcomes;
  assert.deepEqual([session?.seeds, cart?.seeds], [seedsOf(0), seedsOf(1)]);
  figure.change('counter', { owner: true });
  await figure.gradeAll();
  assert.match(figure.picture.news, /: 5 of 5 records/);
});

test('work that was stopped leaves what was found before', async () => {
  const { figure, whenDrawn } = await begin();
  await figure.tryOne();
  const before = figure.picture.outcomes;
  assert.match(figure.picture.news, /^One luck, seed 1: /);
  whenDrawn(() => {
    if ((figure.picture.progress?.done ?? 0) > 0) figure.cancel();
  });
  await figure.gradeAll();
  assert.match(figure.picture.news, /^Stopped/);
  assert.equal(figure.picture.progress, null);
  assert.deepEqual(figure.picture.outcomes, before);
  whenDrawn(() => {});
  await figure.tryOne();
  assert.match(figure.picture.news, /^One luck, seed 2: /);
});

test('a link brings back the five settings, and a reset the usual one', async () => {
  const { figure } = await begin();
  figure.change('session', { n: 5, w: 5, r: 4 });
  figure.change('session', { n: 3 });
  assert.equal(nameOf(figure.picture.settings.session), '3.3.3.lww', 'W and R are not above N');
  figure.change('counter', { owner: true });
  const link = await figure.link();
  const { figure: again } = await begin(link);
  assert.equal(settingsText(again.picture.settings), settingsText(figure.picture.settings));
  assert.equal(again.picture.offered, true);
  assert.deepEqual(decodeLink(link.run).scenario, scenarioOf(figure.picture.settings.session));
  await again.reset();
  assert.deepEqual(again.picture.settings, untouched());
  assert.equal(again.picture.offered, false);
  assert.equal(records.length, 5);
});
