/** Fig 6-7: what the learner chooses is what runs, its outcomes are the engine's and the checker's, its links lead back to it. No page, so nothing is drawn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLink } from '../../web/engine/link.js';
import { QuorumFigure, stillQuorum } from '../../web/figures/quorum.js';
import { beginStep, mayChoose, nextCard, pressCard, pressCopy } from '../../web/figures/quorum-moves.js';
import {
  callOf,
  copies,
  isComplete,
  isInverted,
  key,
  newValue,
  noChoice,
  oldValue,
  outcomeOf,
  play,
  readersReady,
  runForLab,
  scenarioOf,
  setsOf,
  steps,
  wayName,
  waysOf,
} from '../../web/figures/quorum-run.js';
import { inversion, missesOf } from '../../web/figures/quorum-still.js';
import { newsOf } from '../../web/figures/quorum-words.js';
import { openTestEngine } from '../lib/engine.js';
import { readText } from '../lib/files.js';

/** @import { Choice } from '../../web/figures/quorum-run.js' */

const engine = openTestEngine();
const [one, both, unfinished] = steps;
/** @type {Record<string, string>} */
const golden = JSON.parse(readText('tests/golden/traces.json'));

/** @param {string} heard @param {string[]} asked @param {Partial<Choice>} [more] @returns {Choice} */
const choiceOf = (heard, asked, more) => ({
  step: one,
  heard: [...heard],
  asked: asked.map((set) => [...set]),
  back: false,
  ...more,
});

/** Whether two sets share a copy: the pigeonholes, counted by hand. @param {string[]} left @param {string[]} right */
const meet = (left, right) => left.some((copy) => right.includes(copy));

/** A figure in which nothing waits for a screen. */
async function begin() {
  /** @type {Promise<void>} */
  let queue = Promise.resolve();
  const figure = new QuorumFigure({
    changed() {},
    run(task) {
      queue = queue.then(task);
    },
  });
  await figure.start(engine, null, null);
  return { figure, settled: () => queue };
}

test('the copies are the key’s replicas, in their order round the ring, and all hold the old value', async () => {
  const { stage, operations, messages } = await play(engine, noChoice(one));
  assert.deepEqual(stage.keys, [{ key, replicas: copies }]);
  assert.deepEqual(
    stage.nodes.map((node) => node.copies[0].value),
    [oldValue, oldValue, oldValue],
  );
  assert.deepEqual(
    operations.map((call) => [call.do, call.outcome]),
    [['put', 'open']],
  );
  assert.deepEqual(
    messages.map(({ kind, to, state }) => [kind, to, state]),
    copies.map((copy) => ['write', copy, 'held']),
  );
});

test('the figure’s runs are those of the command line: the same scenarios, the same hashes', async () => {
  for (const [name, choice] of /** @type {[string, Choice][]} */ ([
    ['network-miss', choiceOf('A', ['B'])],
    ['network-met', choiceOf('AB', ['CA'], { step: both })],
    ['network-new-then-old', inversion],
    ['network-write-back', { ...inversion, back: true }],
  ])) {
    const scenario = JSON.parse(readText(`tests/golden/scenarios/${name}.json`));
    assert.deepEqual(scenarioOf(choice), scenario, name);
    assert.equal((await play(engine, choice)).hash, golden[name], name);
  }
});

test('a read misses a finished write exactly when no copy is in both sets, whatever W and R are', async () => {
  for (const w of [1, 2, 3]) {
    for (const r of [1, 2, 3]) {
      for (const way of waysOf({ id: '', w, r, readers: 1, reach: w })) {
        const played = await play(engine, way);
        const misses = !meet(way.heard, way.asked[0]);
        const [write, read] = played.operations;
        assert.ok((write.end_us ?? Number.POSITIVE_INFINITY) < read.begin_us, 'the write is finished');
        assert.equal(outcomeOf(played, way), misses ? 'stale' : 'fresh', wayName(way));
        assert.equal(callOf(played, 'c2')?.value, misses ? oldValue : newValue);
        assert.deepEqual([...(callOf(played, 'c2')?.answered ?? [])].sort(), [...way.asked[0]].sort());
        assert.equal(played.verdict.verdict.regular.state, misses ? 'broken' : 'held');
      }
      const { ways, misses } = await missesOf(engine, w, r);
      assert.equal(ways, setsOf(w).length * setsOf(r).length);
      assert.equal(misses.length > 0, w + r <= 3, `W = ${w}, R = ${r}`);
    }
  }
  assert.equal((await missesOf(engine, 1, 1)).misses.length, 6);
  assert.equal((await missesOf(engine, 1, 2)).misses.length, 3);
  assert.equal((await missesOf(engine, 2, 2)).misses.length, 0);
});

test('the write is saved once W copies have heard, in the order in which they were chosen', async () => {
  for (const order of ['AB', 'BA', 'CA']) {
    const half = await play(engine, choiceOf(order[0], [''], { step: both }));
    assert.equal(callOf(half, 'c1')?.outcome, 'open');
    const { messages, operations } = await play(engine, choiceOf(order, [''], { step: both }));
    assert.deepEqual(operations[0].answered, [...order]);
    const arrived = messages.filter(({ kind, state }) => kind === 'write' && state === 'delivered');
    assert.equal(arrived.length, 2);
    const last = Math.max(...arrived.map(({ arrive_us }) => arrive_us ?? 0));
    assert.ok((operations[0].end_us ?? 0) > last);
  }
});

test('a write under way: new, then old breaks one copy’s illusion and nothing else; writing back mends it', async () => {
  let inversions = 0;
  for (const heard of copies) {
    for (const first of setsOf(2)) {
      for (const second of setsOf(2)) {
        const choice = choiceOf(heard, [first.join(''), second.join('')], { step: unfinished });
        const played = await play(engine, choice);
        const { verdict } = played.verdict;
        const inverted = first.includes(heard) && !second.includes(heard);
        inversions += Number(inverted);
        assert.equal(isInverted(played), inverted);
        assert.equal(verdict.linearizable.state, inverted ? 'broken' : 'held');
        assert.equal(verdict.regular.state, 'held');
        assert.ok((callOf(played, 'c1')?.end_us ?? null) === null, 'not finished while others read');
        const back = await play(engine, { ...choice, back: true });
        assert.equal(isInverted(back), false);
        assert.equal(back.verdict.verdict.linearizable.state, 'held');
        if (inverted) {
          const took = (/** @type {typeof played} */ { operations }) =>
            (operations[1].end_us ?? 0) - operations[1].begin_us;
          assert.ok(took(back) > took(played), 'the reader waits for it');
        }
      }
    }
  }
  assert.equal(inversions, 6);
});

test('presses: a turn passes on by itself, a copy is taken back, the oldest makes room', () => {
  let now = beginStep(both);
  assert.equal(pressCard(now, 1).card, 0, 'nobody reads before the write is saved');
  for (const copy of ['A', 'B']) now = pressCopy(now, copy);
  assert.deepEqual(now, { choice: choiceOf('AB', [''], { step: both }), card: 1 });
  for (const copy of ['C', 'A']) now = pressCopy(now, copy);
  assert.ok(isComplete(now.choice));
  assert.equal(now.card, 1);
  now = pressCopy(now, 'B');
  assert.deepEqual(now.choice.asked, [['A', 'B']]);
  now = pressCopy(now, 'A');
  assert.deepEqual(now.choice.asked, [['B']]);
  now = pressCopy(pressCard(now, 0), 'C');
  assert.deepEqual(now, { choice: choiceOf('BC', ['B'], { step: both }), card: 1 });
  now = pressCopy(pressCard(now, 0), 'C');
  assert.deepEqual(now, { choice: choiceOf('B', [''], { step: both }), card: 0 });

  now = beginStep(unfinished);
  for (const copy of ['A', 'A', 'B']) now = pressCopy(now, copy);
  assert.equal(now.card, 2);
  assert.ok(mayChoose(now.choice, 2));
  for (const copy of ['B', 'C']) now = pressCopy(now, copy);
  assert.deepEqual(now, { choice: inversion, card: 2 });
  now = pressCopy(pressCard(now, 1), 'A');
  assert.deepEqual(now.choice.asked, [['B'], []], 'who asks later waits again');
  assert.equal(nextCard(now.choice), 1);
});

test('the news say what to do next, and what came of it', async () => {
  /** @param {Choice} choice @param {number} card @param {Record<string, 'fresh' | 'stale'>} [tried] */
  const news = async (choice, card, tried = {}) => {
    const { tone, head, more } = newsOf({ choice, card }, await play(engine, choice), tried);
    return `${tone}: ${head} ${more}`;
  };
  assert.equal(
    await news(choiceOf('A', ['']), 0),
    'plain: Client 1’s write is on copy A. Press another copy to change it.',
    'the writer is not asked to read',
  );
  assert.equal(
    await news(choiceOf('A', ['BA', ''], { step: unfinished }), 1),
    'plain: Copies A and B answer client 2. Press another copy to change them.',
    'a reader that has its copies is not asked for them again',
  );
  assert.match(await news(noChoice(one), 0), /^plain: The write stands at all three doors/);
  assert.match(await news(choiceOf('A', ['']), 1), /told “saved” at 11\.0 ms\. Now client 2 reads/);
  assert.match(
    await news(choiceOf('AB', ['C'], { step: both }), 1),
    /C does not have the write: .* Left are A and B, and both have the write/,
  );
  assert.match(await news(choiceOf('AB', ['A'], { step: both }), 1), /A has the write, and the newest/);
  assert.match(
    await news(choiceOf('A', ['B']), 1),
    /^stale: .* and was told “off”: copy B did not have the write/,
  );
  assert.match(await news(choiceOf('A', ['A']), 1), /^fresh: .*“on”: no miss\. A has the write/);
  const met = choiceOf('AB', ['CA'], { step: both });
  assert.match(await news(met, 1), /^fresh: .* A and C answered: A is in both\. 4 places .* only 3 copies/);
  const tried = Object.fromEntries(waysOf(both).map((way) => [wayName(way), /** @type {const} */ ('fresh')]));
  assert.match(await news(met, 1, tried), /^fresh: All 9 ways are tried, and none of them misses/);
  assert.match(
    await news(inversion, 2),
    /^failed: New, then old\. .* Client 1 has been told nothing yet: its write is under way\.$/,
  );
  assert.match(
    await news({ ...inversion, back: true }, 2),
    /^fresh: New, and new it stays\. Before client 2 was answered, its read put “on” on B/,
  );
  assert.match(
    await news(choiceOf('A', ['BC', 'BC'], { step: unfinished }), 2),
    /^fresh: Both were told “off”\. .* old is still allowed/,
  );
});

test('a board is filled by the ways that were run; its rest is run on demand', async () => {
  const { figure, settled } = await begin();
  const { copy, tryAll, setStep } = pressesOf(figure);
  for (const name of ['A', 'B', 'C', 'A']) copy(name);
  await settled();
  assert.deepEqual(figure.picture.tried.one, { 'A-B': 'stale', 'A-C': 'stale', 'A-A': 'fresh' });
  tryAll();
  await settled();
  assert.equal(Object.values(figure.picture.tried.one).filter((outcome) => outcome === 'stale').length, 6);
  assert.equal(Object.keys(figure.picture.tried.one).length, 9);
  setStep(unfinished);
  for (const name of ['A', 'A', 'B', 'B', 'C']) copy(name);
  await settled();
  assert.ok(figure.picture.inverted);
  assert.deepEqual(figure.picture.play, { choice: inversion, card: 2 });
  assert.deepEqual(figure.picture.tried.unfinished, {});
  await figure.reset();
  assert.deepEqual(figure.picture.play, beginStep(unfinished), 'the step that one is in begins anew');
  assert.equal(figure.picture.inverted, false);
  assert.equal(Object.keys(figure.picture.tried.one).length, 9, 'and what another has shown stays');
  setStep(one);
  await settled();
  await figure.reset();
  assert.deepEqual({ ...figure.picture, live: false }, stillQuorum(await play(engine, noChoice(one))));
});

/** What the reader's presses do, without a page. @param {QuorumFigure} figure */
const pressesOf = (figure) => ({
  copy: (/** @type {string} */ name) => figure.press((now) => pressCopy(now, name)),
  tryAll: () => figure.host.run(() => figure.tryAll()),
  setStep: (/** @type {typeof one} */ step) => figure.press(() => beginStep(step)),
});

test('a link leads back to the same, and what a stranger wrote into it does no harm', async () => {
  const { figure, settled } = await begin();
  const { copy, setStep } = pressesOf(figure);
  for (const name of ['B', 'B', 'C']) copy(name);
  setStep(unfinished);
  for (const name of ['C', 'A', 'C', 'A']) copy(name);
  await settled();
  const link = await figure.link();
  const { figure: other } = await begin();
  await other.start(engine, decodeLink(link.run), new URLSearchParams(link));
  assert.deepEqual(other.picture, figure.picture);
  assert.deepEqual(await other.link(), link);
  assert.deepEqual(decodeLink(link.run).scenario, scenarioOf(figure.picture.play.choice));

  for (const [bad, expected] of /** @type {[Record<string, string>, Choice][]} */ ([
    [{ step: 'x', heard: 'Z.A.A.B', asked: 'B.C-C', card: '9', back: '1' }, choiceOf('A', ['B'])],
    [{ step: 'both', heard: 'A', asked: 'A.B', card: '1' }, choiceOf('A', [''], { step: both })],
    [{ step: 'unfinished', heard: 'A', asked: 'B-A.C' }, choiceOf('A', ['B', ''], { step: unfinished })],
  ])) {
    await other.start(engine, decodeLink(link.run), new URLSearchParams({ tried: 'one:A-Z.x', ...bad }));
    assert.deepEqual(other.picture.play, { choice: expected, card: 0 });
    const own = isComplete(expected) ? { [wayName(expected)]: 'stale' } : {};
    assert.deepEqual(other.picture.tried, { one: own, both: {}, unfinished: {} }, bad.step);
  }
});

test('the lab gets the run at the place before its last reader asks', async () => {
  for (const choice of [inversion, choiceOf('A', ['B']), choiceOf('AC', ['BC'], { step: both })]) {
    const { scenario, position, trace_version } = decodeLink(await runForLab(engine, choice));
    assert.deepEqual(scenario, scenarioOf(choice));
    assert.equal(trace_version, (await engine.about()).trace_version);
    const session = await engine.create(scenario);
    await session.seek(position);
    const reads = (await session.view('history')).operations.filter((call) => call.do === 'get');
    assert.equal(reads.length, readersReady(choice) - 1);
    assert.ok(reads.every(({ outcome }) => outcome === 'ok'));
    assert.equal((await session.step({ maxEvents: 1 })).now_us, 10_000 * (choice.step.readers + 1));
    await session.close();
  }
});
