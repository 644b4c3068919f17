/**
 * The engine in Chromium leaves the same traces as native: each golden scenario, in the worker that the labs carry, or in
 * the site's own where the labs' engine does without what the scenario asks for.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { moduleFor } from '../../web/engine/modules.js';
import { dist, useSite } from '../lib/browser.js';
import { readText } from '../lib/files.js';

/** @import { Page } from 'playwright-core' */

/** @type {Record<string, string>} */
const golden = JSON.parse(readText('tests/golden/traces.json'));
const names = readdirSync(new URL('../golden/scenarios/', import.meta.url)).map((file) =>
  file.replace(/\.json$/, ''),
);
const site = useSite();

/** The blank page with an engine, opened by the first test that asks. @type {Promise<Page> | undefined} */
let page;

/** A module of the site, as it may be handed over. @param {string} worker @param {string} wasm */
const siteModule = (worker, wasm) => ({
  workerText: readFileSync(join(dist, 'assets', worker), 'utf8'),
  wasmBase64: readFileSync(join(dist, 'assets', wasm), 'base64'),
});

async function openEngine() {
  const { page } = await site.open('about:blank');
  await page.addScriptTag({ path: join(dist, 'systemsim-labs.js') });
  await page.evaluate(
    ([sessions, trees, healing]) => {
      const source = (
        /** @type {{workerText: string, wasmBase64: string}} */ { workerText, wasmBase64 },
      ) => ({
        workerText,
        wasmBytes: Uint8Array.from(atob(wasmBase64), (letter) => letter.charCodeAt(0)),
      });
      const { openEngine } = /** @type {any} */ (window).SYSTEMSIM;
      /** @type {any} */ (window).engines = {
        labs: openEngine(),
        site: openEngine({ ...source(sessions), trees: source(trees), healing: source(healing) }),
      };
    },
    [
      siteModule('engine-worker.js', 'systemsim.wasm'),
      siteModule('trees-worker.js', 'systemsim-trees.wasm'),
      siteModule('healing-worker.js', 'systemsim-healing.wasm'),
    ],
  );
  return page;
}

test('there are at least 20 golden scenarios', () => {
  assert.ok(names.length >= 20);
});

for (const name of names) {
  test(`golden ${name} has the same trace in Chromium`, async () => {
    page ??= openEngine();
    const text = readText(`tests/golden/scenarios/${name}.json`);
    const engine = moduleFor(text) !== null || JSON.parse(text).cluster?.store ? 'site' : 'labs';
    const hash = await (await page).evaluate(
      async ({ text, engine }) => {
        const session = await /** @type {any} */ (window).engines[engine].create(text);
        await session.step();
        const { trace_sha256 } = await session.view('hash');
        await session.close();
        return trace_sha256;
      },
      { text, engine },
    );
    assert.equal(hash, golden[name]);
  });
}

test('they ran in workers', async () => {
  assert.equal((await page)?.workers().length, 4);
});
