/** The challenges, on the engine in Node: they can be met and missed, and the lab obeys their terms. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { challenges } from '../../labs/quorum-playground/challenge-run.js';
import { task } from '../../labs/quorum-playground/task.js';
import { verdict } from '../../labs/quorum-playground/verdict.js';
import { litToHtml } from '../../web/build/lit-to-html.mjs';
import { decodeLink, encodeLink } from '../../web/engine/link.js';
import { openTestEngine } from '../lib/engine.js';
import { makeLab, until } from '../lib/lab.js';

/** @import { Action, Challenge, Scenario } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from '../../labs/quorum-playground/lab.js' */

const engine = openTestEngine();
const [missIt, sameSum, payLess] = challenges;
const students = Array.from({ length: 25 }, (_, index) => `student ${index}`);

/** @param {Challenge} challenge @param {Scenario} scenario @param {string} [student] */
const grade = (challenge, scenario, student = '') =>
  engine.runJob({ job: 'grade', challenge, scenario, student });

/** @param {Challenge} challenge @param {string} student */
async function startOf(challenge, student) {
  const { seed } = await engine.runJob({ job: 'grade', challenge, student });
  return { ...challenge.scenario, seed };
}

/** @param {any} scenario @param {Action[]} actions */
const withActions = (scenario, actions) => ({ ...scenario, actions: [...scenario.actions, ...actions] });

/** @param {'write' | 'read'} kind @param {number} op @param {string} to */
const hold = (kind, op, to) => ({ do: 'hold', op, kind, to, at_us: 5001 });

/** @param {any} scenario @param {{w: number, r: number}} quorum */
const withQuorum = (scenario, quorum) => ({ ...scenario, cluster: { ...scenario.cluster, ...quorum } });

/** A lab with a challenge on. @param {string} id @param {string} [student] */
async function begun(id, student = '') {
  const made = makeLab();
  made.lab.assignment.student = student;
  await made.lab.openStory();
  await made.lab.assignment.start(id);
  assert.equal(made.lab.problem, null);
  return made;
}

/** @param {Lab} lab @param {string} to */
const messageTo = (lab, to) =>
  lab.run?.stage.messages.find((message) => message.to === to) ?? assert.fail(`nothing travels to ${to}`);

/** @param {Lab} lab */
const gradeOf = (lab) => lab.challenge?.grade;

/** @param {Lab} lab */
async function playToTheEnd(lab) {
  await lab.scrub(Number.MAX_SAFE_INTEGER);
  await until(() => lab.challenge?.grade);
}

/** @param {Lab} lab */
const html = (lab) => {
  const ui = /** @type {any} */ ({ promises: true, whyWidth: 500, set() {} });
  return litToHtml([task(lab), verdict(lab, ui)]).replace(/\s+/g, ' ');
};

test('the solutions meet their goals, and the starts do not', async () => {
  for (const challenge of challenges) {
    assert.equal((await grade(challenge, challenge.scenario)).met, false, challenge.id);
    const solved = await grade(challenge, challenge.solution);
    assert.ok(solved.met && solved.problem === null, challenge.id);
    assert.ok(solved.stars.every(Boolean), challenge.id);
  }
});

test('Miss it: no luck gives the goal away, three holds always reach it, and one can be enough', async () => {
  for (const student of students) {
    const start = await startOf(missIt, student);
    assert.equal((await grade(missIt, start, student)).met, false, student);
    const three = [hold('write', 0, 'A'), hold('write', 0, 'B'), hold('read', 1, 'C')];
    const surely = await grade(missIt, withActions(start, three), student);
    assert.deepEqual([surely.met, surely.stars], [true, [false, false]], student);
    const single = await Promise.all(
      ['A', 'B', 'C'].map((to) => grade(missIt, withActions(start, [hold('write', 0, to)]), student)),
    );
    assert.ok(
      single.some(({ met, stars }) => met && stars.every(Boolean)),
      student,
    );
  }
});

test('Miss it: whoever holds every copy of the write has no finished write to miss', async () => {
  const all = ['A', 'B', 'C'].map((to) => hold('write', 0, to));
  const graded = await grade(missIt, withActions(missIt.scenario, all));
  assert.deepEqual([graded.met, graded.problem], [false, null]);
});

test('Same sum: only W = 1 with R = 2 passes, whoever tries', async () => {
  for (const [w, r, met] of /** @type {const} */ ([
    [1, 2, true],
    [2, 1, false],
    [1, 1, false],
    [2, 2, false],
    [3, 1, false],
  ])) {
    const graded = await grade(sameSum, withQuorum(sameSum.scenario, { w, r }));
    assert.deepEqual([graded.met, graded.problem], [met, null], `W = ${w}, R = ${r}`);
  }
});

test('Never miss, pay less: every overlap meets the goal, and the cheapest makes the reader wait for all', async () => {
  const costs = [];
  for (let w = 1; w <= 3; w++) {
    for (let r = 1; r <= 3; r++) {
      const graded = await grade(payLess, withQuorum(payLess.scenario, { w, r }));
      assert.deepEqual([graded.met, graded.problem], [w + r > 3, null], `W = ${w}, R = ${r}`);
      if (graded.met) costs.push({ w, r, cost: Number(graded.cost), stars: graded.stars });
    }
  }
  costs.sort((a, b) => a.cost - b.cost);
  assert.deepEqual([costs[0].w, costs[0].r, costs[0].stars], [1, 3, [true, true]]);
  assert.deepEqual([costs[1].w, costs[1].r, costs[1].stars], [2, 2, [true, false]]);
  assert.deepEqual(costs.at(-1)?.stars, [false, false]);
});

test('Never miss, pay less, in the lab: the price stands beside the stars and is said', async () => {
  const { lab, said } = await begun('pay-less');
  await lab.setQuorum({ w: 2, r: 2 });
  await playToTheEnd(lab);
  assert.match(html(lab), /It costs <b class="num">2[23]\.\d ms<\/b>/);
  assert.ok(
    said.some((sentence) => /^Goal met\. It costs 2[23]\.\d ms\. Stars: 1 of 2\.$/.test(sentence)),
    said.join('\n'),
  );
});

test('what is locked is refused by the engine as well', async () => {
  for (const scenario of [
    withQuorum(missIt.scenario, { w: 1, r: 2 }),
    withActions(missIt.scenario, [{ do: 'crash', node: 'A', at_us: 0 }]),
    withActions(
      missIt.scenario,
      ['A', 'B', 'C', 'D'].map((to) => hold('write', 0, to)),
    ),
  ])
    assert.notEqual((await grade(missIt, scenario)).problem, null);
});

test('held at the doors, step by step in the lab, the write is missed; the engine alone says so', async () => {
  const { lab, said } = await begun('miss-it');
  assert.equal(lab.run?.stage.messages.length, 3, 'it begins with the messages on their way');
  assert.match(html(lab), /not judged yet.*Used: 0 of 3/);
  await lab.setMessage(messageTo(lab, 'A'), 'hold');
  assert.ok(messageTo(lab, 'A').to_be_held);
  assert.ok(said.includes('The message will wait at A’s door.'));
  await lab.setMessage(messageTo(lab, 'C'), 'hold');
  await until(() => lab.challenge?.used === 2);
  assert.equal(gradeOf(lab), null, 'not before the read has its answer');
  await lab.stepForward();
  assert.match(lab.sentence, /held there|reached/);
  await playToTheEnd(lab);
  assert.equal(lab.challenge?.grade?.met, true);
  assert.ok(
    said.some((sentence) => /^Goal met\. Stars: 1 of 2\.$/.test(sentence)),
    said.join('\n'),
  );
  assert.match(html(lab), /a read missed a finished write<\/span> <b>met<\/b>.*Copy the link to hand in/);
});

test('whoever holds the whole write back is told that nothing was saved', async () => {
  const { lab, said } = await begun('miss-it');
  assert.match(html(lab), /To hold a message, choose it while it is on its way/);
  for (const to of ['A', 'B', 'C']) await lab.setMessage(messageTo(lab, to), 'hold');
  await playToTheEnd(lab);
  assert.equal(gradeOf(lab)?.met, false);
  assert.match(html(lab), /Not met yet:<\/b> a read missed a finished write\. Nobody was told “saved”/);
  assert.ok(said.some((sentence) => /^Not met yet: .* Nobody was told “saved”/.test(sentence)));
});

test('a held message can be let in, and that is an action too; the fourth is refused with a reason', async () => {
  const { lab } = await begun('miss-it');
  for (const verb of /** @type {const} */ (['hold', 'release', 'hold']))
    await lab.setMessage(messageTo(lab, 'B'), verb);
  await until(() => lab.challenge?.used === 3);
  assert.match(lab.challenge?.spent ?? '', /^All 3 actions are used/);
  for (const [left, held] of /** @type {const} */ ([
    [2, false],
    [1, true],
    [0, false],
  ])) {
    await lab.challenge?.takeBack();
    assert.equal(lab.challenge?.used, left);
    assert.equal(messageTo(lab, 'B').to_be_held, held);
  }
  await lab.challenge?.takeBack();
  const { scenario } = await lab.link();
  assert.deepEqual(/** @type {any} */ (scenario).actions.length, 2, 'the challenge’s own actions stay');
});

test('an answer in the making hides what would give it away, until the goal is met', async () => {
  const { lab } = await begun('miss-it');
  await playToTheEnd(lab);
  await until(() => lab.judging?.verdict);
  assert.equal(lab.challenge?.grade?.met, false);
  assert.doesNotMatch(html(lab), /find a run/);
  await lab.reset();
  for (const to of ['A', 'C']) await lab.setMessage(messageTo(lab, to), 'hold');
  await playToTheEnd(lab);
  await until(() => lab.judging?.verdict);
  assert.match(html(lab), /find a run/);
});

test('locked settings stay, free ones replay the run from its start', async () => {
  const miss = (await begun('miss-it')).lab;
  await miss.setQuorum({ r: 2 });
  assert.equal(miss.quorum.r, 1);
  assert.equal(miss.locked('r'), 'locked in this challenge');
  const { lab } = await begun('same-sum');
  assert.equal(lab.locked('w'), '');
  await lab.setQuorum({ n: 2 });
  assert.equal(lab.quorum.n, 3);
  await lab.setQuorum({ r: 2 });
  await until(() => lab.challenge?.grade);
  assert.equal(lab.challenge?.grade?.met, true);
  assert.match(html(lab), /W \+ R is 3<\/span> <b>met<\/b> <span class="num">\(now 3\)/);
  assert.match(html(lab), /\(99\.98 %\)/);
  // It is marked when another is chosen.
  await lab.assignment.choose();
  assert.match(html(lab), /<h2>Same sum, other side <span class="was-met">.*met<\/span><\/h2>/);
  assert.equal(html(lab).match(/was-met/g)?.length, 1);
});

test('a link carries the challenge, and opens it with the run as it was', async () => {
  const { lab } = await begun('miss-it', 'Ada');
  for (const to of ['A', 'C']) await lab.setMessage(messageTo(lab, to), 'hold');
  await playToTheEnd(lab);
  const link = decodeLink(encodeLink(await lab.link()));
  assert.equal(link.challenge, 'miss-it');
  const graded = await grade(missIt, link.scenario, 'Ada');
  assert.deepEqual([graded.problem, graded.actions], [null, 2]);
  assert.equal(graded.own_seed, true);
  // Handed in by somebody else it is still met, and whose luck it is shows.
  assert.equal((await grade(missIt, link.scenario, 'Bob')).own_seed, false);
  const other = makeLab().lab;
  await other.openLink(() => link);
  await until(() => other.challenge?.grade);
  assert.equal(other.challenge?.grade?.met, graded.met);
  assert.equal(other.run?.hash?.trace_sha256, lab.run?.hash?.trace_sha256);
});

test('a link to a challenge that is not here opens as a run, with a note', async () => {
  const { lab, engine: own } = makeLab();
  const { trace_version } = await own.about();
  await lab.openLink(() => ({
    scenario: missIt.scenario,
    position: 1,
    trace_version,
    challenge: 'elsewhere',
  }));
  assert.equal(lab.challenge, null);
  assert.match(lab.linkNote, /challenge, “elsewhere”, is not here/);
});

test('each student has a run of their own, and the name is all it takes', async () => {
  const seeds = await Promise.all(students.map(async (student) => (await startOf(missIt, student)).seed));
  assert.equal(new Set(seeds).size, students.length);
  const ada = (await begun('miss-it', 'Ada')).lab;
  assert.equal((await ada.run?.scenario())?.seed, (await startOf(missIt, 'Ada')).seed);
  assert.match(html(ada), /The luck of this run belongs to Ada\./);
});

test('whoever leaves a challenge is where they were before it', async () => {
  const { lab } = makeLab();
  await lab.openStory();
  await lab.answer('1');
  await until(() => lab.phase === 'told' && !lab.player.playing);
  const mine = { ...lab.run?.hash };
  await lab.assignment.choose();
  assert.match(html(lab), /Start: Miss it/);
  await lab.assignment.start('miss-it');
  await lab.assignment.start('same-sum');
  await lab.assignment.leave();
  assert.equal(lab.challenge, null);
  assert.deepEqual({ ...lab.run?.hash }, mine);
  assert.equal(lab.phase, 'told');
});
