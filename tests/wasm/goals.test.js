/** Fig 6-2: lamp 05 is lit by what a run of the engine shows, and by nothing else. No page, so nothing is drawn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLink } from '../../web/engine/link.js';
import { GoalsFigure } from '../../web/figures/goals.js';
import { joinLamp, runChange } from '../../web/figures/goals-join.js';
import { scenarioFor, startSwitches } from '../../web/figures/goals-switches.js';
import { formatShare } from '../../web/ui/format.js';
import { openTestEngine } from '../lib/engine.js';

/** @import { Engine } from '../../web/engine/client.js' */
/** @import { Progress } from '../../web/figures/goals-join.js' */
/** @import { Measured } from '../../web/figures/goals-measure.js' */
/** @import { Switches } from '../../web/figures/goals-switches.js' */

const engine = openTestEngine();

/** @type {Switches} */
const five = { ...startSwitches, machines: 5, points: 16, change: 'joined' };
/** @type {Switches[]} */
const clusters = [
  { ...startSwitches, change: 'joined' },
  { ...five, points: 1 },
  five,
  { ...five, copies: 3, points: 1 },
  { ...five, copies: 3 },
  { ...five, copies: 3, quorum: 2 },
];

/**
 * The engine, with something else in each scenario's cluster or network.
 * @param {Record<string, object>} other
 */
function engineWith(other) {
  const create = (/** @type {any} */ scenario) => {
    const changed = Object.entries(other).map(([part, fields]) => [part, { ...scenario[part], ...fields }]);
    return engine.create({ ...scenario, ...Object.fromEntries(changed) });
  };
  return /** @type {Engine} */ (/** @type {unknown} */ ({ create, about: () => engine.about() }));
}

/** @param {Switches} switches @param {Engine} [by] */
async function lampOf(switches, by = engine) {
  const change = await runChange(by, switches);
  return { change, lamp: joinLamp(switches, change) };
}

/**
 * How many of the records' copies belong on a machine, by the ring of one machine more; a view tells of a hundred keys.
 * @param {string} name
 * @param {Switches} switches
 */
async function copiesOf(name, switches) {
  const scenario = /** @type {any} */ (scenarioFor(switches));
  const cluster = { ...scenario.cluster, nodes: switches.machines + 1 };
  let count = 0;
  for (let first = 0; first < 1000; first += 100) {
    const records = Array.from({ length: 100 }, (_, at) => ({ key: `k${first + at + 1}`, value: 'x' }));
    const session = await engine.create({ ...scenario, cluster, workload: {}, records });
    const { keys } = await session.view('ring');
    await session.close();
    count += keys.filter(({ replicas }) => replicas.includes(name)).length;
  }
  return count;
}

test('a machine joins while clients call: no call fails, no read misses a write, and what moves is what belongs there', async () => {
  for (const switches of clusters) {
    const { change, lamp } = await lampOf(switches);
    assert.equal(change.done, true);
    assert.ok(change.calls > 500, `${change.calls} calls`);
    assert.deepEqual([change.failed, change.stale, change.back], [0, 0, 0]);
    assert.equal(change.handed, await copiesOf(change.name, switches));
    assert.deepEqual([change.before.length, change.after.length], [switches.machines, switches.machines + 1]);
    assert.equal(lamp.lit, true, lamp.value);
  }
});

test('without pending writes and epoch fence reads miss writes, and the lamp goes out', async () => {
  const unprotected = engineWith({ cluster: { pending_writes: false, epoch_fence: false } });
  for (const switches of clusters) {
    const { change, lamp } = await lampOf(switches, unprotected);
    assert.equal(change.done, true);
    assert.ok(change.stale > 0, JSON.stringify(switches));
    assert.equal(lamp.lit, false);
    assert.match(lamp.value, new RegExp(`^${change.stale} of `));
  }
});

test('the lamp goes out when calls fail, when too much moves, and when the join does not end', async () => {
  const lossy = await lampOf(five, engineWith({ network: { loss: 0.02 } }));
  assert.deepEqual([lossy.change.done, lossy.change.stale], [true, 0]);
  assert.ok(lossy.change.failed > 0);
  assert.equal(lossy.lamp.lit, false);

  const heavy = await lampOf(five, engineWith({ cluster: { weights: [1, 1, 1, 1, 1, 4] } }));
  assert.deepEqual([heavy.change.failed, heavy.change.stale], [0, 0]);
  assert.ok(heavy.change.handed / heavy.change.copies > 1.5 / 6);
  assert.equal(heavy.lamp.lit, false);

  const cut = await lampOf({ ...five, copies: 3, quorum: 2, cut: true });
  assert.equal(cut.change.done, false);
  assert.deepEqual([cut.lamp.lit, cut.lamp.value], [false, 'stands still']);
});

test('who leaves again gives everything back, and the ring is as it was', async () => {
  for (const switches of clusters) {
    const { change, lamp } = await lampOf({ ...switches, change: 'left' });
    const joined = await runChange(engine, switches);
    assert.deepEqual([change.done, change.failed, change.stale], [true, 0, 0]);
    assert.deepEqual(
      [change.handed, change.back],
      [joined.handed, joined.handed],
      'the join is the same run',
    );
    assert.deepEqual(change.after, change.before);
    assert.equal(lamp.lit, true);
  }
});

test('the change can be watched: ever more is handed over, until the machine has its share', async () => {
  for (const change of /** @type {const} */ (['joined', 'left'])) {
    /** @type {Progress[]} */
    const seen = [];
    const watch = async (/** @type {Progress} */ progress) => {
      seen.push(progress);
    };
    const { handed } = await runChange(engine, { ...five, change }, watch);
    assert.ok(seen.length > 2);
    seen.slice(1).forEach((step, at) => {
      assert.ok(step.handed >= seen[at].handed && step.calls >= seen[at].calls);
    });
    assert.equal(seen.at(-1)?.handed, handed);
    assert.equal(seen.at(-1)?.load.length, change === 'joined' ? 6 : 5);
  }
});

test('after a join the other lamps measure the cluster with the machine in it; after it left, as before', async () => {
  const figure = await begin();
  const before = shown(figure).measured;
  await figure.change();
  const after = shown(figure).measured;
  assert.equal(before.lamps[3].value, 'one machine');
  assert.equal(
    after.lamps[1].value,
    formatShare(Math.max(...(after.change?.after ?? []).map(({ share }) => share)), 1),
  );
  assert.match(after.lamps[3].value, /^1\.\d\d ×$/);
  await figure.change();
  const others = (/** @type {Measured} */ { lamps }) => lamps.filter(({ number }) => number !== '05');
  assert.deepEqual(others(shown(figure).measured), others(before));
});

test('another cluster has no machine that joined; W · R, memory and the cut leave it in; the same choice changes nothing', async () => {
  const figure = await begin();
  await figure.set({ machines: 5 });
  await figure.change();
  await figure.set({ machines: 5 });
  assert.equal(shown(figure).measured.switches.change, 'joined');
  await figure.set({ points: 16 });
  assert.equal(shown(figure).measured.switches.change, 'none');
  assert.match(shown(figure).news, /^Another cluster, which no machine has joined yet\. /);
  await figure.set({ copies: 3 });
  await figure.change();
  await figure.set({ quorum: 2 });
  await figure.set({ memory: 'all' });
  assert.equal(shown(figure).measured.switches.change, 'joined');
});

test('without memory each read waits for a seek of the disk, and lamp 07 is out', async () => {
  const seekMs = 8;
  /** @param {Partial<Switches>} switches */
  const readMs = async (switches) => {
    const session = await engine.create(scenarioFor({ ...startSwitches, ...switches }));
    await session.step();
    const { read_ms, write_ms } = await session.view('summary');
    const { engine: store } = await session.view('store');
    await session.close();
    return { p50: read_ms.p50 ?? 0, write: write_ms.p50 ?? 0, store };
  };
  const cold = await readMs({ memory: 'none' });
  const hot = await readMs({ memory: 'all' });
  assert.deepEqual([cold.store, hot.store], ['tiers', 'hash']);
  assert.ok(cold.p50 - hot.p50 > 0.9 * seekMs && cold.p50 - hot.p50 < 1.2 * seekMs, `${cold.p50 - hot.p50}`);
  // One seek, for what the write replaces; none for the log.
  assert.ok(cold.write - hot.write > 0.9 * seekMs && cold.write - hot.write < 1.2 * seekMs, `${cold.write}`);
  const figure = await begin();
  assert.match(shown(figure).measured.lamps[6].says, /each goes to the disk/);
  assert.equal(shown(figure).measured.lamps[6].lit, false);
  await figure.set({ memory: 'all' });
  assert.match(shown(figure).news, /^07 .* went on\./);
});

test('what the engine refuses is said in the words of the switches', async () => {
  const figure = await begin();
  const refused = async (/** @type {Partial<Switches>} */ pressed) => {
    await figure.set(pressed);
    assert.equal(shown(figure).refused, true);
    return shown(figure).news;
  };
  assert.match(await refused({ copies: 3 }), /three machines: choose 5 machines first\.$/);
  assert.match(await refused({ quorum: 2 }), /where there is one: choose 3 copies first\.$/);
  await figure.set({ machines: 5 });
  await figure.set({ copies: 3 });
  assert.match(await refused({ machines: 1 }), /three machines: choose 1 copy first\.$/);
  await figure.set({ quorum: 2 });
  assert.match(await refused({ copies: 1 }), /choose W · R 1 · 1 first\.$/);
});

async function begin() {
  /** @type {Promise<void>} */
  let queue = Promise.resolve();
  const figure = new GoalsFigure({
    changed() {},
    run(task) {
      queue = queue.then(task);
    },
  });
  await figure.start(engine, null);
  return figure;
}

/** @param {GoalsFigure} figure */
function shown({ picture }) {
  if (!picture) throw new Error('the figure is not running');
  return picture;
}
/** @param {GoalsFigure} figure */
const lit = (figure) =>
  shown(figure)
    .measured.lamps.filter((lamp) => lamp.lit)
    .map(({ number }) => number);

test('all seven lamps need the join; the cut takes 03 and 05; a link leads back to each', async () => {
  const figure = await begin();
  await figure.set({ machines: 5 });
  await figure.set({ copies: 3 });
  await figure.set({ points: 16 });
  assert.deepEqual(lit(figure), ['01', '02', '03', '04', '06']);
  await figure.set({ memory: 'all' });
  assert.deepEqual(lit(figure), ['01', '02', '03', '04', '06', '07']);
  assert.equal(shown(figure).cutShown, false);
  await figure.change();
  assert.equal(lit(figure).length, 7);
  assert.equal(shown(figure).cutShown, true);
  assert.match(shown(figure).news, /^F has joined: of \d+ calls .* 05 Automatic scaling went on\. All seven/);
  assert.ok(shown(figure).measured.eighth.stale > 0);

  for (const step of [
    () => figure.set({ quorum: 2 }),
    () => figure.change(),
    () => figure.set({ cut: true }),
  ]) {
    await step();
    const other = await begin();
    await other.start(engine, decodeLink((await figure.link()).run));
    assert.deepEqual(shown(other).measured, shown(figure).measured);
  }
  assert.deepEqual(lit(figure), ['01', '02', '04', '06', '07']);

  await figure.reset();
  assert.deepEqual(shown(figure).measured.switches, startSwitches);
  assert.equal(shown(figure).measured.lamps[4].value, 'not tried');
});
