/** Fig 6-4: its numbers are the command line's, both worlds are one run until a machine must choose, its links lead back. No page, so nothing is drawn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLink } from '../../web/engine/link.js';
import { firstTrouble, stillWorlds, WorldsFigure } from '../../web/figures/worlds.js';
import { drawWorld } from '../../web/figures/worlds-drawing.js';
import {
  cutUs,
  groupsOf,
  healUs,
  machines,
  measureWorld,
  momentUs,
  patience,
  requests,
  roundTrip,
  scenarioFor,
  troubleOf,
  ways,
  whereTheyPart,
  wires,
} from '../../web/figures/worlds-measure.js';
import { isOver, isRight, noMarks, toldOf } from '../../web/figures/worlds-state.js';
import { openTestEngine } from '../lib/engine.js';
import { readText } from '../lib/files.js';

/** @import { Trouble, Way } from '../../web/figures/worlds-measure.js' */
/** @import { Mark } from '../../web/figures/worlds-state.js' */

const engine = openTestEngine();

/** @type {Trouble} */
const whole = { hit: [], ms: null };
/** Every choice of wires, cut and slower. @type {Trouble[]} */
const troubles = Array.from({ length: 8 }, (_, bits) => wires.filter((__, at) => bits & (1 << at))).flatMap(
  (hit) => [null, 90, 100, 300].map((ms) => ({ hit, ms })),
);

/** A figure in which nothing waits for a screen; without one, it runs to the end at once. */
async function begin() {
  /** @type {Promise<void>} */
  let queue = Promise.resolve();
  const figure = new WorldsFigure({
    changed() {},
    run(task) {
      queue = queue.then(task);
    },
  });
  await figure.start(engine, null, null);
  return figure;
}

/** What `systemsim run` prints of a scenario. @param {import('../../web/engine/engine.d.ts').Scenario} scenario */
async function summaryOf(scenario) {
  const session = await engine.create(scenario);
  await session.step();
  const { ops, trace_sha256 } = await session.view('summary');
  const { verdict } = await session.view('verdict');
  await session.close();
  return { ops, trace_sha256, verdict };
}

/** Without what only names it. @param {any} scenario */
const untitled = ({ title, ...rest }) => rest;

test('the worlds that the claims run are the figure’s', () => {
  /** @type {[file: string, trouble: Trouble, way: Way][]} */
  const files = [
    ['two-worlds-refuse', firstTrouble, 'refuse'],
    ['two-worlds-answer', firstTrouble, 'answer'],
    ['two-worlds-one-link', { hit: ['AC'], ms: null }, 'refuse'],
    ['two-worlds-90-ms-slower', { ...firstTrouble, ms: 90 }, 'refuse'],
    ['two-worlds-100-ms-slower', { ...firstTrouble, ms: 100 }, 'refuse'],
  ];
  for (const [file, trouble, way] of files) {
    const stored = JSON.parse(readText(`content/scenarios/${file}.json`));
    assert.deepEqual(untitled(scenarioFor(trouble, way)), untitled(stored), file);
  }
});

test('its runs are the command line’s, which wrote the golden hashes', async () => {
  const golden = JSON.parse(readText('tests/golden/traces.json'));
  for (const [file, trouble, way] of /** @type {[string, Trouble, Way][]} */ ([
    ['two-worlds-refuse', firstTrouble, 'refuse'],
    ['two-worlds-answer', firstTrouble, 'answer'],
    ['two-worlds-100-ms-slower', { ...firstTrouble, ms: 100 }, 'refuse'],
  ])) {
    const stored = JSON.parse(readText(`tests/golden/scenarios/${file}.json`));
    assert.deepEqual(untitled(scenarioFor(trouble, way)), untitled(stored), file);
    assert.equal((await measureWorld(engine, trouble, way)).hash, golden[file], file);
  }
});

test('what the figure counts is what the run’s summary and the checker count', async () => {
  for (const trouble of troubles) {
    for (const way of ways) {
      const world = await measureWorld(engine, trouble, way);
      const { ops, trace_sha256, verdict } = await summaryOf(scenarioFor(trouble, way));
      const name = JSON.stringify({ trouble, way });
      assert.equal(world.hash, trace_sha256, name);
      assert.deepEqual([world.answered, world.refused, world.stale], [ops.ok, ops.refused, ops.stale], name);
      const of = (/** @type {string} */ word) =>
        world.fates.filter(({ outcome, label }) => outcome === word || label === word).length;
      assert.deepEqual([of('ok'), of('refused'), of('stale')], [ops.ok, ops.refused, ops.stale], name);
      // The checker names the first two that clash.
      const first = world.clashes.map(({ numbers }) => numbers).sort((a, b) => a[1] - b[1])[0] ?? [];
      const clash = first.slice(0, 2).map((number) => number - 1);
      assert.deepEqual(clash, verdict.no_lost_update.ops, name);
      assert.ok(verdict.convergence.state === 'held', name);
    }
  }
});

test('while C is cut off, one world refuses what comes to C, and the other answers it wrongly', async () => {
  const [refuse, answer] = await Promise.all(ways.map((way) => measureWorld(engine, firstTrouble, way)));
  const fates = (/** @type {typeof refuse} */ world) =>
    world.fates.map(({ outcome, label }) => (outcome === 'ok' ? (label ?? 'saved') : outcome)).join(' ');
  assert.equal(fates(refuse), 'saved fresh fresh saved refused refused fresh saved fresh fresh saved fresh');
  assert.equal(fates(answer), 'saved fresh fresh saved stale saved stale saved fresh fresh saved fresh');
  assert.deepEqual(answer.clashes, [{ value: '09:00', numbers: [4, 6] }]);
  assert.deepEqual(refuse.clashes, []);
  assert.deepEqual(toldOf(answer, 6).note, 'clashes with 4: both changed 09:00');
  assert.deepEqual(toldOf(answer, 4).note, 'clashes with 6: both changed 09:00');
  assert.deepEqual(toldOf(answer, 4, 5).note, '', 'nobody has written 6 yet');
  assert.deepEqual(toldOf(answer, 8).note, '', 'it goes on from what 4 wrote');
  assert.equal(toldOf(refuse, 5).words, 'refused');
  assert.equal(toldOf(answer, 5).words, '09:00 stale');
  assert.equal(toldOf(answer, 7).words, '09:10 stale', 'a state has a word');
  // What each machine has just before the cut is mended.
  const had = (/** @type {typeof refuse} */ { held }) => held[9].map(({ value }) => value).join(' ');
  assert.equal(had(answer), '09:30 09:30 09:20');
  assert.equal(had(refuse), '09:30 09:30 09:20', 'a refused write is not undone');
  for (const { held } of [refuse, answer]) {
    assert.deepEqual(new Set(held[12].map(({ value }) => value)), new Set(['09:40']));
    assert.deepEqual(new Set(held[0].map(({ value }) => value)), new Set(['08:00']));
  }
});

test('one wire less matters to nobody, all three to everybody', async () => {
  for (const wire of wires) {
    for (const way of ways) {
      const world = await measureWorld(engine, { hit: [wire], ms: null }, way);
      assert.deepEqual([world.answered, world.stale, world.clashes], [12, 0, []], `${wire} ${way}`);
    }
  }
  const alone = await measureWorld(engine, { hit: [...wires], ms: null }, 'refuse');
  assert.equal(alone.refused, 6);
  // Just before the wires are mended, and not just before the next request.
  const answering = await measureWorld(engine, { hit: [...wires], ms: null }, 'answer');
  const { held, clashes } = answering;
  assert.deepEqual(
    held[9].map(({ value }) => value),
    ['09:30', '09:10', '09:20'],
  );
  assert.deepEqual(clashes, [{ value: '09:00', numbers: [4, 6, 8] }], 'none of the three saw another');
  assert.equal(toldOf(answering, 8).note, 'clashes with 4 and 6: all changed 09:00');
});

test('a read that begins before a write is over is not stale, and the figure says why', async () => {
  const { fates } = await measureWorld(engine, { hit: [...wires], ms: null }, 'answer');
  const begins = (/** @type {number} */ number) => requests[number - 1].at_us / 1000;
  assert.ok(begins(5) < begins(4) + fates[3].ms, 'request 4 is still under way');
  assert.deepEqual(
    fates.map(({ during }) => during),
    fates.map((_, at) => (at === 4 ? 4 : null)),
  );
  assert.equal(fates[4].label, 'fresh');
  for (const trouble of troubles) {
    for (const way of ways) {
      const world = await measureWorld(engine, trouble, way);
      for (const [at, { during, label }] of world.fates.entries()) {
        if (during === null) continue;
        assert.equal(label, 'fresh');
        assert.ok(begins(at + 1) < begins(during) + world.fates[during - 1].ms);
      }
    }
  }
});

test('a slow wire is a cut one as soon as there and back takes longer than the patience', async () => {
  const cut = await measureWorld(engine, firstTrouble, 'refuse');
  for (let ms = 0; ms <= 300; ms += 10) {
    const world = await measureWorld(engine, { ...firstTrouble, ms }, 'refuse');
    const late = roundTrip(ms) > patience;
    assert.equal(world.refused, late ? cut.refused : 0, `${ms} ms`);
    const outcomes = (/** @type {typeof cut} */ { fates }) => fates.map(({ outcome }) => outcome);
    if (late) assert.deepEqual(outcomes(world), outcomes(cut));
  }
});

test('both worlds are one run until the first machine’s patience ends, and not one event longer', async () => {
  for (const trouble of troubles) {
    const doubt = await whereTheyPart(engine, trouble);
    const { ops } = await summaryOf(scenarioFor(trouble, 'refuse'));
    const name = JSON.stringify(trouble);
    assert.equal(doubt === null, ops.refused === 0, name);
    if (!doubt) continue;
    const sessions = await Promise.all(ways.map((way) => engine.create(scenarioFor(trouble, way))));
    const hashes = async (/** @type {number} */ position) => {
      for (const session of sessions) await session.seek(position);
      return Promise.all(sessions.map(async (session) => (await session.view('hash')).trace_sha256));
    };
    assert.deepEqual(await hashes(doubt.position), [doubt.hash, doubt.hash], name);
    const { clients, now_us } = await sessions[0].view('stage');
    const waiting = clients.find(({ op }) => op?.op === doubt.number - 1)?.op;
    assert.equal(waiting?.outcome, 'open', name);
    const waited = (doubt.us - (waiting?.begin_us ?? 0)) / 1000;
    assert.ok(waited > patience && waited < patience + 4, `${name}: ${waited} ms`);
    assert.ok(now_us <= doubt.us);
    const [left, right] = await hashes(doubt.position + 1);
    assert.notEqual(left, right, name);
    for (const session of sessions) await session.close();
  }
});

test('a link’s scenario leads back to the wires, and who is cut off is said by the groups', () => {
  for (const trouble of troubles) {
    if (trouble.hit.length === 0) continue;
    assert.deepEqual(troubleOf(scenarioFor(trouble, 'refuse')), trouble);
  }
  assert.deepEqual(troubleOf(scenarioFor(whole, 'refuse')), whole);
  for (const strange of [null, {}, { actions: 3 }, { actions: [{ do: 'partition', groups: [['B', 'Z']] }] }])
    assert.deepEqual(troubleOf(strange), whole);
  assert.deepEqual(groupsOf(['AB', 'BC']), [['A', 'C'], ['B']]);
  assert.deepEqual(
    groupsOf([...wires]),
    machines.map((name) => [name]),
  );
});

test('the story: cut, mark, run, CA, answer; a link shows the same again', async () => {
  const figure = await begin();
  assert.match(figure.picture.news, /^All wires are whole/);
  await figure.setTrouble(firstTrouble);
  assert.match(figure.picture.news, /^In the table below, say what you expect/);
  // Request 4 answered in both; 5 refused on the left, wrong on the right; 6 wrong on both sides.
  for (const [way, at, mark] of /** @type {[Way, number, Mark][]} */ ([
    ['refuse', 0, 'answered'],
    ['answer', 0, 'answered'],
    ['refuse', 1, 'refused'],
    ['answer', 1, 'wrong'],
    ['refuse', 2, 'wrong'],
    ['answer', 2, 'wrong'],
    ['refuse', 3, 'answered'],
    ['refuse', 3, ''],
  ]))
    figure.mark(way, at, mark);
  assert.deepEqual(figure.picture.marks.refuse, ['answered', 'refused', 'wrong', '', '', '']);
  await figure.step();
  assert.equal(figure.picture.news, 'Request 1, put 09:00 at A: saved in both worlds.');
  await figure.run();
  const { news } = figure.picture;
  assert.match(
    news,
    /^The refusing world refused 2 requests, all at C; the other two, most of the machines, carried on\./,
  );
  assert.match(
    news,
    /2 reads were stale, and requests 4 and 6 both changed 09:00, and neither saw the other\./,
  );
  assert.match(news, /Of your 6 guesses, 5 are right\.$/);
  assert.equal(isRight(figure.picture, 'refuse', 2), false);
  assert.equal(isRight(figure.picture, 'answer', 2), true);
  figure.mark('answer', 0, 'wrong');
  assert.equal(isRight(figure.picture, 'answer', 0), true, 'the first of a clash is wrong as well');
  figure.mark('refuse', 0, 'wrong');
  assert.equal(isRight(figure.picture, 'refuse', 0), false);

  figure.seek(6);
  assert.match(figure.picture.news, /^Request 6, .* on the right saved after 20\d ms \(clashes with 4/);
  assert.equal(figure.picture.seen, requests.length, 'to look back takes nothing away');
  figure.seek(99);

  figure.toggleThird();
  assert.match(
    figure.picture.news,
    /^Until 1\.5 s CA was the same run as both worlds, event for event\. There C has heard nothing for 200 ms, and request 5 waits\./,
  );
  const { at, worlds: shown } = figure.picture;
  assert.equal(at, 5, 'all worlds are shown at the moment at which it must choose');
  assert.ok(momentUs(at, shown.refuse.last_us) >= (figure.picture.doubt?.us ?? 0));
  assert.ok(momentUs(at - 1, shown.refuse.last_us) < (figure.picture.doubt?.us ?? 0));
  figure.seek(at + 1);
  assert.match(figure.picture.news, /^Request 6, /);
  figure.seek(requests.length);
  assert.match(figure.picture.news, /^Until 1\.5 s CA was/);
  figure.show({ third: 'answer' });
  assert.match(figure.picture.news, /^From here on, CA is the answering world/);

  const link = await figure.link();
  const other = await begin();
  await other.start(engine, decodeLink(link.run), new URLSearchParams(link));
  assert.deepEqual(other.picture, figure.picture);
  assert.deepEqual(await other.link(), link);
  const bad = { ...link, at: '-4', seen: '7', marks: 'xyzar.--', third: 'answer' };
  await other.start(engine, decodeLink(link.run), new URLSearchParams(bad));
  assert.deepEqual([other.picture.at, other.picture.seen], [0, 7]);
  assert.equal(other.picture.third, null);
  assert.deepEqual(other.picture.marks.refuse, ['', '', '', 'answered', 'refused', '']);
  await other.reset();
  const { worlds } = other.picture;
  assert.deepEqual({ ...other.picture, live: false }, stillWorlds(worlds));
});

test('another wire is another run, of which nothing is shown before it is run; slower is compared at once', async () => {
  const figure = await begin();
  await figure.run();
  await figure.setTrouble(firstTrouble);
  assert.deepEqual([figure.picture.at, figure.picture.seen], [0, 0], 'there is time for a guess');
  figure.mark('refuse', 0, 'refused');
  await figure.run();
  await figure.toggleWire('BC');
  assert.deepEqual(figure.picture.trouble.hit, ['AC']);
  assert.deepEqual([figure.picture.at, figure.picture.seen], [0, 0]);
  assert.deepEqual(figure.picture.marks, noMarks());
  await figure.run();
  assert.match(figure.picture.news, /^Both worlds answered all twelve, and rightly/);
  figure.toggleThird();
  assert.match(figure.picture.news, /no machine waited 200 ms in vain/);
  await figure.toggleWire('AB');
  await figure.toggleWire('BC');
  assert.equal(figure.picture.third, null);
  await figure.run();
  assert.match(figure.picture.news, /requests 4, 6 and 8 all changed 09:00, and none saw the others/);
  figure.toggleThird();
  assert.match(figure.picture.news, /request 4 waits/);
  await figure.setMs(100);
  assert.deepEqual([figure.picture.seen, figure.picture.third], [requests.length, 'stopped']);
  assert.match(figure.picture.news, /^Until \d\.\d s CA was.*though no wire is cut/);
  assert.ok(figure.picture.at < requests.length);
});

test('a drawing says what it shows, and draws a cut only where one is', async () => {
  const { held } = await measureWorld(engine, firstTrouble, 'refuse');
  const now = drawWorld({ held: held[5], trouble: firstTrouble, phase: 'now' });
  assert.match(now, /aria-label="A has 09:10; B has 09:10; C has 09:00\. Cut: A–C, B–C\."/);
  assert.equal(now.match(/wire cut/g)?.length, 2);
  const healed = drawWorld({ held: held[12], trouble: firstTrouble, phase: 'whole' });
  assert.doesNotMatch(healed, /wire cut|Cut:/);
});

test('what a moment shows had happened by then: an answer that nobody has yet is not told', async () => {
  const figure = await begin();
  await figure.setTrouble({ hit: ['AB', 'BC'], ms: null });
  figure.seek(4);
  assert.equal(figure.picture.news, 'Request 4, put 09:10 at B: waits in both worlds.');
  figure.seek(5);
  assert.match(
    figure.picture.news,
    /^Request 4, put 09:10 at B: refused after 20\d ms on the left; on the right saved after 20\d ms\. Request 5, get at C: 09:00 fresh/,
  );
  for (const trouble of troubles) {
    for (const way of ways) {
      const world = await measureWorld(engine, trouble, way);
      for (const { number } of requests) assert.ok(isOver(world, number, requests.length));
    }
  }
});

test('where the worlds part, it is told what the machines had and which requests were over', async () => {
  for (const hit of /** @type {Trouble['hit'][]} */ ([['AB', 'BC'], [...wires]])) {
    const doubt = await whereTheyPart(engine, { hit, ms: null });
    assert.equal(doubt?.number, 4);
    assert.deepEqual(
      doubt.held.map(({ value }) => value),
      ['09:00', '09:10', '09:00'],
      'B wrote its own before it heard nothing',
    );
    assert.ok(doubt.us < healUs && doubt.us > cutUs);
    assert.deepEqual(doubt.told, hit.length === 2 ? [1, 2, 3, 5] : [1, 2, 3]);
  }
});
