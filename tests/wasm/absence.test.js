/** Fig 6-9: what it shows is what its runs brought, as on the command line; its links lead back to it. No page, so nothing is drawn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLink } from '../../web/engine/link.js';
import { AbsenceFigure, stillAbsence } from '../../web/figures/absence.js';
import { drawBands, drawRecords } from '../../web/figures/absence-drawing.js';
import {
  carriers,
  countsOf,
  deletedKey,
  firstPlace,
  graceMs,
  lengths,
  placeOf,
  play,
  scenarioOf,
  windowMs,
} from '../../web/figures/absence-run.js';
import {
  carrierWords,
  countWords,
  lastWithin,
  lengthWords,
  linkedLength,
  newsOf,
  placeNamed,
  shortLength,
  triedRows,
} from '../../web/figures/absence-words.js';
import { openTestEngine } from '../lib/engine.js';
import { readText } from '../lib/files.js';

/** @import { Carrier, Played } from '../../web/figures/absence-run.js' */

const engine = openTestEngine();
const golden = JSON.parse(readText('tests/golden/traces.json'));
const hour = 3_600_000;
const day = 24 * hour;
const at = (/** @type {number} */ ms) => {
  const place = lengths.indexOf(ms);
  assert.ok(place >= 0, `${ms} ms is no length`);
  return place;
};

/** What was run once need not be run again. @type {Map<number, Promise<Played>>} */
const known = new Map();
const playedFor = (/** @type {number} */ ms) => {
  const played = known.get(ms) ?? play(engine, ms);
  known.set(ms, played);
  return played;
};

/** A figure in which nothing waits for a screen. */
async function begin() {
  /** @type {Promise<void>} */
  let queue = Promise.resolve();
  const figure = new AbsenceFigure({
    changed() {},
    run(task) {
      queue = queue.then(task);
    },
  });
  await figure.start(engine, null, null);
  return { figure, settled: () => queue };
}

test('the runs are those of the command line: the golden hash of the same scenario', async () => {
  for (const [name, ms] of /** @type {const} */ ([
    ['away-four-hours', 4 * hour],
    ['away-eleven-days', 11 * day],
  ])) {
    assert.deepEqual(scenarioOf(ms), { ...JSON.parse(readText(`tests/golden/scenarios/${name}.json`)) });
    assert.equal((await playedFor(ms)).hash, golden[name], 'looking on changes nothing');
  }
});

test('the scenarios of the claims are places of the dial', () => {
  for (const [name, ms] of /** @type {const} */ ([
    ['failure-handling', 4 * hour],
    ['away-one-second', 1000],
    ['away-ten-seconds', 10_000],
    ['away-three-hours', 3 * hour],
    ['away-nine-days', 9 * day],
    ['away-eleven-days', 11 * day],
  ]))
    assert.deepEqual(scenarioOf(ms), JSON.parse(readText(`content/scenarios/${name}.json`)), name);
});

// The same table as tests/cpp/absence_test.cc's, there for many lucks.
const ladder = /** @type {[number, Partial<Record<Carrier, number>>][]} */ ([
  [10, { itself: 1, read_repair: 19 }],
  [1000, { read_repair: 20 }],
  [2000, { read_repair: 10, hint: 10 }],
  [10_000, { read_repair: 2, hint: 18 }],
  [60_000, { hint: 20 }],
  [3 * hour, { hint: 20 }],
  [4 * hour, { hint: 15, merkle: 5 }],
  [day, { hint: 3, merkle: 17 }],
  [9 * day, { hint: 1, merkle: 19 }],
  [11 * day, { merkle: 19, nobody: 1 }],
]);

test('each length of absence has its own carriers', async () => {
  for (const [ms, expected] of ladder) {
    const counts = countsOf(await playedFor(ms));
    const found = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
    assert.deepEqual(found, expected, lengthWords(ms));
  }
});

test('at four hours the hints are those of the first three, and come before the trees', async () => {
  const played = await playedFor(4 * hour);
  for (const { afterMs, by } of played.changes) assert.equal(by, afterMs < windowMs ? 'hint' : 'merkle');
  const [hints, trees] = [lastWithin(played, 'hint'), lastWithin(played, 'merkle')];
  assert.ok(hints !== null && trees !== null && hints < trees, `${hints} ${trees}`);
  assert.deepEqual(played.back, []);
});

test('past the grace it is the deleted record that is back, on all three machines that should hold it', async () => {
  const { changes, back, ms } = await playedFor(11 * day);
  assert.ok(ms > graceMs);
  const lost = changes.filter(({ by }) => by === 'nobody');
  assert.deepEqual(
    lost.map(({ key, deleted }) => [key, deleted]),
    [[deletedKey, true]],
  );
  assert.equal(back.length, 3);
  assert.ok(back.includes('C'));
});

test('lengths in words', () => {
  assert.deepEqual([10, 1000, 60_000, hour, 4 * hour, day, 30 * day].map(lengthWords), [
    '10 ms',
    '1 s',
    '1 minute',
    '1 hour',
    '4 hours',
    '1 day',
    '30 days',
  ]);
  assert.deepEqual([600_000, 4 * hour, 9 * day].map(shortLength), ['10 min', '4 h', '9 d']);
  assert.deepEqual(
    [...lengths].sort((left, right) => left - right),
    lengths,
  );
});

test('the story in words: back after four hours, a turn of the dial, eleven days', async () => {
  const { figure, settled } = await begin();
  assert.match(newsOf(figure.picture), /^C is away\. 20 records were changed in these 4 hours/);
  await figure.comeBack();
  assert.match(
    newsOf(figure.picture),
    /^C was away for 4 hours: hints brought 15 of 20, the last within .*; Merkle trees brought 5 of 20, the last within .* hours\. Now change/,
  );
  figure.turn(at(60_000));
  figure.turn(at(1000));
  await settled();
  assert.equal(figure.picture.place, at(1000));
  assert.deepEqual([...figure.picture.tried.keys()], [firstPlace, at(1000)], 'what it passed is not run');
  assert.match(newsOf(figure.picture), /read repair brought all 20/);
  await figure.showPlace(at(11 * day));
  assert.match(newsOf(figure.picture), /The delete was not brought\. session:9c3a… is back, on .* and /);
  assert.deepEqual(
    triedRows(figure.picture.tried).map(([length]) => length),
    ['1 s', '4 hours', '11 days'],
  );
  assert.equal(countWords(countsOf(await playedFor(4 * hour))), '15 by hints, 5 by Merkle trees');
  assert.equal(countWords(countsOf(await playedFor(11 * day))), '19 by Merkle trees, 1 not brought');
  figure.turn(-5);
  await settled();
  assert.equal(figure.picture.place, 0, 'the dial has an end');
  await figure.reset();
  assert.deepEqual({ ...figure.picture, live: false }, stillAbsence(figure.picture.played));
});

test('the drawings hold each change once, and each length a column that is full', async () => {
  for (const [ms] of ladder) {
    const played = await playedFor(ms);
    const counts = countsOf(played);
    const drawn = drawRecords({ played, returned: true, shown: carriers, width: 860 });
    for (const carrier of carriers) {
      const marks = drawn.split(`"is-${carrierWords[carrier].shape}"`).length - 1;
      assert.equal(marks, counts[carrier] + 1, `${lengthWords(ms)}, ${carrier}, with the lane's name`);
    }
    assert.equal(drawn.split('class="deleted"').length - 1, 1);
    const bands = drawBands(new Map([[3, counts]]), 3);
    const heights = [...bands.matchAll(/height="([\d.]+)" class="by-/g)].map(([, height]) => Number(height));
    assert.ok(Math.abs(heights.reduce((sum, height) => sum + height, 0) - 100) <= 9);
  }
  const before = drawRecords({ played: await playedFor(4 * hour), returned: false, shown: [], width: 310 });
  assert.equal(before.split('"is-quiet"').length - 1, 21);
  assert.doesNotMatch(before, /no new hints|is-hint|is-merkle/, 'nothing is told before it is found');
});

test('a sweep runs every length, and a reset ends it', async () => {
  const { figure } = await begin();
  await figure.comeBack();
  for (const [ms] of ladder) figure.known.set(at(ms), await playedFor(ms));
  const sweep = figure.sweep();
  figure.cancel();
  await sweep;
  assert.ok(figure.picture.tried.size < 4);
  assert.equal(figure.picture.swept, false);
  // What the others came to does not matter here.
  for (const ms of lengths.filter((ms) => !figure.known.has(at(ms))))
    figure.known.set(at(ms), await playedFor(4 * hour));
  await figure.sweep();
  assert.equal(figure.picture.tried.size, lengths.length);
  assert.match(
    newsOf(figure.picture),
    /^All 18 lengths were run\. Read repair brings something from 10 ms to 10 s; hints bring/,
  );
});

test('a link in the text opens the figure at a length of its dial', async () => {
  const text = readText('content/07-failure-handling.md');
  const named = [...text.matchAll(/\(#fig=absence&away=([^)&]+)\)/g)].map(([, words]) => words);
  assert.deepEqual(named, [linkedLength(11 * day)]);
  const { figure } = await begin();
  await figure.start(engine, null, new URLSearchParams({ fig: 'absence', away: named[0] }));
  assert.equal(figure.picture.returned, true);
  assert.equal(figure.picture.place, at(11 * day));
  await figure.start(engine, null, new URLSearchParams({ fig: 'absence', away: '12d' }));
  assert.equal(figure.picture.returned, false, 'a length that the dial has not is none');
  for (const [place, ms] of lengths.entries()) assert.equal(placeNamed(linkedLength(ms)), place);
});

test('a link leads back to the same length and strip; what it cannot mean is left out', async () => {
  const { figure } = await begin();
  await figure.comeBack();
  for (const ms of [1000, 2000, 60_000]) await figure.showPlace(at(ms));
  const link = await figure.link();
  assert.equal(link.tried, `2_3.6.${firstPlace}`);
  const { figure: other, settled } = await begin();
  await other.start(engine, decodeLink(link.run), new URLSearchParams(link));
  assert.deepEqual(await other.link(), link, 'also while the places are still to be run');
  await settled();
  const tried = (/** @type {AbsenceFigure} */ { picture }) => [...picture.tried].sort(([a], [b]) => a - b);
  assert.deepEqual(tried(other), tried(figure));
  assert.equal(other.picture.place, at(60_000));
  await other.start(engine, decodeLink(link.run), new URLSearchParams({ ...link, tried: 'x.-4_0.99.1_y' }));
  await settled();
  assert.deepEqual([...other.picture.tried.keys()], [at(60_000), 0]);
  await other.start(engine, decodeLink(link.run), new URLSearchParams({ ...link, returned: '0' }));
  assert.equal(other.picture.returned, false);
  for (const [place, ms] of lengths.entries()) assert.equal(placeOf(scenarioOf(ms)), place);
  for (const odd of [null, {}, { actions: 3 }, { actions: [{ do: 'crash', at_ms: 1 }] }])
    assert.equal(placeOf(odd), firstPlace);
});
