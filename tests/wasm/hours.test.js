/** Fig 6-10: its hours are the files’, its lamps the command line’s, its links lead back, and every part has its lamp. No page, so nothing is drawn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gridOf, inRuns, outOf, singles } from '../../web/build/hours-grid.mjs';
import { decodeLink } from '../../web/engine/link.js';
import { HoursFigure } from '../../web/figures/hours.js';
import { eventsOf } from '../../web/figures/hours-events.js';
import { openMachine, writer } from '../../web/figures/hours-machine.js';
import { dutiesOf, onlyWords } from '../../web/figures/hours-machine-view.js';
import { lampNames, limits, measureHour } from '../../web/figures/hours-measure.js';
import { actionsOf, machinesOf, parts, scenarioFor, settingOf } from '../../web/figures/hours-parts.js';
import { openTestEngine } from '../lib/engine.js';
import { readText } from '../lib/files.js';

/** @import { Hour, PartId } from '../../web/figures/hours-parts.js' */

const engine = openTestEngine();

/** The lamp of each part, as the page tells it. @type {Record<PartId, string | null>} */
const lampOf = {
  gossip: 'answers',
  hints: 'answers',
  repair: null,
  trees: 'agree',
  log: 'saved',
  points: 'load',
  filter: 'absent',
  clocks: 'cart',
  quorum: 'session',
};

/** Those that are out. @param {Hour} hour @param {PartId[]} out */
async function dark(hour, ...out) {
  const { lamps } = await measureHour(engine, new Set(out), hour);
  return lamps.filter(({ state }) => state === 'out').map(({ id }) => id);
}

/** A figure in which nothing waits for a screen. @param {string} [run] of a link @param {Record<string, string>} [more] */
async function begin(run, more = {}) {
  /** @type {Promise<void>} */
  let queue = Promise.resolve();
  const figure = new HoursFigure({
    changed() {},
    run(task) {
      queue = queue.then(task);
    },
  });
  await figure.start(
    engine,
    run ? decodeLink(run) : null,
    run ? new URLSearchParams({ run, ...more }) : null,
  );
  return figure;
}

/** Without what only names it. @param {any} scenario */
const untitled = ({ title, ...rest }) => rest;

test('the hours that claims and the question run are the figure’s', () => {
  const named = /** @type {PartId[]} */ (inRuns.filter((id) => id !== 'points'));
  /** @type {[file: string, hour: Hour, out: PartId[]][]} */
  const files = [
    ['hours-quiet-bare', 'quiet', parts.map(({ id }) => id)],
    ...named.map((id) => /** @type {[string, Hour, PartId[]]} */ ([`hours-bad-no-${id}`, 'bad', [id]])),
  ];
  for (const [file, hour, out] of files) {
    const stored = JSON.parse(readText(`content/scenarios/${file}.json`));
    assert.deepEqual(untitled(scenarioFor(new Set(out), hour)), untitled(stored), file);
  }
});

test('the quiet hour is the bad one without its faults and without who asks for nothing', () => {
  const [quiet, bad] = ['quiet', 'bad'].map((hour) => {
    const stored = untitled(JSON.parse(readText(`content/scenarios/hours-${hour}.json`)));
    return { ...stored, actions: stored.actions.map((/** @type {any} */ { after: _, ...call }) => call) };
  });
  const calls = bad.actions.filter((/** @type {any} */ { key }) => key && !key.endsWith(':avatar'));
  assert.deepEqual(quiet, { ...bad, actions: calls });
});

test('in a quiet hour no lamp is out, whatever single part is, nor when all are', async () => {
  for (const { id } of parts) assert.deepEqual(await dark('quiet', id), [], id);
  assert.deepEqual(await dark('quiet', ...parts.map(({ id }) => id)), []);
});

test('in the bad hour each part has the lamp that the page names, and read repair has none', async () => {
  assert.deepEqual(await dark('bad'), []);
  for (const { id } of parts) {
    assert.deepEqual(await dark('bad', id), lampOf[id] === null ? [] : [lampOf[id]], id);
  }
});

test('a lamp’s numbers are those of a whole run', async () => {
  const { lamps, calls, stale, reads, hash } = await measureHour(engine, new Set(['log']), 'bad');
  const session = await engine.create(scenarioFor(new Set(['log']), 'bad'));
  await session.step();
  const summary = await session.view('summary');
  const { verdict } = await session.view('verdict');
  await session.close();
  assert.equal(hash, summary.trace_sha256);
  assert.deepEqual(
    [calls, stale, reads],
    [summary.ops.total, summary.ops.stale, summary.ops.stale + summary.ops.fresh],
  );
  const saved = lamps.find(({ id }) => id === 'saved');
  assert.deepEqual(
    [saved?.value, saved?.says],
    [verdict.no_lost_write.state, `in ${verdict.no_lost_write.tests} writes`],
  );
  assert.deepEqual(
    lamps.map(({ id }) => id),
    lampNames.map(({ id }) => id),
  );
});

test('what a scenario says of its parts is what was taken out', () => {
  for (const hour of /** @type {Hour[]} */ (['quiet', 'bad'])) {
    for (const out of [
      ...singles(),
      inRuns.filter((id) => id !== 'hints'),
      /** @type {PartId[]} */ (['log', 'trees']),
    ]) {
      assert.deepEqual(settingOf(scenarioFor(new Set(out), hour)), { out: new Set(out), hour });
    }
  }
  const { vary } = gridOf('bad', [['gossip', 'trees']], 3);
  assert.deepEqual(outOf(vary['/cluster'][0]), ['gossip', 'trees']);
});

test('a link brings back parts, hour and the open machine', async () => {
  const figure = await begin();
  await figure.toggle('filter');
  await figure.toggle('gossip');
  await figure.show(/** @type {any} */ (figure.picture).out, 'bad');
  await figure.open('E');
  const { run, ...more } = await figure.link();
  assert.deepEqual(more, { filter: 'out', machine: 'E' });
  const again = await begin(run, more);
  const { news: _, ...picture } = /** @type {any} */ (again.picture);
  const { news: __, ...before } = /** @type {any} */ (figure.picture);
  assert.deepEqual(picture, before);
  await again.reset();
  assert.equal(again.picture?.out.size, 0);
  assert.equal(again.picture?.hour, 'quiet');
});

test('a machine that is open stays open, and follows the parts and the hour', async () => {
  const figure = await begin();
  await figure.open('B');
  assert.deepEqual(figure.picture?.opened?.gossip?.dead, []);
  await figure.show(new Set(), 'bad');
  assert.deepEqual(figure.picture?.opened?.gossip?.dead, ['C', 'D']);
  await figure.toggle('gossip');
  assert.equal(figure.picture?.opened?.gossip, null);
});

test('hints cannot be put in without gossip, and the news say so', async () => {
  const figure = await begin();
  await figure.toggle('gossip');
  await figure.toggle('hints');
  assert.match(figure.picture?.news ?? '', /^Without gossip nobody knows/);
  assert.deepEqual([...(figure.picture?.out ?? [])], ['gossip']);
});

test('the news say which lamps are out, and that a part was not missed', async () => {
  const figure = await begin();
  await figure.toggle('repair');
  assert.equal(figure.picture?.news, 'A quiet hour, without read repair: no lamp is out. Now the bad hour.');
  await figure.show(new Set(/** @type {PartId[]} */ (['repair'])), 'bad');
  assert.equal(
    figure.picture?.news,
    'A bad hour, without read repair: all seven lamps are lit. In this hour the others do its work.',
  );
  await figure.toggle('log');
  assert.match(figure.picture?.news ?? '', /without read repair, log: “Nothing saved is lost” is out\. /);
});

test('a lamp that stays lit for an empty reason says so, from its own run', async () => {
  const figure = await begin();
  await figure.show(new Set(parts.map(({ id }) => id)), 'bad');
  const { news = '', measured } = figure.picture ?? {};
  assert.match(news, /^A bad hour, every part out: /);
  assert.match(
    news,
    new RegExp(`one copy is enough for an answer now, .*: ${measured?.stale} reads were stale`),
  );
  assert.match(
    news,
    new RegExp(`${measured?.vanished} of the ${measured?.records} records are on no machine`),
  );
  const agree = measured?.lamps.find(({ id }) => id === 'agree');
  assert.equal(agree?.state, 'lit');
  assert.match(agree?.says ?? '', new RegExp(`of which ${measured?.vanished} are on no machine any more$`));
  // The reasons are the true ones: a second copy asked for, or a log, puts the lamp out.
  const all = parts.map(({ id }) => id);
  assert.ok((await dark('bad', ...all.filter((id) => id !== 'quorum'))).includes('answers'));
  assert.ok((await dark('bad', ...all.filter((id) => id !== 'log'))).includes('agree'));
  await figure.show(new Set(), 'bad');
  assert.equal(figure.picture?.measured?.vanished, 0);
  assert.doesNotMatch(figure.picture?.news ?? '', /stays lit/);
});

test('the limit of the first lamp lies between the hour with and without somebody who stands in', async () => {
  const share = (/** @type {string} */ id) => {
    const { expect } = JSON.parse(readText(`content/claims/${id}.json`));
    return expect.value;
  };
  for (const id of ['hours-no-hints', 'hours-no-gossip']) {
    const middle = (share('hours-bad-answered') + share(id)) / 2;
    assert.ok(Math.abs(middle - limits.answered) < 0.003, `${id}: ${middle}`);
  }
});

test('what the text says of the ring is so: a kind one, until a machine leaves', async () => {
  const load = async (/** @type {Hour} */ hour, /** @type {PartId[]} */ ...out) =>
    (await measureHour(engine, new Set(out), hour)).lamps.find(({ id }) => id === 'load');
  const [many, one] = [await load('quiet'), await load('quiet', 'points')];
  assert.equal(many?.value, one?.value);
  assert.match(one?.says ?? '', /on D, the busiest of 5; this ring is a kind one$/);
  assert.match((await load('bad', 'points'))?.says ?? '', /on B, the busiest of the 4 that are left$/);
  const left = await load('bad');
  assert.ok(Number.parseFloat(left?.value ?? '') < Number.parseFloat(many?.value ?? ''));
});

test('every fault of an hour is told, at its time', () => {
  for (const hour of /** @type {Hour[]} */ (['quiet', 'bad'])) {
    const told = eventsOf(hour);
    // Two events do not share a moment unless they are one.
    assert.equal(new Set(told.map(({ at }) => at)).size, told.length);
    const moments = new Set(
      /** @type {any[]} */ (actionsOf(hour))
        .filter(({ key, do: what, ms }) => !key && !(what === 'slow' && ms === 0))
        .map(({ at_ms }) => at_ms / 60_000),
    );
    assert.deepEqual(new Set(told.filter(({ fault }) => fault).map(({ minute }) => minute)), moments);
    assert.deepEqual(
      told.map(({ minute }) => minute),
      told.map(({ minute }) => minute).sort((a, b) => a - b),
    );
  }
});

test('any machine that has power coordinates, and one that has none says nothing', async () => {
  for (const hour of /** @type {Hour[]} */ (['quiet', 'bad'])) {
    for (const name of machinesOf(hour)) {
      const opened = await openMachine(engine, new Set(), hour, name);
      const off = hour === 'bad' && ['C', 'D'].includes(name);
      assert.deepEqual([opened.up, opened.outcome], off ? [false, 'timeout'] : [true, 'ok'], name);
      assert.ok(off || opened.kept.length >= 2, name);
      const [coordinator, replica, hints, gossip, trees] = dutiesOf(opened);
      assert.equal(coordinator.active, !off);
      assert.equal(replica.active, !off && opened.homes.includes(name));
      assert.equal(
        /^first to/.test(coordinator.says.split('(')[1] ?? ''),
        !off && !opened.homes.includes(name),
      );
      const asked = new Set(opened.legs.filter(({ from }) => from === writer).map(({ to }) => to));
      assert.deepEqual([...asked], [name], onlyWords(name));
      if (!off) assert.ok((opened.tookMs ?? 0) > Math.max(...opened.legs.map(({ ms }) => ms)));
      assert.deepEqual([gossip.active, trees.active], [!off, !off]);
      if (hour === 'quiet') assert.equal(hints.says, 'keeps none for anybody');
    }
  }
  const bare = await openMachine(engine, new Set(parts.map(({ id }) => id)), 'bad', 'A');
  assert.deepEqual(
    dutiesOf(bare)
      .slice(2)
      .map(({ active }) => active),
    [false, false, false],
  );
});
