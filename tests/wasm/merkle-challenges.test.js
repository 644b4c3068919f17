/** The challenges of Merkle Tree Sync, on the engine in Node: they can be met and missed, and the lab obeys their terms. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { challenges } from '../../labs/merkle-sync/challenge-run.js';
import { rowsByHand } from '../../labs/merkle-sync/deep-hand.js';
import { scenarioOf, settingsOf } from '../../labs/merkle-sync/sync-scenario.js';
import { decodeLink, encodeLink } from '../../web/engine/link.js';
import { openTestEngine } from '../lib/engine.js';
import { makeMerkleLab } from '../lib/merkle-lab.js';

/** @import { Challenge, SyncScenario } from '../../web/engine/engine.d.ts' */
/** @import { Settings } from '../../labs/merkle-sync/settings.js' */

const engine = openTestEngine();
const [theProtocol, slowLink, makeLose, thirtyForOne, nobodyLoses] = challenges;

/** @param {Challenge<SyncScenario>} challenge @param {SyncScenario} scenario @param {string} [student] */
const grade = (challenge, scenario, student = '') =>
  engine.runJob({ job: 'grade', challenge, scenario, ...(student ? { student } : {}) });

/** A scenario of a challenge, with changes. @param {Challenge<SyncScenario>} challenge @param {Partial<Settings>} change */
const changed = ({ scenario }, change) =>
  scenarioOf({ ...settingsOf(scenario), depth: null, ...change }, scenario, []);

/** A lab with a challenge on. @param {string} id @param {string} [student] */
async function begun(id, student = '') {
  const made = makeMerkleLab();
  made.lab.assignment.student = student;
  await made.lab.open(() => null, id);
  assert.equal(made.lab.problem, '');
  const run = made.lab.assignment.challenge ?? assert.fail('no challenge is on');
  return { ...made, run };
}

/** A reader who asks for one child, and for the other where it may differ too. @param {Pick<Awaited<ReturnType<typeof begun>>, 'lab' | 'run'>} made */
async function askDown({ lab, run }) {
  for (;;) {
    const { hand } = run;
    if (!hand || hand.found.length >= run.sought) return;
    const { rows } = hand;
    const open = rows.flatMap(({ level, groups, hidden, differing }) =>
      [...(hidden ?? [])]
        // In each of as many groups as there are keys, one alone differs.
        .filter((index) => groups.length < run.sought || !differing.has(index ^ 1))
        .map((index) => ({ level, index })),
    );
    const [next] = open;
    if (!next) assert.fail('nothing is left to ask');
    await run.ask(next.level, next.index);
    assert.equal(lab.problem, '');
  }
}

for (const challenge of challenges) {
  test(`${challenge.title}: its solution meets every goal, and its start does not`, async () => {
    const solved = await grade(challenge, challenge.solution);
    assert.deepEqual([solved.problem, solved.met], [null, true], JSON.stringify(solved.goals));
    assert.ok(solved.stars.every(Boolean));
    const untouched = await grade(challenge, challenge.scenario);
    assert.deepEqual([untouched.problem, untouched.met], [null, false]);
    assert.ok(!untouched.stars.some(Boolean));
  });
}

test('Slow link: of the lab’s widest trees one meets the goal', async () => {
  const { seed, ...setup } = { ...slowLink.scenario, ...slowLink.scenario.replicas };
  const replicas = await engine.replicas({
    keys: setup.keys,
    differ: 1,
    kinds: ['stale'],
    id_bytes: 8,
    seed,
  });
  const [time, bytes] = slowLink.goal.map(({ expect }) => /** @type {any} */ (expect).at_most);
  const met = new Set();
  for (const fan_out of [16, 64, 256]) {
    for (const leaf_keys of [30, 256]) {
      const { report } = await replicas.run({ fan_out, leaf_keys, rtt_ms: 150, mbps: 100 });
      if (report.finish_ms <= time && report.bytes <= bytes)
        met.add(`${fan_out} children, ${leaf_keys} keys`);
    }
  }
  assert.deepEqual([...met], ['64 children, 256 keys']);
  await replicas.close();
});

test('Thirty for one: the start sends about thirty, and wider nodes alone do not help', async () => {
  const start = await grade(thirtyForOne, thirtyForOne.scenario);
  assert.ok((start.goals[0].measured ?? 0) > 25);
  const narrow = await grade(thirtyForOne, changed(thirtyForOne, { fanOut: 2, leafKeys: 1 }));
  assert.deepEqual(
    narrow.goals.map(({ met }) => met),
    [true, false],
  );
  assert.equal((await grade(thirtyForOne, changed(thirtyForOne, { fanOut: 256, leafKeys: 30 }))).met, false);
});

test('Nobody loses: last write wins is offered, and fails', async () => {
  const lost = await grade(nobodyLoses, changed(nobodyLoses, { versions: 'lww', fanOut: 4, leafKeys: 8 }));
  assert.deepEqual(
    lost.goals.map(({ met }) => met),
    [true, false, true],
  );
});

test('Make the tree lose: a student’s own luck, and who gathers earns one star more', async () => {
  const { seed } = await engine.runJob({ job: 'grade', challenge: makeLose, student: 'Ada' });
  const scenario = { ...changed(makeLose, { fanOut: 256, leafKeys: 1, differ: 1000 }), seed: seed ?? 0 };
  const graded = await grade(makeLose, scenario, 'Ada');
  assert.deepEqual([graded.met, graded.own_seed, graded.cost], [true, true, 1000]);
  assert.deepEqual(graded.stars, [true, false, false]);
  const gathered = await grade(makeLose, { ...scenario, actions: [{ do: 'gather' }] }, 'Ada');
  assert.deepEqual(gathered.stars, [true, false, true]);
  assert.equal((await grade(makeLose, scenario, 'Bob')).own_seed, false);
});

test('what is not free is not allowed, and said', async () => {
  const faster = await grade(slowLink, changed(slowLink, { fanOut: 64, leafKeys: 256, rttMs: 1 }));
  assert.deepEqual([faster.met, faster.problem], [false, '"sync" is not as the challenge has it']);
  const gathered = await grade(slowLink, { ...slowLink.scenario, actions: [{ do: 'gather' }] });
  assert.match(gathered.problem ?? '', /1 actions; the most is 0/);
  const broken = await grade(
    slowLink,
    /** @type {any} */ ({ ...slowLink.scenario, replicas: { keys: 1048577 } }),
  );
  assert.match(broken.problem ?? '', /\/replicas\/keys: .*1048576/);
});

test('by hand, what is left when the other child is equal differs', () => {
  const rows = rowsByHand(
    [
      { level: 1, index: 0, differs: false },
      { level: 2, index: 2, differs: true },
    ],
    3,
  );
  assert.deepEqual([...rows[1].differing], [1]);
  assert.deepEqual([...rows[2].differing], [2]);
  assert.deepEqual([.../** @type {Set<number>} */ (rows[2].hidden)], [3]);
  assert.deepEqual(rows[3].groups, [{ first: 4, count: 2 }]);
});

test('You are the protocol, in the lab: twenty hashes, a second key, and the link says it all', async () => {
  const made = await begun(theProtocol.id, 'Ada');
  const { lab, run, said, engine } = made;
  assert.equal(lab.settings.keys, 1048576);
  await askDown(made);
  assert.deepEqual([run.hand?.asks.length, run.grade?.met, run.grade?.own_seed], [20, true, true]);
  assert.ok(said.some((sentence) => sentence.startsWith('Goal met.')));
  assert.deepEqual(run.grade?.stars, [false]);
  await run.another();
  assert.equal(run.hand?.asks.length, 0);
  await run.ask(1, 0);
  // What is handed in says the same to whoever opens it.
  const link = decodeLink(
    encodeLink({
      scenario: /** @type {any} */ (run.scenario),
      position: 0,
      trace_version: 0,
      challenge: run.id,
    }),
  );
  const { scenario } = /** @type {any} */ (link);
  const other = makeMerkleLab();
  await other.lab.open(() => ({ challenge: run.id, scenario }));
  const { challenge } = other.lab.assignment;
  assert.deepEqual(challenge?.scenario, run.scenario);
  assert.deepEqual([challenge?.grade?.met, challenge?.hand?.asks], [true, [[1, 0, 1]]]);
  other.lab.close();
  other.engine.close();
  lab.close();
  engine.close();
});

test('in the lab what is locked says so and does nothing; leaving brings back what was there', async () => {
  const made = makeMerkleLab();
  const { lab, said } = made;
  await lab.playFreely();
  await lab.set({ keys: 1024, differ: 10 });
  const before = lab.settings;
  await lab.assignment.start(makeLose.id);
  await lab.set({ keys: 16 });
  assert.equal(said.at(-1), 'That is locked in this challenge.');
  assert.equal(lab.settings.keys, 32768);
  await lab.set({ fanOut: 256, leafKeys: 1, differ: 200 });
  const { challenge } = lab.assignment;
  assert.equal(challenge?.grade?.met, true);
  assert.equal(challenge?.canGather, true);
  await challenge?.gather();
  assert.deepEqual(challenge?.grade?.stars, [true, true, true]);
  await lab.assignment.leave();
  assert.deepEqual([...lab.assignment.met], [makeLose.id]);
  assert.deepEqual([lab.phase, lab.settings, lab.shown?.settings], ['free', before, before]);
  made.lab.close();
  made.engine.close();
});

test('a link is judged word for word: what the lab has no word for is not left out', async () => {
  const good = makeLose.solution;
  for (const [scenario, problem] of /** @type {[SyncScenario, RegExp][]} */ ([
    [
      { ...good, actions: [{ do: 'put', side: 'A', key: 'k', value: 'v' }, { do: 'gather' }] },
      /2 actions; the most is 1/,
    ],
    [{ ...good, replicas: { ...good.replicas, id_bytes: 64 } }, /"replicas" is not as the challenge has it/],
    [{ ...good, sync: { ...good.sync, levels_per_round: 3 } }, /"sync" is not as the challenge has it/],
    [/** @type {any} */ ({ ...good, sync: null }), /\/sync: /],
    [/** @type {any} */ ({ ...good, actions: 'x' }), /\/actions: /],
  ])) {
    const { lab, engine } = makeMerkleLab();
    await lab.open(() => ({ challenge: makeLose.id, scenario }));
    const { challenge } = lab.assignment;
    assert.equal(lab.problem, '');
    assert.equal(challenge?.grade?.met, false);
    assert.match(challenge?.grade?.problem ?? '', problem);
    // What the reader does then is the reader's own.
    await lab.set({ fanOut: 256, leafKeys: 1, differ: 1000 });
    assert.deepEqual([challenge?.grade?.problem, challenge?.grade?.met], [null, true]);
    lab.close();
    engine.close();
  }
});

test('by hand no more is asked for than a person would, twice on one hash is one, and after the end nothing', async () => {
  const ask = { do: /** @type {const} */ ('ask'), level: 20, first: 0, count: 1 << 20 };
  const huge = await grade(theProtocol, { ...theProtocol.scenario, actions: [ask] });
  assert.match(huge.problem ?? '', /^\/actions\/0: 1048576 hashes are asked for; the most is 4096$/);
  const { lab, run, engine } = await begun(theProtocol.id);
  await Promise.all([run.ask(1, 0), run.ask(1, 0)]);
  assert.equal(run.hand?.asks.length, 1);
  await askDown({ lab, run });
  const { asks } = /** @type {NonNullable<typeof run.hand>} */ (run.hand);
  const left = run.hand?.rows.find(({ hidden }) => (hidden?.size ?? 0) > 0);
  if (left) await run.ask(left.level, [.../** @type {Set<number>} */ (left.hidden)][0]);
  assert.equal(run.hand?.asks.length, asks.length);
  lab.close();
  engine.close();
});

test('a challenge that is stopped while it loads leaves the lab as it was', async () => {
  const { lab, engine } = makeMerkleLab();
  await lab.playFreely();
  const before = lab.settings;
  const begins = lab.assignment.start(slowLink.id);
  while (lab.working === null) await new Promise((resolve) => setTimeout(resolve, 5));
  lab.cancel();
  await begins;
  assert.deepEqual([lab.phase, lab.assignment.challenge, lab.settings], ['free', null, before]);
  lab.close();
  engine.close();
});

test('a link with a challenge that is not here is explained', async () => {
  const { lab, engine } = makeMerkleLab();
  await lab.open(() => ({ challenge: 'no-such', scenario: slowLink.scenario }));
  assert.match(lab.problem, /There is no challenge “no-such” here/);
  assert.equal(lab.phase, 'free');
  lab.close();
  engine.close();
});
