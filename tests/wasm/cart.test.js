/** Figs 6-8 and 6-8 b: what they show is what their runs kept, as on the command line; their links lead back to them. No page, so nothing is drawn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLink } from '../../web/engine/link.js';
import { CartFigure, rightClock, stillCart } from '../../web/figures/cart.js';
import { drawStrip } from '../../web/figures/cart-dial.js';
import {
  added,
  addition,
  agreed,
  before,
  callOf,
  clamp,
  itemsOf,
  later,
  most,
  playBoth,
  removal,
  removed,
  scenarioOf,
  settingOf,
} from '../../web/figures/cart-run.js';
import {
  clockWords,
  countedWrites,
  dialRows,
  laterWords,
  merges,
  newsOf,
} from '../../web/figures/cart-words.js';
import { placesIn, rangesOf } from '../../web/figures/places.js';
import { stillVersions, VersionsFigure } from '../../web/figures/versions.js';
import { measureVersions, names, pairs, relationOf, scenario } from '../../web/figures/versions-run.js';
import { newsOf as gameNews, nextPair, pairName } from '../../web/figures/versions-view.js';
import { openTestEngine } from '../lib/engine.js';
import { readText } from '../lib/files.js';

/** @import { Merge, Played } from '../../web/figures/cart-run.js' */
/** @import { Relation } from '../../web/figures/versions-run.js' */

const engine = openTestEngine();
const golden = JSON.parse(readText('tests/golden/traces.json'));
const [stays] = itemsOf(before);

/**
 * A figure in which nothing waits for a screen.
 * @template {{start: Function}} Figure
 * @param {new (host: import('../../web/figures/sim-figure.js').FigureHost) => Figure} Kind
 */
async function begin(Kind) {
  /** @type {Promise<void>} */
  let queue = Promise.resolve();
  let drawn = 0;
  const figure = new Kind({
    changed() {
      drawn += 1;
    },
    run(task) {
      queue = queue.then(task);
    },
  });
  await figure.start(engine, null, null);
  return { figure, settled: () => queue, drawn: () => drawn };
}

/** The only cart on every machine, in the end. @param {Played} played */
function oneCart(played) {
  const held = agreed(played.end) ?? assert.fail('the machines differ');
  assert.equal(held.length, 1);
  return held[0];
}

/** What the clock of its machine said of a change, while the cut stood. @param {Played} played @param {number} op */
const stampOf = ({ cut }, op) =>
  cut.flatMap(({ versions }) => versions).find((version) => version.op === op)?.stampUs ??
  assert.fail(`no version of ${op}`);

test('the runs are those of the command line: the golden hash of the same scenario', async () => {
  const slow = await playBoth(engine, { skew: -8, merge: 'none' });
  assert.equal(slow.lww.hash, golden['cart-dial-lww']);
  const merged = await playBoth(engine, { skew: 20, merge: 'union' });
  assert.equal(merged.clocks.hash, golden['cart-dial-union']);
  for (const [name, rule, setting] of /** @type {const} */ ([
    ['cart-dial-lww', 'lww', { skew: -8, merge: 'none' }],
    ['cart-dial-union', 'vector-clocks', { skew: 20, merge: 'union' }],
  ])) {
    const file = JSON.parse(readText(`tests/golden/scenarios/${name}.json`));
    assert.deepEqual(scenarioOf(rule, setting), file);
  }
});

test('during the cut each side has its own cart, under both rules, and both clients were told “saved”', async () => {
  const { lww, clocks } = await playBoth(engine, rightClock);
  for (const played of [lww, clocks]) {
    const { cut } = played;
    const [first, second] = [addition, removal].map((op) => callOf(played, op));
    const carts = cut.map(({ machine, versions }) => [machine, versions.map(({ value }) => value).join()]);
    assert.deepEqual(carts, [
      ['A', `[${stays}, ${removed}, ${added}]`],
      ['B', `[${stays}]`],
      ['C', `[${stays}, ${removed}, ${added}]`],
    ]);
    assert.deepEqual([first.outcome, second.outcome], ['ok', 'ok']);
    assert.equal(agreed(played.start)?.[0]?.value, before);
    assert.equal(second.begin_us - first.begin_us, later * 1000);
    assert.ok((first.end_us ?? 0) < second.begin_us, 'the later one began once the first was saved');
  }
});

test('at every place of the dial the later time wins, and turns over once; vector clocks do not move', async () => {
  /** @type {boolean[]} */
  const kept = [];
  const still = (await playBoth(engine, rightClock)).clocks;
  for (let skew = -most; skew <= most; skew++) {
    const { lww, clocks } = await playBoth(engine, { skew, merge: 'none' });
    const won = stampOf(lww, removal) > stampOf(lww, addition) ? removal : addition;
    assert.equal(oneCart(lww).op, won, `${skew} ms`);
    const lost = won === removal ? addition : removal;
    const [one, other] = laterWords(stampOf(lww, won), stampOf(lww, lost)).split(' is later than ');
    assert.ok(Number.parseFloat(one) > Number.parseFloat(other), `${skew} ms: ${one}, ${other}`);
    assert.deepEqual(lww.kept, { add: won === addition, remove: won === removal });
    kept.push(lww.kept.remove);
    assert.deepEqual(clocks.kept, { add: true, remove: true });
    assert.deepEqual(clocks.healed, clocks.end, 'nobody writes back');
    const siblings = (agreed(clocks.healed) ?? []).map(({ op, clock }) => ({ op, clock }));
    assert.deepEqual(siblings, [
      { op: addition, clock: { A: 1, C: 1 } },
      { op: removal, clock: { B: 1, C: 1 } },
    ]);
    assert.deepEqual(
      clocks.operations.map(({ end_us }) => end_us),
      still.operations.map(({ end_us }) => end_us),
    );
    const read = clocks.operations.at(-1);
    assert.deepEqual([...(read?.siblings ?? [])].sort(), [addition, removal]);
    assert.equal(read?.unresolved, true);
  }
  const flips = kept.flatMap((now, at) => (at > 0 && now !== kept[at - 1] ? [at - most] : []));
  assert.equal(flips.length, 1);
  assert.ok(flips[0] < 0 && flips[0] >= -2 * later, `it turns over at ${flips[0]} ms`);
});

test('the counters of a clock are told as the writes that they count', async () => {
  const { clocks } = await playBoth(engine, { skew: 0, merge: 'union' });
  const [first, second] = agreed(clocks.healed) ?? [];
  assert.deepEqual(
    countedWrites(clocks, first.clock ?? {}),
    [
      ['A 1', 'through A: client 1’s write'],
      ['C 1', 'through C: the first cart'],
    ].map(([entry, words]) => [entry.replace(' ', '\u00a0'), words]),
  );
  assert.deepEqual(countedWrites(clocks, second.clock ?? {})[0][1], 'through B: client 2’s write');
  assert.deepEqual(
    countedWrites(clocks, oneCart(clocks).clock ?? {}).map(([, words]) => words),
    [
      'through A: client 1’s write',
      'through B: client 2’s write',
      'through C: the first cart, then client 3’s write',
    ],
  );
});

test('client 3 makes one of the two: the union brings back what was removed, a choice loses the other', async () => {
  /** @type {Record<Exclude<Merge, 'none'>, string>} */
  const carts = {
    union: `[${stays}, ${removed}, ${added}]`,
    first: `[${stays}, ${removed}, ${added}]`,
    second: `[${stays}]`,
  };
  for (const merge of /** @type {const} */ (['union', 'first', 'second'])) {
    const { lww, clocks } = await playBoth(engine, { skew: 0, merge });
    const { value, clock } = oneCart(clocks);
    assert.equal(value, carts[merge], merge);
    assert.deepEqual(clock, { A: 1, B: 1, C: 2 });
    assert.deepEqual(lww, (await playBoth(engine, rightClock)).lww, 'nobody merges there');
  }
});

test('the story in words: a heal, a turn, a merge', async () => {
  const { figure, settled, drawn } = await begin(CartFigure);
  assert.match(newsOf(figure.picture), /^The cut stands\. Both clients were told “saved”/);
  assert.ok(figure.view().body);
  await figure.heal();
  assert.match(newsOf(figure.picture), /^The removal’s time is later, so client 1’s addition has vanished/);
  const drawnBefore = drawn();
  figure.turn(-9);
  figure.turn(-8);
  await settled();
  assert.equal(figure.picture.setting.skew, -8);
  assert.deepEqual([...figure.picture.turned.keys()], [0, -8], 'what the dial only passed is not run');
  assert.equal(drawn() - drawnBefore, 1, 'and where it stands is run once');
  assert.match(
    newsOf(figure.picture),
    /^B’s clock is 8 ms behind: client 2’s removal vanishes, although it was made later/,
  );
  await figure.show({ skew: 8, merge: 'none' });
  assert.match(newsOf(figure.picture), /^B’s clock is 8 ms ahead: client 1’s addition vanishes\. Vector/);
  await figure.show({ skew: -8, merge: 'union' });
  assert.match(newsOf(figure.picture), /what was removed is back/);
  await figure.show({ skew: -8, merge: 'second' });
  assert.match(newsOf(figure.picture), /client 1’s addition is gone/);
  await figure.show({ skew: -8, merge: 'first' });
  assert.match(newsOf(figure.picture), /client 2’s removal is gone/);
  await figure.reset();
  assert.deepEqual({ ...figure.picture, live: false }, stillCart(figure.picture.played));
});

test('every place is run once, the dial stays where it is, and what was found is said; a reset ends it', async () => {
  const { figure } = await begin(CartFigure);
  await figure.heal();
  await figure.show({ skew: 3, merge: 'none' });
  await figure.sweep();
  assert.equal(figure.picture.setting.skew, 3);
  const found = newsOf(figure.picture);
  assert.ok(found.startsWith(`All ${2 * most + 1} places of the dial were run.`), found);
  for (const [place, kept] of dialRows(figure.picture.turned))
    assert.ok(found.includes(`${kept}, with B’s clock ${place}`), found);
  assert.match(found, /Vector clocks kept both changes at every place\.$/);
  assert.equal(figure.picture.turned.size, 2 * most + 1);
  const rows = dialRows(figure.picture.turned);
  assert.deepEqual(
    rows.map(([, ...kept]) => kept),
    [
      ['client 1’s addition', 'both changes'],
      ['client 2’s removal', 'both changes'],
    ],
  );
  const [first] = figure.picture.turned.values();
  const apart = dialRows(new Map([0, 1, 3].map((skew) => [skew, first])));
  assert.deepEqual(
    apart.map(([place]) => place),
    ['from right to 1 ms ahead', '3 ms ahead'],
  );
  const [places] = rows.map(([place]) => place);
  assert.ok(places.startsWith(`from ${clockWords(-most)} to `), places);
  const drawn = drawStrip({ rule: 'lww', at: 0, turned: figure.picture.turned });
  for (const kind of ['kept', 'gone']) {
    const widths = [...drawn.matchAll(new RegExp(`width="(\\d+)"[^>]*class="${kind}"`, 'g'))];
    assert.equal(
      widths.reduce((sum, [, width]) => sum + Number(width), 0),
      2 * most + 1,
    );
  }
  assert.doesNotMatch(drawStrip({ rule: 'clocks', at: 0, turned: figure.picture.turned }), /"gone"/);

  await figure.reset();
  await figure.heal();
  const sweep = figure.sweep();
  figure.cancel();
  await sweep;
  assert.ok(figure.picture.turned.size < 5, `${figure.picture.turned.size}`);
  assert.equal(figure.picture.swept, false);
});

test('the dial does not wait for a sweep, nor for the places of a link', async () => {
  const places = 2 * most + 1;
  const { figure, settled } = await begin(CartFigure);
  await figure.heal();
  figure.host.run(() => figure.sweep());
  while (figure.picture.turned.size < 3) await new Promise((resolve) => setTimeout(resolve));
  figure.turn(7);
  await settled();
  assert.equal(figure.picture.setting.skew, 7);
  assert.ok(figure.picture.turned.size < places, 'the sweep ended');

  const link = { ...(await figure.link()), turned: `${-most}_${most}` };
  const { figure: other, settled: otherSettled } = await begin(CartFigure);
  await other.start(engine, decodeLink(link.run), new URLSearchParams(link));
  assert.equal(other.picture.setting.skew, 7);
  assert.equal(other.picture.turned.size, 1, 'the setting comes first');
  while (other.picture.turned.size < 3) await new Promise((resolve) => setTimeout(resolve));
  other.turn(3);
  const show = other.show.bind(other);
  let found = 0;
  other.show = (setting) => {
    found = other.picture.turned.size;
    return show(setting);
  };
  await otherSettled();
  assert.equal(other.picture.setting.skew, 3);
  assert.ok(found > 0 && found < places, `shown once ${found} places were run`);
  assert.equal(other.picture.turned.size, places, 'and the others come after it');
});

test('a link leads back to the same dial, merge and strip; what it cannot mean is left out', async () => {
  const { figure } = await begin(CartFigure);
  await figure.heal();
  for (const skew of [-3, -2, -1, 7]) await figure.show({ skew, merge: 'none' });
  await figure.show({ skew: 7, merge: 'second' });
  const link = await figure.link();
  assert.equal(link.turned, '-3_0.7');
  const { figure: other, settled } = await begin(CartFigure);
  await other.start(engine, decodeLink(link.run), new URLSearchParams(link));
  assert.deepEqual(await other.link(), link, 'also while the places are still to be run');
  await settled();
  assert.deepEqual(
    { ...other.picture, turned: new Map([...other.picture.turned].sort()) },
    { ...figure.picture, turned: new Map([...figure.picture.turned].sort()) },
  );
  assert.deepEqual(await other.link(), link);

  const bad = { ...link, turned: 'x.1_y.-3e9_-49.200_300' };
  await other.start(engine, decodeLink(link.run), new URLSearchParams(bad));
  await settled();
  assert.deepEqual([...other.picture.turned.keys()], [7, -50, -49]);
  assert.deepEqual(placesIn(rangesOf([4, -1, 0, 3]), -most, most), [-1, 0, 3, 4]);
  for (const { id: merge } of merges) {
    const setting = { skew: -most, merge };
    assert.deepEqual(settingOf(scenarioOf('vector-clocks', setting)), setting);
  }
  assert.deepEqual(settingOf({ cluster: { clocks: [{ skew_ms: 2.5 }] } }), rightClock);
  assert.equal(clamp(400), most);
});

// Dynamo (SOSP 2007), Figure 3, with A, B and C for Sx, Sy and Sz.
test('the five versions bear the clocks of Dynamo’s Figure 3', async () => {
  const versions = await measureVersions(engine);
  assert.deepEqual(
    versions.map(({ clock }) => clock),
    [{ A: 1 }, { A: 2 }, { A: 2, B: 1 }, { A: 2, C: 1 }, { A: 3, B: 1, C: 1 }],
  );
  const session = await engine.create(scenario);
  await session.step();
  assert.equal((await session.view('hash')).trace_sha256, golden['dynamo-figure-3']);
  await session.close();
});

test('what the clocks say of each pair is who had seen whom', async () => {
  const versions = await measureVersions(engine);
  /** By the story: what each writer had read, itself or by way of what it had read. */
  const past = [[], [0], [0, 1], [0, 1], [0, 1, 2, 3]];
  assert.equal(pairs.length, 10);
  for (const [left, right] of pairs) {
    const truth = past[right].includes(left) ? 'before' : 'neither';
    assert.equal(relationOf(versions[left], versions[right]), truth, `${names[left]} ${names[right]}`);
    const mirrored = truth === 'before' ? 'after' : truth;
    assert.equal(relationOf(versions[right], versions[left]), mirrored);
  }
});

test('the game says why, and its link leads back to it', async () => {
  const { figure } = await begin(VersionsFigure);
  const at = (/** @type {string} */ name) => pairs.findIndex((_, pair) => pairName(pair) === name);
  const say = (/** @type {string} */ name, /** @type {Relation} */ relation) => {
    figure.show({ pair: at(name) });
    figure.show({ said: { ...figure.picture.said, [name]: relation } });
    return gameNews(figure.picture);
  };
  assert.match(
    say('D3-D4', 'neither'),
    /^Right\. D3 counts 1 for B where D4 counts 0, and D4 counts 1 for C where D3 counts 0\. Neither/,
  );
  assert.match(say('D3-D4', 'before'), /^Not before\./);
  assert.match(say('D1-D5', 'before'), /^Right\. No counter of D5 is smaller than D1’s/);
  assert.match(say('D2-D4', 'after'), /^Not after\. No counter of D4 is smaller than D2’s/);
  assert.equal(nextPair(figure.picture), at('D2-D5'), 'the next one, of which nothing was said');
  const link = await figure.link();
  const { figure: other } = await begin(VersionsFigure);
  await other.start(engine, decodeLink(link.run), new URLSearchParams(link));
  assert.deepEqual(other.picture, figure.picture);
  const bad = { ...link, pair: 'D9-D1', said: 'D1-D2:before.D2-D1:after.D1-D3:x.__proto__:before' };
  await other.start(engine, decodeLink(link.run), new URLSearchParams(bad));
  assert.deepEqual([other.picture.pair, other.picture.said], [0, { 'D1-D2': 'before' }]);
  await other.reset();
  assert.deepEqual({ ...other.picture, live: false }, stillVersions(other.picture.versions));
  for (const [pair] of pairs.entries()) say(pairName(pair), 'before');
  assert.equal(nextPair(figure.picture), null);
  assert.match(gameNews(figure.picture), /That was the last pair: 9 of 10 right\.$/);
});
