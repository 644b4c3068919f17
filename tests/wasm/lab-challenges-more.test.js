/** The challenges about what W + R > N leaves open, on the engine in Node: what meets them, what does not, whoever tries. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { challenges } from '../../labs/quorum-playground/challenge-run.js';
import { settingsOf } from '../../labs/quorum-playground/challenge-settings.js';
import { task } from '../../labs/quorum-playground/task.js';
import { verdict } from '../../labs/quorum-playground/verdict.js';
import { litToHtml } from '../../web/build/lit-to-html.mjs';
import { decodeLink, encodeLink } from '../../web/engine/link.js';
import { openTestEngine } from '../lib/engine.js';
import { makeLab, until } from '../lib/lab.js';

/** @import { Action, Challenge } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from '../../labs/quorum-playground/lab.js' */

const engine = openTestEngine();
const students = Array.from({ length: 25 }, (_, index) => `student ${index}`);

/** @param {string} id */
const named = (id) => challenges.find((one) => one.id === id) ?? assert.fail(`there is no challenge ${id}`);

/** @param {string} id @param {any} scenario @param {string} [student] */
const grade = (id, scenario, student = '') =>
  engine.runJob({ job: 'grade', challenge: named(id), scenario, student });

/** @param {string} id @param {string} student */
async function startOf(id, student) {
  const challenge = named(id);
  const { seed } = await engine.runJob({ job: 'grade', challenge, student });
  return /** @type {any} */ ({ ...challenge.scenario, seed });
}

/** @param {any} scenario @param {object} change */
const withCluster = (scenario, change) => ({ ...scenario, cluster: { ...scenario.cluster, ...change } });

/** @param {number} op @param {'write' | 'read'} kind @param {string} to */
const hold = (op, kind, to) => ({ do: 'hold', op, kind, to, at_us: 5001 });

/** @param {any} scenario @param {Action[]} actions */
const withActions = (scenario, actions) => ({ ...scenario, actions: [...scenario.actions, ...actions] });

/** The write is let in at one machine, and client 3 does not hear that one. @param {string} holder */
const threeHolds = (holder) => [
  ...['A', 'B', 'C'].filter((one) => one !== holder).map((one) => hold(0, 'write', one)),
  hold(2, 'read', holder),
];

/** @param {string} id @param {string} [student] */
async function begun(id, student = '') {
  const made = makeLab();
  made.lab.assignment.student = student;
  await made.lab.openStory();
  await made.lab.assignment.start(id);
  assert.equal(made.lab.problem, null);
  return made;
}

/** @param {Lab} lab */
const html = (lab) => {
  const ui = /** @type {any} */ ({ promises: true, whyWidth: 500, set() {} });
  return litToHtml([task(lab), verdict(lab, ui)]).replace(/\s+/g, ' ');
};

/** Chooses a setting, as the reader does. @param {Lab} lab @param {string} label @param {string} name */
async function choose(lab, label, name) {
  const run = lab.challenge ?? assert.fail('no challenge is on');
  const setting =
    settingsOf(run).find((one) => one.label.startsWith(label)) ?? assert.fail(`there is no ${label}`);
  const scenario = /** @type {any} */ (await lab.run?.scenario());
  run.grade = null;
  await lab.replayAs({ ...scenario, cluster: setting.choose(scenario.cluster, name) }, '');
  await until(() => lab.challenge?.grade);
}

test('New, then old: no luck gives it away, four holds always reach it, and for everybody there are three that do', async () => {
  for (const student of students) {
    const start = await startOf('new-then-old', student);
    assert.equal((await grade('new-then-old', start, student)).met, false, student);
    const four = [hold(0, 'write', 'B'), hold(0, 'write', 'C'), hold(1, 'read', 'C'), hold(2, 'read', 'A')];
    const surely = await grade('new-then-old', withActions(start, four), student);
    assert.deepEqual([surely.problem, surely.met, surely.stars], [null, true, [true, false]], student);
    const graded = await Promise.all(
      ['A', 'B', 'C'].map((holder) => grade('new-then-old', withActions(start, threeHolds(holder)), student)),
    );
    assert.ok(
      graded.some(({ met, stars }) => met && stars.every(Boolean)),
      student,
    );
  }
});

test('One switch: write-back and blocking repair mend it for everybody; repair after the answer and W = 3 do not', async () => {
  for (const student of students.slice(0, 5)) {
    const start = await startOf('one-switch', student);
    assert.equal((await grade('one-switch', start, student)).met, false);
    const outcomes = await Promise.all(
      [{ write_back: true }, { read_repair: 'blocking' }, { read_repair: 'background' }].map((change) =>
        grade('one-switch', withCluster(start, change), student),
      ),
    );
    assert.deepEqual(
      outcomes.map(({ met, stars }) => [met, ...stars]),
      [
        [true, true],
        [true, false],
        [false, false],
      ],
    );
  }
  const locked = await grade('one-switch', withCluster(named('one-switch').scenario, { w: 3 }));
  assert.match(locked.problem ?? '', /cluster/);
});

test('Saved and gone: right clocks lose nothing; 5 ms each way lose a write for everybody, and 21 ms are too many', async () => {
  for (const student of students) {
    const start = await startOf('saved-and-gone', student);
    /** @param {number} a @param {number} b */
    const wrong = (a, b) =>
      grade(
        'saved-and-gone',
        withCluster(start, {
          clocks: [
            { node: 'A', skew_ms: a },
            { node: 'B', skew_ms: b },
          ],
        }),
        student,
      );
    assert.equal((await grade('saved-and-gone', start, student)).met, false);
    const small = await wrong(5, -5);
    assert.deepEqual([small.met, small.stars], [true, [true, true]], student);
    assert.deepEqual((await wrong(20, 0)).stars, [false, false]);
    assert.equal((await wrong(20, 0)).met, true, student);
    assert.equal((await wrong(-20, 0)).met, false, student);
    assert.equal((await wrong(21, 0)).met, false, student);
  }
});

test('Keep it: only versions that do not go by the clock keep the write, and a higher number keeps one value', async () => {
  const start = named('nothing-gone').scenario;
  /** @type {[object, boolean, boolean][]} */
  const table = [
    [{ versions: 'logical' }, true, true],
    [{ versions: 'dotted' }, true, false],
    [{ versions: 'vector-clocks' }, true, false],
    [{ w: 3, r: 3 }, false, false],
    [{ write_back: true }, false, false],
    [{ read_repair: 'blocking' }, false, false],
  ];
  for (const [change, met, star] of table) {
    const graded = await grade('nothing-gone', withCluster(start, change));
    assert.deepEqual([graded.met, ...graded.stars], [met, star], JSON.stringify(change));
  }
});

test('in the lab: the clocks are set by hand, the loss is judged, and the next challenge mends it', async () => {
  const { lab, said } = await begun('saved-and-gone', 'Ada');
  assert.match(html(lab), /You may change the machines’ clocks\. All else is locked\./);
  await choose(lab, 'A’s clock', '5');
  assert.equal(lab.challenge?.grade?.met, false);
  await choose(lab, 'B’s clock', '-5');
  assert.deepEqual([lab.challenge?.grade?.met, lab.challenge?.grade?.stars], [true, [true, true]]);
  assert.ok(said.includes('Goal met. Stars: 2 of 2.'), said.join('\n'));
  const link = decodeLink(encodeLink(await lab.link()));
  const graded = await grade('saved-and-gone', link.scenario, 'Ada');
  assert.deepEqual([graded.met, graded.own_seed, graded.problem], [true, true, null]);
  assert.match(html(lab), /Next: mend it/);
  await lab.assignment.start('nothing-gone');
  await choose(lab, 'Which write is newer', 'logical');
  assert.equal(lab.challenge?.grade?.met, true);
  assert.match(html(lab), /It costs <b class="num">1\.\d ms<\/b>/);
});

test('in the lab: new, then old, by three holds on messages under way', async () => {
  const { lab } = await begun('new-then-old');
  /** @param {number} op @param {string} to */
  const holdOne = async (op, to) => {
    const found = lab.run?.stage.messages.find((message) => message.op === op && message.to === to);
    await lab.setMessage(found ?? assert.fail(`nothing of call ${op} travels to ${to}`), 'hold');
  };
  for (const to of ['A', 'C']) await holdOne(0, to);
  while (!lab.run?.stage.messages.some(({ op }) => op === 2)) await lab.stepForward();
  await holdOne(2, 'B');
  await lab.scrub(Number.MAX_SAFE_INTEGER);
  await until(() => lab.challenge?.grade);
  assert.deepEqual([lab.challenge?.grade?.met, lab.challenge?.grade?.stars], [true, [true, true]]);
});

test('in the lab: a night is judged when it is asked for, and N is free', async () => {
  const { lab } = await begun('night-on-call');
  await lab.scrub(50);
  assert.equal(lab.challenge?.grade, null);
  assert.match(html(lab), /Let the engine judge/);
  await lab.setQuorum({ n: 5 });
  await lab.setQuorum({ r: 3 });
  assert.deepEqual(lab.quorum, { n: 5, w: 2, r: 3 });
  assert.equal(lab.player.playing, false);
  const judged = lab.challenge?.ask();
  await until(() => lab.challenge?.progress);
  assert.equal(lab.challenge?.isOpen, false);
  lab.challenge?.stop();
  await judged;
  assert.equal(lab.challenge?.grade, null, 'it was stopped');
});
