/** The figures' element and Fig 6-1's store, on the engine in Node: no page, so nothing is drawn. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import five from '../../content/scenarios/contract-five.json' with { type: 'json' };
import { encodeLink } from '../../web/engine/link.js';
import { pageEngine, setPageEngineSource } from '../../web/engine/page-engine.js';
import { ContractRun } from '../../web/figures/contract-run.js';
import { loadFigure } from '../../web/figures/registry.js';
import { SimFigure } from '../../web/figures/sim-figure.js';
import { openTestEngine, source } from '../lib/engine.js';
import { readText, repositoryFiles } from '../lib/files.js';
import { until } from '../lib/lab.js';

before(() => {
  setPageEngineSource(source);
  globalThis.location = /** @type {any} */ ({ hash: '' });
  customElements.define('sim-figure', SimFigure);
});

/** A figure that has come near the screen. */
function begin() {
  const element = new SimFigure();
  element.name = 'contract';
  element.seen(true);
  assert.equal(element.state, 'starting');
  return element;
}

test('a figure that was scrolled away while it started is paused, and goes on when it is near again', async () => {
  const element = begin();
  element.seen(false);
  await element.queue;
  assert.equal(element.state, 'paused');
  element.seen(true);
  assert.equal(element.state, 'ready');
});

test('a figure that was taken off the page while it started is stopped, and starts again when it is back', async () => {
  const element = begin();
  const start = /** @type {any} */ (element.wanted);
  await until(() => start.figure !== null);
  const started = start.figure;
  element.stop();
  element.state = 'still';
  await element.queue;
  assert.equal(element.state, 'still');
  assert.equal(element.figure, null);
  await assert.rejects(started.store.session.view('stage'), { code: 'stale_id' });
  element.seen(true);
  await element.queue;
  assert.equal(element.state, 'ready');
  assert.notEqual(element.figure, started);
});

test('a figure that was taken off the page before its module was there never begins', async () => {
  const element = begin();
  const start = /** @type {any} */ (element.wanted);
  element.stop();
  element.state = 'still';
  await element.queue;
  assert.equal(start.figure, null);
  assert.equal(element.state, 'still');
});

test('a figure that does not exist says so', async () => {
  const element = new SimFigure();
  element.name = 'toString';
  element.seen(true);
  await element.queue;
  assert.equal(element.state, 'failed');
  assert.equal(element.problem, 'There is no figure “toString”.');
});

test('every figure of a page has a module and a still picture', async () => {
  const names = repositoryFiles()
    .filter((path) => /^content\/.*\.md$/.test(path))
    .flatMap((path) => [...readText(path).matchAll(/\{% figure "([^"]+)" %\}/g)].map(([, name]) => name));
  assert.ok(names.length >= 2);
  const still = readText('web/figures/still.js');
  for (const name of names) {
    assert.equal(typeof (await loadFigure(name)), 'function', name);
    assert.match(still, new RegExp(`^  '?${name}'?: \\w+Still,$`, 'm'));
  }
});

test('a link of another engine opens, with a note', async () => {
  const { trace_version } = await pageEngine().about();
  for (const [version, note] of /** @type {[number, RegExp][]} */ ([
    [trace_version, /^$/],
    [trace_version - 1, /made by an older engine; the run may differ/],
    [trace_version + 1, /made by a newer engine/],
  ])) {
    const element = begin();
    const run = encodeLink({ scenario: five, position: 0, trace_version: version });
    element.start(new URLSearchParams({ fig: 'contract', run }));
    await element.queue;
    assert.equal(element.state, 'ready');
    assert.match(element.note, note);
  }
});

test('a record shows its up-to-date copy, though a machine that missed the first put comes before it', async () => {
  const [{ key }] = five.records;
  const first = await ContractRun.open(openTestEngine(), five);
  const home = first.rows.find((row) => row.key === key)?.copies.find(({ mark }) => mark !== 'none');
  const run = await ContractRun.open(openTestEngine(), {
    ...five,
    actions: [
      { do: 'crash', node: home?.machine, at_us: 0 },
      { do: 'put', client: 'c1', key, value: 'new', at_us: 1 },
    ],
  });
  assert.equal(run.rows.find((row) => row.key === key)?.value, 'new');
});
