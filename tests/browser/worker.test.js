/** The engine's worker in a real browser: what happens when it dies, and when there is none. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { dist, useSite } from '../lib/browser.js';
import { busyScenario, openTestEngine } from '../lib/engine.js';

const site = useSite();

test('a worker that dies in a call is replaced, and the run goes on where it stood', async () => {
  const undisturbed = await openTestEngine().create(busyScenario);
  await undisturbed.step();
  const { page, close } = await site.open('about:blank');
  await page.addScriptTag({ path: join(dist, 'systemsim-labs.js') });
  // The built worker, with a fault of its own: a step by seven events ends it without an answer.
  const faulty = `Object.defineProperty(self, 'onmessage', { set(handle) {
    addEventListener('message', (event) => {
      if (event.data.method !== 'step' || event.data.args[1] !== 7) return handle(event);
      throw new Error('out of order');
    });
  } });`;
  const result = await page.evaluate(
    async ({ workerText, wasmBase64, scenario }) => {
      const wasmBytes = Uint8Array.from(atob(wasmBase64), (char) => char.charCodeAt(0));
      const engine = /** @type {any} */ (window).SYSTEMSIM.openEngine({ workerText, wasmBytes });
      /** @type {boolean[]} */
      const rebuilt = [];
      engine.addEventListener('engineerror', (/** @type {any} */ event) => rebuilt.push(event.rebuilt));
      const session = await engine.create(scenario);
      await session.step({ maxEvents: 500 });
      const before = await session.view('hash');
      const refused = await session.step({ maxEvents: 7 }).catch((/** @type {any} */ error) => error);
      const after = await session.view('hash');
      const { position } = session.status;
      await session.step();
      const { trace_sha256 } = await session.view('hash');
      return { rebuilt, refused: refused.code, before, after, position, trace_sha256 };
    },
    {
      workerText: faulty + readFileSync(join(dist, 'assets/engine-worker.js'), 'utf8'),
      wasmBase64: readFileSync(join(dist, 'assets/systemsim.wasm')).toString('base64'),
      scenario: busyScenario,
    },
  );
  assert.equal(result.refused, 'aborted');
  assert.deepEqual(result.rebuilt, [true]);
  assert.equal(result.position, 500);
  assert.deepEqual(result.after, result.before);
  assert.equal(result.trace_sha256, (await undisturbed.view('hash')).trace_sha256);
  assert.equal(page.workers().length, 1);
  await close();
});

test('without workers the embedded engine runs on the page in slices that leave it alive', async () => {
  const { page, close } = await site.open('about:blank', {
    before: (page) => page.addInitScript(() => Reflect.deleteProperty(window, 'Worker')),
  });
  await page.addScriptTag({ path: join(dist, 'systemsim-labs.js') });
  const { frames, lasted, fresh } = await page.evaluate(async () => {
    const engine = /** @type {any} */ (window).SYSTEMSIM.openEngine();
    await engine.about();
    const actions = [
      { do: 'put', client: 'c1', key: 'x', value: '1', at_us: 0 },
      { do: 'get', client: 'c2', key: 'x', after: 0, at_us: 0 },
    ];
    let frames = 0;
    let running = true;
    requestAnimationFrame(function frame() {
      frames += 1;
      if (running) requestAnimationFrame(frame);
    });
    const start = performance.now();
    const result = await engine.runJob({
      job: 'trials',
      scenario: { actions },
      seeds: { from: 1, to: 60_000 },
      probe: 1,
      ages_us: [0],
    });
    running = false;
    return { frames, lasted: performance.now() - start, fresh: result.fresh[0] };
  });
  assert.equal(fresh, 60_000);
  assert.ok(lasted > 200, `the job took only ${lasted} ms, too little to judge by`);
  assert.ok(frames > lasted / 50, `only ${frames} frames in ${lasted} ms`);
  assert.equal(page.workers().length, 0);
  await close();
});
