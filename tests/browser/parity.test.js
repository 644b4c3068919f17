/** The engine in Chromium leaves the same traces as native: each golden scenario, in the worker that the labs carry. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
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

async function openEngine() {
  const { page } = await site.open('about:blank');
  await page.addScriptTag({ path: join(dist, 'systemsim-labs.js') });
  await page.evaluate(() => {
    /** @type {any} */ (window).engine = /** @type {any} */ (window).SYSTEMSIM.openEngine();
  });
  return page;
}

test('there are at least 20 golden scenarios', () => {
  assert.ok(names.length >= 20);
});

for (const name of names) {
  test(`golden ${name} has the same trace in Chromium`, async () => {
    page ??= openEngine();
    const hash = await (await page).evaluate(
      async (text) => {
        const session = await /** @type {any} */ (window).engine.create(text);
        await session.step();
        const { trace_sha256 } = await session.view('hash');
        await session.close();
        return trace_sha256;
      },
      readText(`tests/golden/scenarios/${name}.json`),
    );
    assert.equal(hash, golden[name]);
  });
}

test('they ran in a worker', async () => {
  assert.equal((await page)?.workers().length, 1);
});
