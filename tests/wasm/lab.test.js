/** The Quorum Playground without its pictures, on the engine in Node: what it does with runs that are not its story's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientRow } from '../../labs/quorum-playground/client-row.js';
import { lane } from '../../labs/quorum-playground/lane.js';
import { narrate } from '../../labs/quorum-playground/narrate.js';
import { Run } from '../../labs/quorum-playground/run.js';
import { withQuorum } from '../../labs/quorum-playground/scenario.js';
import { verdict } from '../../labs/quorum-playground/verdict.js';
import { litToHtml } from '../../web/build/lit-to-html.mjs';
import { openEngine } from '../../web/engine/client.js';
import { answersTo } from '../../web/ui/answers.js';
import { interceptedSource, openTestEngine } from '../lib/engine.js';
import { openLinked, until } from '../lib/lab.js';

/** @import { Action, Scenario } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from '../../labs/quorum-playground/lab.js' */

const put = { do: 'put', client: 'c1', key: 'x', value: '1', at_ms: 1 };
const get = { do: 'get', client: 'c2', key: 'x', at_ms: 900 };

/**
 * @param {Action[]} actions
 * @param {object} [cluster]
 * @returns {Scenario}
 */
const scenarioOf = (actions, cluster = {}) => ({
  seed: 15,
  cluster: { nodes: 5, vnodes: 1, n: 3, w: 1, r: 1, ...cluster },
  records: [{ key: 'x', value: '0' }],
  workload: { clients: 2 },
  actions,
});

/** @param {Lab} lab */
const verdictOf = (lab) => litToHtml(verdict(lab)).replace(/\s+/g, ' ');

test('the verdict reasons with the W of the write, not with the one that holds when the read comes', async () => {
  const set = { do: 'set', at_ms: 500 };
  const luck = await openLinked(scenarioOf([{ ...put, w: 1 }, { ...set, w: 3 }, get]));
  assert.match(verdictOf(luck), /only by luck: 1 \+ 1 ≤ 3/);
  const sure = await openLinked(scenarioOf([{ ...put, w: 3 }, { ...set, w: 1 }, get]));
  assert.match(verdictOf(sure), /had to be so: 3 \+ 1 &gt; 3/);
});

test('without a finished write the verdict gives no reason', async () => {
  const crash = { do: 'crash', node: 'A', at_ms: 0 };
  for (const actions of [[get], [crash, { ...put, w: 3 }, { ...get, at_ms: 1500 }]]) {
    const lab = await openLinked(scenarioOf(actions, { nodes: 3 }));
    assert.match(verdictOf(lab), /The read is fresh/);
    assert.doesNotMatch(verdictOf(lab), /had to be so|only by luck/);
  }
});

test('a replay ends, whatever the second action of the run is, or if it has none', async () => {
  for (const actions of [[put, { do: 'crash', node: 'B', at_ms: 2 }], [put], []]) {
    const lab = await openLinked(scenarioOf(actions), 0);
    await lab.replay();
    await until(() => !lab.trying && !lab.player.playing);
    assert.ok(lab.run?.status.ended);
  }
});

test('an action by hand ends a replay', async () => {
  const lab = await openLinked(scenarioOf([put]), 0);
  await lab.replay();
  assert.ok(lab.trying);
  await lab.setMachine('B', 'crash');
  assert.equal(lab.trying, false);
});

test('a replay with another quorum keeps every other change on the way, and what is counted from it', async () => {
  const actions = [
    put,
    { do: 'set', w: 2, r: 2, at_ms: 3 },
    { do: 'set', w: 2, loss: 1, at_ms: 500 },
    { do: 'get', client: 'c2', key: 'x', after: 0, at_us: 10 },
    get,
  ];
  const again = withQuorum(scenarioOf(actions), { n: 2, w: 1, r: 1 });
  assert.deepEqual(again.actions, [
    put,
    { do: 'set', at_ms: 3 },
    { do: 'set', loss: 1, at_ms: 500 },
    actions[3],
    get,
  ]);
  const run = await Run.open(openTestEngine(), again, 1000);
  assert.equal(run.stage.settings.w, 1);
  assert.equal(run.operationOf(3)?.outcome, 'ok');
  assert.equal(run.operationOf(4)?.outcome, 'timeout');
});

test('N goes as far as the run has machines', async () => {
  const seven = await openLinked(scenarioOf([put], { nodes: 7, n: 7, w: 7 }));
  await seven.setQuorum({ w: 6 });
  assert.deepEqual(seven.quorum, { n: 7, w: 6, r: 1 });
  const three = await openLinked(scenarioOf([put], { nodes: 3 }));
  await three.setQuorum({ n: 4 });
  assert.deepEqual(three.quorum, { n: 3, w: 1, r: 1 });
  assert.equal(three.problem, null);
});

test('a quorum that the engine refuses is taken back', async () => {
  const lab = await openLinked(scenarioOf([{ ...put, w: 3 }]));
  await lab.setQuorum({ n: 2 });
  assert.match(lab.problem?.text ?? '', /more than n, which is 2/);
  assert.deepEqual(lab.quorum, { n: 3, w: 1, r: 1 });
});

test('a request names the machines that it was sent to', async () => {
  const sentence = async (/** @type {Scenario} */ scenario) =>
    narrate(await Run.open(openTestEngine(), scenario, 1));
  assert.match(await sentence(scenarioOf([put])), /^Client 1 asks [A-E], [A-E] and [A-E] to save x = 1\.$/);
  assert.match(await sentence(scenarioOf([{ ...put, n: 1 }])), /^Client 1 asks [A-E] to save/);
  assert.match(await sentence(scenarioOf([put], { coordinator: 'any' })), /^Client 1 asks [A-E] to save/);
});

test('a call under way says how many copies have answered it, and nothing where its caller cannot know', async () => {
  const told = async (/** @type {Scenario} */ scenario, client = 'c1') => {
    const lab = await openLinked(scenario, 0);
    const run = lab.run ?? assert.fail('no run');
    const open = () => run.operations.find((call) => call.client === client && call.outcome === 'open');
    /** @type {string[]} */
    const seen = [];
    await run.stepUntil(() => {
      const ui = /** @type {any} */ ({ drafts: {} });
      const row = litToHtml(clientRow(lab, ui, client));
      const wires = [...'ABCDE']
        .map((machine) => litToHtml(lane(lab, ui, [client], machine, 'down')))
        .join('');
      if (open()) assert.doesNotMatch(wires, /too late to count/);
      const words = row.match(/waiting[^<]*/)?.[0].trim();
      assert.equal(words !== undefined, open() !== undefined);
      if (words && words !== seen.at(-1)) seen.push(words);
      return false;
    });
    const call = run.operations.find((one) => one.client === client);
    assert.equal(call?.outcome, 'ok');
    return seen;
  };
  const three = ['waiting: 0 of 3 answers', 'waiting: 1 of 3 answers', 'waiting: 2 of 3 answers'];
  assert.deepEqual(await told(scenarioOf([{ ...put, w: 3 }])), three);
  assert.deepEqual(await told(scenarioOf([{ ...get, r: 3 }]), 'c2'), three);
  assert.deepEqual(await told(scenarioOf([put])), ['waiting: 0 of 1 answer']);
  assert.deepEqual(await told(scenarioOf([{ ...put, w: 3 }], { coordinator: 'any' })), ['waiting']);
  const down = [
    { do: 'crash', node: 'A', at_ms: 0 },
    { do: 'crash', node: 'B', at_ms: 0 },
  ];
  const failing = (/** @type {object} */ cluster) =>
    openLinked(scenarioOf([...down, { ...put, w: 3 }], { nodes: 3, ...cluster }));
  assert.match(verdictOf(await failing({})), /It needed 3 and got 1\./);
  assert.match(verdictOf(await failing({ coordinator: 'any' })), /It needed 3\. Nobody/);
  const late = { id: 9, position_sent: 50 };
  const before = /** @type {any} */ ({ op: 0, client: 'c1', do: 'put', begin_position: 3 });
  assert.equal(answersTo(before, [/** @type {any} */ (late)]), null, 'its messages are no longer named');
});

test('the ring is asked for once for the same keys', async () => {
  let rings = 0;
  const engine = openEngine(
    interceptedSource((method, args) => {
      if (method === 'view' && args[1] === 'ring') rings += 1;
    }),
  );
  const run = await Run.open(engine, scenarioOf([put]));
  await run.stepUntil(() => false);
  assert.equal(rings, 1);
  await run.act({ do: 'put', client: 'c1', key: 'y', value: '1' });
  await run.stepUntil(() => false);
  assert.equal(rings, 2);
  assert.ok(run.ring?.keys.some(({ key }) => key === 'y'));
});
