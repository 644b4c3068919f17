/** Fig 6-5: its numbers are the engine's, its line is what it says, its link leads back to it. No page, so nothing is drawn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLink } from '../../web/engine/link.js';
import { PartitionFigure, stillPartition } from '../../web/figures/partition.js';
import { drawBar, drawRing } from '../../web/figures/partition-drawing.js';
import { mean, notchAt, notches, placeOf, timesAtNotch } from '../../web/figures/partition-guess.js';
import { readGuesses, readSeeds } from '../../web/figures/partition-link.js';
import {
  arcsOf,
  busiestOf,
  firstRing,
  handedBy,
  hotKey,
  idlestOf,
  keyOf,
  measureHeat,
  measureJoin,
  measureRoll,
  runJoin,
  scenarioFor,
} from '../../web/figures/partition-measure.js';
import { hasRolled, manyRings, newsOf, nextStep } from '../../web/figures/partition-news.js';
import { givenBy, pointChoices } from '../../web/figures/partition-view.js';
import { openTestEngine } from '../lib/engine.js';
import { readText } from '../lib/files.js';

const engine = openTestEngine();
const near = (/** @type {number} */ a, /** @type {number} */ b) =>
  assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

/** A figure in which nothing waits for a screen. */
async function begin() {
  /** @type {Promise<void>} */
  let queue = Promise.resolve();
  const figure = new PartitionFigure({
    changed() {},
    run(task) {
      queue = queue.then(task);
    },
  });
  await figure.start(engine, null, null);
  return { figure, settled: () => queue };
}

test('the pieces of a ring, put together, are the shares that the engine gives', async () => {
  for (const points of pointChoices) {
    for (const seed of [1, 7]) {
      const { ring } = await measureRoll(engine, { points, seed });
      const arcs = arcsOf(ring);
      assert.equal(arcs.length, 10 * points);
      for (const { name, share } of ring.nodes) {
        near(
          arcs.filter(({ node }) => node === name).reduce((sum, { from, to }) => sum + to - from, 0),
          share,
        );
      }
      near(busiestOf(ring).share * 10, ring.max_over_mean);
      near(idlestOf(ring).share * 10, ring.min_over_mean);
    }
  }
});

test('its numbers are those of `systemsim ring` for the same servers, points and dice', async () => {
  const base = /** @type {any} */ (JSON.parse(readText('content/claims/ring-one-point-busiest.json')));
  for (const points of pointChoices) {
    const { ring } = await measureRoll(engine, { points, seed: 5 });
    for (const name of /** @type {const} */ ([
      'max_over_mean',
      'min_over_mean',
      'moved_on_join',
      'givers_on_join',
    ])) {
      const experiment = { kind: 'ring', nodes: 10, vnodes: points, n: 1, seeds: { from: 5, to: 5 } };
      const claim = { ...base, experiment, measure: { of: `/${name}` } };
      const { measured } = await engine.runJob({ job: 'claim', claim, seed_offset: 0 });
      near(measured ?? Number.NaN, ring[name]);
    }
  }
});

test('what the joined server has is what the engine says that moves, and the givers are as many', async () => {
  for (const points of pointChoices) {
    const roll = await measureRoll(engine, { points, seed: 3 });
    const join = await measureJoin(engine, roll);
    const given = join.before.nodes.map(({ name }) => givenBy(join, name));
    near(join.after.nodes[10].share, roll.ring.moved_on_join);
    near(
      given.reduce((sum, share) => sum + share, 0),
      roll.ring.moved_on_join,
    );
    assert.equal(given.filter((share) => share > 1e-12).length, roll.ring.givers_on_join);
    near(Math.max(...given) / roll.ring.moved_on_join, roll.ring.largest_giver_share);
  }
});

/**
 * How many of the records live on a server of the ring of eleven, by the view's own answer for each key; a view tells
 * of a hundred.
 * @param {string} name
 * @param {import('../../web/figures/partition-measure.js').Setting} setting
 * @param {number} records
 */
async function ownedBy(name, setting, records) {
  let owned = 0;
  for (let first = 0; first < records; first += 100) {
    const session = await engine.create({
      ...scenarioFor(setting, 11),
      records: Array.from({ length: 100 }, (_, at) => ({ key: `k${first + at + 1}`, value: '0' })),
    });
    const { keys } = await session.view('ring');
    await session.close();
    assert.equal(keys.length, 100);
    owned += keys.filter(({ replicas }) => replicas[0] === name).length;
  }
  return owned;
}

test('a join that is carried out hands over the records of the joined server’s pieces, and no call goes without answer', async () => {
  for (const points of /** @type {const} */ ([1, 16])) {
    const setting = { points, seed: 1 };
    const join = await measureJoin(engine, await measureRoll(engine, setting));
    const live = await runJoin(engine, join, setting);
    assert.equal(handedBy(live), await ownedBy(join.name, setting, live.records));
    // Each hands over about the share of the keys that it loses.
    for (const { name, share } of join.before.nodes) {
      const records = live.givers.find((giver) => giver.name === name)?.records ?? 0;
      const lost = share - (join.after.nodes.find((node) => node.name === name)?.share ?? 0);
      assert.ok(Math.abs(records / live.records - lost) < 0.02, `${name}: ${records} and ${lost}`);
    }
    assert.equal(live.givers.length > 1, points > 1);
    assert.ok(live.calls > 0);
    assert.equal(live.answered, live.calls);
    assert.equal(live.stale, 0);
  }
});

test('a fifth of the reads is for the hot key; its server stays busy however many there are', async () => {
  const heats = [];
  for (const servers of [10, 20, 40]) heats.push(await measureHeat(engine, { points: 16, seed: 1 }, servers));
  for (const { reads, hotReads, busiestReads } of heats) {
    assert.equal(hotReads, reads / 5, `${hotKey} is in one place, and that place is the busiest`);
    assert.ok(busiestReads >= hotReads && busiestReads < reads / 3);
  }
  assert.equal(timesOf(heats[2]) > 2 * timesOf(heats[0]), true);
});

/** @param {import('../../web/figures/partition-measure.js').Heat} heat */
const timesOf = ({ busiestReads, servers, reads }) => (busiestReads * servers) / reads;

test('every notch of the dial is a number of its own, and the notch of that number', () => {
  const all = Array.from({ length: notches + 1 }, (_, notch) => timesAtNotch(notch));
  assert.equal(new Set(all).size, all.length);
  assert.deepEqual([all[0], all.at(-1), timesAtNotch(-1), timesAtNotch(99)], [1, 10, 1, 10]);
  all.forEach((times, notch) => {
    assert.equal(notchAt(times), notch);
  });
  assert.deepEqual([placeOf(0.5), placeOf(1), placeOf(10), placeOf(30)], [0, 0, 1, 1]);
});

/** The dice of the ring that is shown. @param {PartitionFigure} figure */
const shownSeed = ({ picture }) => picture.roll?.setting.seed ?? null;

test('a roll is the next ring; five of them, or a second number of points, bring the next steps', async () => {
  const { figure } = await begin();
  assert.equal(shownSeed(figure), null);
  for (let at = 0; at < 5; at++) {
    assert.equal(hasRolled(figure.picture), false);
    await figure.roll();
    assert.equal(shownSeed(figure), firstRing + at);
  }
  assert.equal(hasRolled(figure.picture), true);
  await figure.setPoints(16);
  assert.equal(shownSeed(figure), null, 'other points are another guess: nothing is shown before a roll');
  await figure.setPoints(1);
  assert.equal(shownSeed(figure), firstRing + 4);
  await figure.reset();
  const { keyAt } = figure.picture;
  assert.deepEqual({ ...figure.picture, live: false }, stillPartition(keyAt));
});

test('the first five rings are as the many: what the text says of thousands, the reader rolls', async () => {
  for (const points of pointChoices) {
    const rings = [];
    for (let at = 0; at < 5; at++)
      rings.push((await measureRoll(engine, { points, seed: firstRing + at })).ring);
    const busiest = rings.map(({ max_over_mean }) => max_over_mean);
    const { value } = /** @type {{value: number}} */ (manyRings[points].expect);
    assert.ok(Math.abs(mean(busiest) / value - 1) < 0.02, `${points}: ${mean(busiest)}, not ${value}`);
    if (points === 1)
      assert.ok(Math.max(...busiest) / Math.min(...busiest) > 1.5, 'they differ among themselves');
  }
});

/** The words of a template, or of a string. @param {any} part @returns {string} */
function wordsOf(part) {
  if (!part?.strings) return typeof part === 'symbol' ? '' : String(part);
  return part.strings
    .map(
      (/** @type {string} */ text, /** @type {number} */ at) =>
        text + (at < part.values.length ? wordsOf(part.values[at]) : ''),
    )
    .join('')
    .replace(/\s+/g, ' ');
}

test('what it says is what is shown: the five rings, the eleven servers, the next step until it is done', async () => {
  const { figure } = await begin();
  for (let at = 0; at < 5; at++) await figure.roll();
  assert.match(
    wordsOf(newsOf(figure.picture)),
    /Over your 5 rings .* 2\.9 times .* Five are few: over .*4 000 rings<\/a> it is 2\.9 times\. Now give each server 16 points\./,
  );
  await figure.roll();
  assert.match(
    wordsOf(newsOf(figure.picture)),
    /Now give each server 16 points\./,
    'the sixth ring does not take it away',
  );
  assert.match(nextStep(figure.picture), /16 points/);
  await figure.setPoints(256);
  await figure.roll();
  assert.match(nextStep(figure.picture), /an eleventh server/);
  await figure.toggleJoin();
  const { join } = figure.picture;
  assert.ok(join);
  const busiest = busiestOf(join.after);
  assert.match(
    wordsOf(newsOf(figure.picture)),
    new RegExp(`busiest server is ${busiest.name} with ${(busiest.share * 10).toFixed(2)}`),
  );
});

test('a hot key is tried first with the servers that are there, and taken away after the last', async () => {
  const { figure } = await begin();
  const tried = () => figure.picture.heat.map(({ servers }) => servers);
  await figure.roll();
  await figure.toggleJoin();
  await figure.addHeat();
  assert.deepEqual(tried(), [11]);
  await figure.toggleJoin();
  assert.deepEqual(tried(), []);
  for (let at = 0; at < 4; at++) await figure.addHeat();
  assert.deepEqual(tried(), [10, 20, 40, 80]);
  await figure.addHeat();
  assert.deepEqual(tried(), []);
});

test('the marked key lies where the engine puts it, on the server of the next point', async () => {
  for (const points of pointChoices) {
    const { ring } = await measureRoll(engine, { points, seed: 3 });
    const { at, replicas } = keyOf(ring);
    const arcs = arcsOf(ring);
    assert.equal((arcs.find(({ to }) => to >= at) ?? arcs[0]).node, replicas[0]);
  }
});

test('a link leads back to the same guesses, rings and steps; what it cannot mean is left out', async () => {
  const { figure } = await begin();
  figure.setGuess(1.5);
  await figure.roll();
  await figure.roll();
  await figure.setPoints(256);
  figure.setGuess('unsure');
  await figure.roll();
  await figure.toggleJoin();
  await figure.runJoin();
  await figure.addHeat();
  await figure.addHeat();
  const link = await figure.link();
  const { figure: other } = await begin();
  await other.start(engine, decodeLink(link.run), new URLSearchParams(link));
  assert.deepEqual(other.picture, figure.picture);
  assert.deepEqual(await other.link(), link);

  assert.deepEqual([...readGuesses('1:1.5,16:99,x,256:unsure')].length, 2);
  assert.deepEqual(readSeeds('1:1.-2.x.3.1e99').get(1), [1, 3]);
  assert.equal(readSeeds(`1:${'7.'.repeat(500)}7`).get(1)?.length, 40);
});

test('the drawings mark the busiest, and the server that joined', async () => {
  const roll = await measureRoll(engine, { points: 1, seed: 1 });
  const { name } = busiestOf(roll.ring);
  assert.match(drawRing(roll.ring, null), new RegExp(`The parts of server ${name}, the busiest, are marked`));
  assert.match(drawRing(roll.ring, await measureJoin(engine, roll)), /Server K has joined/);
  assert.match(drawBar({ parts: [0.1, 0.1], top: 0.4, kind: 'plain' }), /y="50" width="10" height="50"/);
});
