/** Figs 6-6 and 6-6 b: their numbers are the engine's, their walk is what it says, their links lead back to them. No page, so nothing is drawn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLink } from '../../web/engine/link.js';
import { throwDice } from '../../web/figures/dice.js';
import { LossFigure, stillLoss } from '../../web/figures/loss.js';
import { drawField } from '../../web/figures/loss-drawing.js';
import {
  choices,
  countRolls,
  measureRisk,
  numberOf,
  pointChoices,
  rolled,
} from '../../web/figures/loss-measure.js';
import { chosenOf, exactRow } from '../../web/figures/loss-view.js';
import { ReplicationFigure, stillReplication } from '../../web/figures/replication.js';
import { drawReplicationRing } from '../../web/figures/replication-drawing.js';
import {
  askForKey,
  copies,
  firstSeed,
  holdersOf,
  key,
  machinesByRack,
  measureRing,
  racks,
  racksOf,
  rules,
  scenarioFor,
  walkOf,
  withoutCopy,
} from '../../web/figures/replication-measure.js';
import { walkNews } from '../../web/figures/replication-view.js';
import { formatShare } from '../../web/ui/format.js';
import { openTestEngine } from '../lib/engine.js';
import { readText } from '../lib/files.js';

/** @import { Ring } from '../../web/engine/engine.d.ts' */
/** @import { Rule } from '../../web/figures/replication-measure.js' */

const engine = openTestEngine();
const near = (/** @type {number} */ a, /** @type {number} */ b) =>
  assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

/**
 * A figure in which nothing waits for a screen.
 * @template {{start: Function}} Figure
 * @param {new (host: import('../../web/figures/sim-figure.js').FigureHost) => Figure} Kind
 */
async function begin(Kind) {
  /** @type {Promise<void>} */
  let queue = Promise.resolve();
  const figure = new Kind({
    changed() {},
    run(task) {
      queue = queue.then(task);
    },
  });
  await figure.start(engine, null, null);
  return { figure, settled: () => queue };
}

/**
 * What `systemsim ring` prints for such a ring, by way of a claim.
 * @param {object} settings
 * @param {number} seed
 * @param {string} name of the field
 */
async function ringReport(settings, seed, name) {
  const base = /** @type {any} */ (JSON.parse(readText('content/claims/three-machines-one-rack.json')));
  const experiment = { kind: 'ring', n: 3, seeds: { from: seed, to: seed }, ...settings };
  const claim = { ...base, experiment, measure: { of: `/${name}` } };
  return (await engine.runJob({ job: 'claim', claim, seed_offset: 0 })).measured ?? Number.NaN;
}

test('the shares of each rule are those of `systemsim ring` for the same machines, racks and dice', async () => {
  for (const rule of rules) {
    for (const seed of [firstSeed, 1, 2]) {
      const ring = await measureRing(engine, { rule, seed });
      const settings = {
        nodes: 12,
        vnodes: 16,
        racks: 3,
        skip_same_machine: rule !== 'points',
        skip_same_rack: rule === 'racks',
      };
      near(await ringReport(settings, seed, 'fewer_machines'), ring.fewer_machines);
      near(await ringReport(settings, seed, 'one_rack'), ring.one_rack);
    }
  }
});

test('what goes silent with each rack adds up to the keys that have all copies in one', async () => {
  for (const rule of rules) {
    for (const seed of [firstSeed, 1, 2]) {
      const ring = await measureRing(engine, { rule, seed });
      const cabinets = machinesByRack(ring);
      assert.deepEqual(
        cabinets.map((machines) => machines.length),
        [4, 4, 4],
      );
      near(
        cabinets.reduce((sum, machines) => sum + withoutCopy(ring, machines).share, 0),
        ring.one_rack,
      );
      near(withoutCopy(ring, []).share, 0);
      near(withoutCopy(ring, cabinets.flat()).share, 1);
      if (rule === 'racks') near(withoutCopy(ring, [...cabinets[0], ...cabinets[2]]).share, 0);
    }
  }
});

/**
 * The walk by the book: what each rule says, point by point.
 * @param {Ring} ring
 * @param {Rule} rule
 */
function walkByTheBook(ring, rule) {
  const place = ring.keys[0].at;
  const ahead = (/** @type {number} */ at) => (at - place + 1) % 1;
  const points = [...ring.tokens].sort((left, right) => ahead(left.at) - ahead(right.at));
  const rackOf = racksOf(ring);
  /** @type {string[]} */
  const taken = [];
  /** @type {string[]} */
  const met = [];
  for (const { node } of points) {
    if (taken.length === copies || (rule === 'points' && met.length === copies)) break;
    const kind = taken.includes(node)
      ? rule === 'points'
        ? 'again'
        : 'machine'
      : rule === 'racks' && taken.some((other) => rackOf.get(other) === rackOf.get(node))
        ? 'rack'
        : 'copy';
    if (kind === 'copy') taken.push(node);
    met.push(`${node} ${kind}`);
  }
  return met;
}

test('the walk meets the points that it must, and passes by those that its rule says', async () => {
  const kinds = new Set();
  for (const rule of rules) {
    for (const seed of [firstSeed, ...Array.from({ length: 60 }, (_, at) => at + 1)]) {
      const ring = await measureRing(engine, { rule, seed });
      const walk = walkOf(ring, rule);
      assert.deepEqual(
        walk.map(({ node, kind }) => `${node} ${kind}`),
        walkByTheBook(ring, rule),
      );
      assert.deepEqual(
        walk.filter(({ kind }) => kind === 'copy').map(({ node }) => node),
        holdersOf(ring),
      );
      for (const { kind } of walk) kinds.add(`${rule} ${kind}`);
    }
  }
  assert.equal(kinds.size, 2 + 2 + 3, [...kinds].join());
});

test('on the first ring the cart is unlucky: two machines, then one rack, and with racks skipped three', async () => {
  const found = [];
  for (const rule of rules) {
    const ring = await measureRing(engine, { rule, seed: firstSeed });
    const holders = holdersOf(ring);
    found.push([holders.length, new Set(holders.map((node) => racksOf(ring).get(node))).size]);
  }
  assert.deepEqual(found, [
    [2, 1],
    [3, 1],
    [3, 3],
  ]);
});

test('a key whose copies are all in the dark gets no answer in a run, and every other one does', async () => {
  const records = Array.from({ length: 99 }, (_, at) => ({ key: `k${at + 1}`, value: '0' }));
  let silent = 0;
  for (const rule of rules) {
    const setting = { rule, seed: firstSeed };
    const ring = await measureRing(engine, setting);
    for (const dark of machinesByRack(ring)) {
      const actions = [
        ...dark.map((node) => ({ do: 'crash', node, at_us: 1000 })),
        ...records.map((record, at) => ({
          do: 'get',
          client: 'c1',
          key: record.key,
          at_us: 2000 + at * 200_000,
        })),
      ];
      const session = await engine.create({ ...scenarioFor(setting), records, actions });
      await session.step();
      const { operations } = await session.view('history');
      const { keys } = await session.view('ring');
      await session.close();
      for (const { key: asked, replicas } of keys) {
        const alive = replicas.some((node) => !dark.includes(node));
        const answer = operations.find((operation) => operation.key === asked);
        assert.equal(answer?.outcome, alive ? 'ok' : 'timeout', `${asked} ${rule}`);
        silent += alive ? 0 : 1;
      }
      const { answeredBy } = await askForKey(engine, setting, dark);
      assert.equal(
        answeredBy !== null,
        holdersOf(ring).some((node) => !dark.includes(node)),
      );
      assert.ok(!dark.includes(answeredBy ?? ''));
    }
  }
  assert.ok(silent > 5, `${silent}`);
});

test('a step is a point; a walk that had ended goes to its end under another rule and on another ring', async () => {
  const { figure, settled } = await begin(ReplicationFigure);
  await figure.show({ off: [1] });
  assert.deepEqual(figure.picture.off, [], 'nothing is kept anywhere before a walk has ended');
  const press = async (/** @type {Parameters<ReplicationFigure['show']>[0]} */ wish) => {
    await figure.show(wish);
    return figure.picture;
  };
  assert.equal((await press({ steps: 1 })).steps, 1);
  assert.deepEqual(figure.picture.tried, {});
  assert.match(walkNews(figure.picture), /^Point 1 is K’s, in rack 2: K gets copy 1\.$/);
  await press({ steps: 3 });
  assert.match(figure.picture.news, /^Three points, but two machines: K and E\./);
  assert.deepEqual(Object.keys(figure.picture.tried), ['points']);
  for (const rule of /** @type {const} */ (['machines', 'racks'])) {
    await press({ rule, steps: figure.ended() ? Number.POSITIVE_INFINITY : 0 });
    assert.ok(figure.ended());
  }
  assert.equal(figure.picture.tried.racks?.oneRack, 0);
  assert.equal(figure.picture.tried.machines?.fewer, 0);
  await press({ seed: figure.nextSeed(), steps: Number.POSITIVE_INFINITY });
  assert.equal(figure.picture.seed, 1);
  const endOn = async (/** @type {number} */ seed) =>
    (await press({ seed, rule: 'points', steps: Number.POSITIVE_INFINITY })).news;
  const lucky = new Set();
  for (let seed = 1; seed <= 60; seed++) {
    const news = await endOn(seed);
    if (!/on three machines/.test(news)) continue;
    const oneRack = /all in rack/.test(news);
    lucky.add(oneRack);
    assert.match(news, oneRack ? /share a rack\.$/ : /Not every key is so lucky\.$/);
  }
  assert.equal(lucky.size, 2);
  await press({ seed: 1, rule: 'racks', steps: Number.POSITIVE_INFINITY, walked: rules.slice() });
  const { tried } = figure.picture;
  for (const rule of rules)
    near(tried[rule]?.fewer ?? 2, (await measureRing(engine, { rule, seed: 1 })).fewer_machines);
  await figure.reset();
  const ring = await measureRing(engine, { rule: 'points', seed: firstSeed });
  assert.deepEqual({ ...figure.picture, live: false }, stillReplication(ring));
  await settled();
});

test('a link leads back to the same ring, rules, steps and racks; what it cannot mean is left out', async () => {
  const { figure } = await begin(ReplicationFigure);
  await figure.show({ steps: 3 });
  await figure.show({ rule: 'racks', seed: 9, steps: 2, off: [0, 2] });
  const link = await figure.link();
  assert.equal(link.off, '1.3');
  const { figure: other } = await begin(ReplicationFigure);
  await other.start(engine, decodeLink(link.run), new URLSearchParams(link));
  assert.deepEqual(other.picture, figure.picture);
  assert.deepEqual(await other.link(), link);

  const bad = { ...link, steps: '-4e99', walked: 'x.machines.machines', off: '7.x.2' };
  await other.start(engine, decodeLink(link.run), new URLSearchParams(bad));
  assert.equal(other.picture.steps, 0);
  assert.deepEqual(other.picture.off, [1]);
  assert.deepEqual(Object.keys(other.picture.tried), ['machines']);
});

test('the ring’s drawing marks the key’s place, the walk, and the pieces without a live copy', async () => {
  const ring = await measureRing(engine, { rule: 'machines', seed: firstSeed });
  const met = walkOf(ring, 'machines');
  const still = drawReplicationRing({ ring, met: [], dark: [] });
  assert.match(still, new RegExp(`the place of ${key} is marked`));
  assert.doesNotMatch(still, /class="(walked|met)"/);
  const dark = machinesByRack(ring)[1];
  const drawn = drawReplicationRing({ ring, met, dark });
  assert.match(drawn, /class="walked"/);
  assert.equal(drawn.match(/<path [^>]*class="met"/g)?.length, met.length);
  assert.equal(drawn.match(/<circle [^>]*class="met"/g)?.length, copies);
  assert.match(drawn, /4 machines are off: pieces with 3\.8 % of the keys have no live copy/);
  const arcs = /<path d="([^"]*)" class="silent"/.exec(drawn)?.[1].match(/M/g)?.length;
  assert.equal(arcs, withoutCopy(ring, dark).pieces.length);
  assert.equal(racks, 3);
});

test('what every choice of three loses adds up to everything, and is as frequent as the engine says', async () => {
  assert.equal(choices.length, 4060);
  for (const points of pointChoices) {
    const risk = await measureRisk(engine, points);
    const shares = [...risk.lost.values()];
    assert.ok([...risk.lost.keys()].every((number) => number >= 0));
    near(
      shares.reduce((sum, share) => sum + share, 0),
      1,
    );
    near(risk.lost.size / choices.length, risk.chance);
    near(1 / choices.length, risk.expected);
    near(await ringReport({ nodes: 30, vnodes: points }, 2, 'loss_chance'), risk.chance);
    near(await ringReport({ nodes: 30, vnodes: points }, 2, 'loss_expected'), risk.expected);
    // Four standard errors of so many throws.
    const rolls = 4000;
    const { hits } = countRolls(risk, rolls);
    const error = Math.sqrt((risk.chance * (1 - risk.chance)) / rolls);
    assert.ok(Math.abs(hits / rolls - risk.chance) < 4 * error, `${hits} of ${rolls}, ${risk.chance}`);
  }
});

test('the dice are fair, and fall the same again', () => {
  const throws = Array.from({ length: 20_000 }, (_, at) => throwDice(at + 1, 30, 3));
  assert.deepEqual(throws[6], throwDice(7, 30, 3));
  const often = new Array(30).fill(0);
  for (const three of throws) {
    assert.equal(new Set(three).size, 3);
    assert.deepEqual(
      three,
      [...three].sort((left, right) => left - right),
    );
    for (const machine of three) often[machine] += 1;
  }
  assert.ok(
    often.every((count) => Math.abs(count - 2000) < 4 * Math.sqrt(2000 * 0.9)),
    often.join(),
  );
});

test('three machines at most are dead; a throw, a hundred throws and all choices say what was lost', async () => {
  const { figure } = await begin(LossFigure);
  for (const machine of [4, 9, 2, 20]) figure.toggle(machine);
  assert.deepEqual(figure.picture.dead, [9, 2, 20]);
  assert.match(
    figure.picture.news,
    /^Three at a time: machine 5 is alive again\. Machines 3, 10 and 21 are dead/,
  );
  assert.equal(chosenOf(figure.picture), numberOf([2, 9, 20]));
  figure.toggle(2);
  assert.match(figure.picture.news, /^Machines 10 and 21 are dead\. .* nothing is lost yet\.$/);
  const risk = figure.picture.risks[1] ?? assert.fail('no risk');
  const [fatal, share] = [...risk.lost][0];
  for (const machine of choices[fatal]) figure.toggle(machine);
  assert.equal(chosenOf(figure.picture), fatal);
  assert.ok(figure.picture.news.includes(`all three copies of ${formatShare(share, 1)} of the keys`));
  figure.roll(1);
  assert.equal(chosenOf(figure.picture), rolled(1));
  await figure.setPoints(256);
  figure.roll(100);
  const { hits } = countRolls(figure.picture.risks[256] ?? assert.fail('no risk'), 100);
  assert.match(figure.picture.news, new RegExp(`^With 256 points each, ${hits} of 100 rolls lost something`));
  figure.showAll();
  assert.match(figure.picture.news, /rows “all”: it is the same/);
  assert.match(figure.picture.news, /^Of all 4\u202f060 choices 3\u202f\d{3} lose something/);

  const link = await figure.link();
  const { figure: other } = await begin(LossFigure);
  await other.start(engine, decodeLink(link.run), new URLSearchParams(link));
  for (const part of /** @type {const} */ (['points', 'rolls', 'shown', 'dead'])) {
    assert.deepEqual(other.picture[part], figure.picture[part], part);
  }
  assert.deepEqual(await other.link(), link);
  const bad = { ...link, rolls: '7:3,16:99999999,256:-1,1:2', all: '16.x.1', dead: '31.x.3.3' };
  await other.start(engine, decodeLink(link.run), new URLSearchParams(bad));
  assert.deepEqual(other.picture.rolls, { 1: 2, 16: 0, 256: 0 });
  assert.deepEqual(other.picture.shown, [1, 16]);
  assert.deepEqual(other.picture.dead, [2]);
  await other.reset();
  assert.deepEqual({ ...other.picture, live: false, risks: {} }, stillLoss());
});

test('all blots of the field have the same area, however many points there are', async () => {
  for (const points of pointChoices) {
    const risk = await measureRisk(engine, points);
    const drawn = drawField({ risk, rolls: 0, chosen: null, all: true });
    const sides = [...(/<path d="([^"]*)" class="blot"/.exec(drawn)?.[1] ?? '').matchAll(/h(\d[\d.]*)v/g)];
    const area = sides.reduce((sum, [, side]) => sum + Number(side) ** 2, 0);
    assert.ok(Math.abs(area / 300 ** 2 - 1) < 0.01, `${points}: ${area}`);
    assert.equal(sides.length, risk.lost.size);
    assert.equal(exactRow(risk).at(-1), '0.025 %');
  }
});
