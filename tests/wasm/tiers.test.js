/** Fig 6-3: its numbers are those of `systemsim tiers`, its words follow from them, its links lead back. No page, so nothing is drawn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TiersFigure } from '../../web/figures/tiers.js';
import { heightOf } from '../../web/figures/tiers-drawing.js';
import { firstSetting, hitRateIn, jobOf, settingOf, timesFaster } from '../../web/figures/tiers-measure.js';
import { lanesOf } from '../../web/figures/tiers-view.js';
import { tiersNews } from '../../web/figures/tiers-words.js';
import { openTestEngine } from '../lib/engine.js';
import { readText } from '../lib/files.js';

/** @import { TiersReport } from '../../web/engine/engine.d.ts' */
/** @import { Setting } from '../../web/figures/tiers-measure.js' */
/** @import { Phase } from '../../web/figures/tiers-view.js' */

const engine = openTestEngine();

/** Runs take a second or two: none is made twice. @type {Map<string, TiersReport>} */
const runs = new Map();

/** A figure in which nothing waits for a screen. @param {URLSearchParams | null} [opened] */
async function begin(opened = null) {
  /** @type {Promise<void>} */
  let queue = Promise.resolve();
  const figure = new TiersFigure({
    changed() {},
    run(task) {
      queue = queue.then(task);
    },
  });
  figure.runs = runs;
  await figure.start(engine, null, opened);
  const show = async (/** @type {Partial<Setting>} */ wish, /** @type {Phase} */ phase = 'on') => {
    figure.wish(wish, phase);
    await figure.measured();
    assert.ok(figure.picture.report);
    return figure.picture.report;
  };
  return { figure, show };
}

/** What `systemsim tiers` printed (tests/cpp/tiers_job_test.cc keeps it so), by its job. */
const golden = new Map(
  (await readText('tests/golden/tiers.jsonl'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .reduce(
      (pairs, one, at, all) => {
        if (at % 2 === 1) pairs.push([JSON.stringify(sorted(all[at - 1])), one]);
        return pairs;
      },
      /** @type {[string, TiersReport][]} */ ([]),
    ),
);

/** @param {Record<string, any>} job */
function sorted(job) {
  return Object.fromEntries(Object.entries(job).sort(([left], [right]) => (left < right ? -1 : 1)));
}

test('each setting shows the report that the command line prints for it', async () => {
  const { show } = await begin();
  /** @type {[Partial<Setting>, Phase][]} */
  const settings = [
    [{}, 'on'],
    [{ memory: 10 }, 'on'],
    [{ memory: 10, traffic: 'even', disk: 'hdd' }, 'on'],
    [{ memory: 10 }, 'off'],
    [{ memory: 10, safety: 'hundred' }, 'back'],
    [{ safety: 'none' }, 'back'],
  ];
  for (const [wish, phase] of settings) {
    const setting = { ...firstSetting, ...wish };
    const { job, done, total, finished, ...report } = await show(setting, phase);
    assert.equal(done, total);
    const name = JSON.stringify(sorted(jobOf(setting, phase !== 'on')));
    assert.deepEqual(report, golden.get(name) ?? assert.fail(`no golden report of ${name}`));
  }
  assert.equal(runs.size, settings.length);
});

test('the lid, the traffic and the plug are told in words that follow from the run', async () => {
  const { figure, show } = await begin();
  assert.match(tiersNews(figure.picture), /Nothing fits in memory, so every read goes to the disk/);
  const tenth = await show({ memory: 10 });
  assert.match(tiersNews(figure.picture), /^Memory for 10 % of the values answers 73 % of the reads/);
  assert.match(tiersNews(figure.picture), /p99 is still 0\.10 ms/);
  assert.ok(Math.abs((timesFaster(tenth) ?? 0) - 1 / (1 - tenth.hits / tenth.reads)) < 0.1);
  await show({ traffic: 'even', disk: 'hdd' });
  assert.match(tiersNews(figure.picture), /answers 10 % of the reads: every key is asked for equally often/);
  await show({ traffic: 'zipf', disk: 'ssd', memory: 100 });
  assert.match(tiersNews(figure.picture), /Every value fits in memory/);

  const off = await show({ memory: 10, safety: 'hundred' }, 'off');
  const lost = off.crash?.writes_lost ?? 0;
  assert.ok(lost > 0 && lost < 100);
  assert.match(tiersNews(figure.picture), new RegExp(`lacks the last ${lost} writes`));
  const { memory, disk, lost: marks } = lanesOf(figure.picture);
  assert.ok(memory.every((share) => share === 0) && disk.every((share) => share === 1));
  assert.ok(marks.some((count) => count > 0));
  // The lanes are what the report says of memory and log, whatever that is.
  const half = off.logged.map((count) => count / 2);
  const crash = off.crash && { ...off.crash, logged: half };
  const other = { ...figure.picture, report: { ...off, logged: half, crash } };
  assert.ok(lanesOf(other).disk.every((share) => share === 0.5));
  assert.ok(lanesOf({ ...other, phase: 'back' }).disk.every((share) => share === 0.5));
  const back = await show({}, 'back');
  assert.match(tiersNews(figure.picture), new RegExp(`^Back after 48\\.6 ms.*Lost: ${lost} writes`));
  assert.ok(hitRateIn(back, 20, 21) < 0.8 * hitRateIn(back, 0, 20), 'memory began empty');
  assert.ok(hitRateIn(back, 39, 40) > 0.95 * hitRateIn(back, 0, 20), 'and is warm again');

  await show({ safety: 'none' }, 'off');
  assert.match(tiersNews(figure.picture), /100\u202f000 values.*stood nowhere else/);
  assert.ok(lanesOf(figure.picture).disk.every((share) => share === 0));
});

/** The memory of the run whose numbers are shown. @param {TiersFigure} figure */
const shownMemory = (figure) => figure.picture.report?.memory;

test('while a run is computed there are no numbers, and one that is no longer wanted ends', async () => {
  const { figure, show } = await begin();
  await show({ memory: 10 });
  figure.wish({ memory: 30 }, 'on');
  assert.equal(shownMemory(figure), undefined, 'the numbers of 10 % are not those of 30 %');
  assert.match(tiersNews(figure.picture), /^Running/);
  const slow = figure.measured();
  figure.cancel();
  figure.wish({ memory: 10 }, 'on');
  await slow;
  assert.equal(shownMemory(figure), 0.1, 'what was run before is there at once');
  await figure.reset();
  assert.deepEqual(figure.picture.setting, firstSetting);
});

test('a link leads back, and a broken one to the beginning', async () => {
  const { figure, show } = await begin();
  await show({ memory: 10, safety: 'hundred' }, 'back');
  const { figure: other } = await begin(new URLSearchParams(await figure.link()));
  assert.deepEqual(other.picture.setting, figure.picture.setting);
  assert.equal(other.picture.phase, 'back');
  assert.deepEqual(settingOf(new URLSearchParams('memory=200&traffic=x&safety=&disk=no')), firstSetting);
});

test('each line of the strip is ten times the one below', () => {
  assert.ok(Math.abs(heightOf(100) - heightOf(10) - (heightOf(10) - heightOf(1))) < 1e-9);
  assert.equal(heightOf(100), 1);
  assert.equal(heightOf(0), 0);
});
