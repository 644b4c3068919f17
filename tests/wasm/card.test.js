/** Fig 6-12 c: every card has an answer that passes, the usual setting never does, and what is said aloud are the grade’s own numbers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLink } from '../../web/engine/link.js';
import { CardFigure } from '../../web/figures/card.js';
import {
  answerName,
  answerOf,
  cardRuns,
  cardScenario,
  cardSeeds,
  deck,
  gradeCard,
  untouchedAnswer,
} from '../../web/figures/card-answer.js';
import { spokenAnswer } from '../../web/figures/card-words.js';
import { unseen } from '../../web/figures/records-grade.js';
import { openTestEngine } from '../lib/engine.js';

/** @import { Answer, Card, CardGrade } from '../../web/figures/card-answer.js' */

const engine = openTestEngine();

/** @type {Map<string, Promise<CardGrade>>} */
const grades = new Map();

/** Each answer once. @param {Card} card @param {Answer} answer */
function graded(card, answer) {
  const key = `${card.id} ${answerName(answer)}`;
  const known = grades.get(key) ?? gradeCard(engine, card, answer, cardSeeds(0));
  grades.set(key, known);
  return known;
}

/** @param {string} name @returns {Answer} */
const named = (name) => /** @type {Answer} */ (answerOf(name));

/** A figure in which nothing waits for a screen. @param {Record<string, string>} [opened] */
async function begin(opened) {
  const figure = new CardFigure({ changed() {}, run: (task) => void task() });
  await figure.start(engine, null, opened ? new URLSearchParams(opened) : null);
  return figure;
}

test('there are six cards or more, each with a name of its own, and lucks that no other grade has', () => {
  assert.ok(deck.length >= 6);
  assert.equal(new Set(deck.map(({ id }) => id)).size, deck.length);
  assert.ok(cardSeeds(0).from > unseen.first + 1000 * unseen.runs);
  assert.equal(cardSeeds(1).from, cardSeeds(0).to + 1);
});

for (const card of deck) {
  test(`${card.title}: an answer passes, and the usual setting does not`, async () => {
    const solved = await graded(card, named(card.solution));
    assert.deepEqual(
      solved.needs.filter(({ met }) => !met),
      [],
    );
    assert.equal(solved.met, true);
    assert.equal((await graded(card, untouchedAnswer)).met, false);
    // Nor does the usual one with read repair.
    assert.equal((await graded(card, { ...untouchedAnswer, repair: true })).met, false);
  });
}

test('the near misses: each of a solution’s parts is needed', async () => {
  /** @type {[card: string, answer: string, missing: RegExp][]} */
  const misses = [
    ['shopping-list', '5.1.1.lww', /no change of the list/],
    ['shopping-list', '3.1.1.dotted', /without an answer/],
    ['tickets', '5.5.5.dotted', /every confirmed sale/],
    // It refuses, and that is no answer.
    ['tickets', '5.5.5.lww', /without an answer/],
    ['sensors', '3.2.1.lww', /writes/],
    ['sensors', '3.1.3.lww', /without an answer/],
    ['profile', '3.2.1.lww', /stale/],
    ['two-off', '5.1.1.lww', /stale/],
    ['two-off', '5.2.4.lww', /without an answer/],
    ['settings', '3.1.1.lww', /stale/],
  ];
  for (const [id, answer, missing] of misses) {
    const card = /** @type {Card} */ (deck.find((one) => one.id === id));
    // A third of the lucks is enough to miss.
    const { from } = cardSeeds(0);
    const seeds = { from, to: from + 32 };
    const { needs } = await gradeCard(engine, card, named(answer), seeds);
    const unmet = needs.filter(({ met }) => !met).map(({ says }) => says);
    assert.match(unmet.join('; '), missing, `${id} ${answer}`);
  }
});

test('a grade’s numbers are those of whole runs', async () => {
  const [card] = deck;
  const answer = named('3.1.1.dotted');
  const seeds = { from: 1, to: 5 };
  const { unanswered, stale, readMs, bytes } = await gradeCard(engine, card, answer, seeds);
  const sum = { calls: 0, without: 0, stale: 0, reads: 0, readMs: 0, bytes: 0 };
  for (let seed = seeds.from; seed <= seeds.to; ++seed) {
    const session = await engine.create({ ...cardScenario(card, answer), seed });
    await session.step();
    const { ops, read_ms, messages } = await session.view('summary');
    await session.close();
    sum.calls += ops.total;
    sum.without += ops.timeout + ops.refused;
    sum.stale += ops.stale;
    sum.reads += ops.stale + ops.fresh;
    sum.readMs += read_ms.p999 ?? 0;
    sum.bytes += messages.bytes;
  }
  const near = (/** @type {number | null} */ mine, /** @type {number} */ theirs) =>
    assert.ok(Math.abs(Number(mine) - theirs) <= 1e-9 * theirs, `${mine} ${theirs}`);
  near(unanswered, sum.without / sum.calls);
  near(stale, sum.stale / sum.reads);
  near(readMs, sum.readMs / 5);
  near(bytes, sum.bytes / 5);
});

test('what is said aloud is the answer’s setting and the grade’s numbers', async () => {
  const [list, tickets] = deck;
  const merged = named(list.solution);
  const said = spokenAnswer(list, merged, await graded(list, merged)).join(' ');
  assert.match(said, /I keep 5 copies; a write waits for 1, and a read for 1\. 1 \+ 1 is not more than 5/);
  assert.match(said, /the client merges them/);
  const owned = named(tickets.solution);
  const grade = await graded(tickets, owned);
  assert.match(
    spokenAnswer(tickets, owned, grade).join(' '),
    /one machine own each range.*got no answer.*time until another machine/,
  );
  const made = { ...grade, unanswered: 0, stale: 0.25, readMs: 12.3, writeMs: 45.6, bytes: 7_000 };
  assert.match(
    spokenAnswer(list, merged, made).join(' '),
    new RegExp(`in ${cardRuns} runs .*every call was answered, and 25 % .*12\\.3 ms, .*45\\.6 ms; 7 kB`),
  );
});

test('an answer’s name leads back to it, and no other name to any', () => {
  for (const name of ['3.2.2.lww', '3.2.2.lww.repair', '5.1.1.dotted.repair', '3.owner']) {
    assert.equal(answerName(named(name)), name);
  }
  for (const name of ['', '3.owner.repair', '3.2.2.lww.more', '.repair', null])
    assert.equal(answerOf(name), null);
});

test('the figure: a grade, another answer, the next card, a link, a reset', async () => {
  const figure = await begin();
  figure.change({ owner: true });
  figure.deal();
  assert.equal(figure.picture.at, 1);
  assert.deepEqual(figure.picture.answer, untouchedAnswer);
  await figure.grade();
  assert.match(figure.picture.news, /^Not yet: every confirmed sale/);
  figure.change({ owner: true });
  assert.equal(figure.picture.grade, null);
  await figure.grade();
  assert.match(figure.picture.news, /^The card is answered/);
  assert.deepEqual([...figure.picture.met], ['tickets']);
  const link = await figure.link();
  const again = await begin(link);
  assert.equal(again.picture.at, 1);
  assert.equal(answerName(again.picture.answer), '3.owner');
  assert.deepEqual(decodeLink(link.run).scenario, cardScenario(deck[1], named('3.owner')));
  await again.reset();
  assert.deepEqual([again.picture.at, again.picture.answer], [0, untouchedAnswer]);
});
