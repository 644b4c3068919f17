/**
 * The lab away from home: in a frame with sandbox="allow-scripts" on another origin, and from file://. There module
 * scripts, fetch and workers from an address fail; the lab must not need them, and must reach the same hash.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { dist, readyLab, standOf, useSite } from '../lib/browser.js';
import { makeRun } from '../lib/run-link.js';

/** @import { Frame } from 'playwright-core' */

const site = useSite();
const run = await makeRun();

/** @param {Frame} frame */
const untilReady = (frame) =>
  frame.waitForFunction(() =>
    Boolean(/** @type {any} */ (document.querySelector('quorum-playground'))?.traceSha256),
  );

/**
 * A page of another origin with this in its body.
 * @param {string} body
 */
async function openHost(body) {
  const opened = await site.openHost(body, {
    before: (page) =>
      page.addInitScript(() => {
        /** @type {any} */ (window).heard = [];
        addEventListener('message', ({ data }) => /** @type {any} */ (window).heard.push(data));
      }),
  });
  const frame = opened.page.frames().find((one) => one.parentFrame() !== null) ?? assert.fail('no frame');
  return { ...opened, frame };
}

test('the embed page reaches the same hash in a sandboxed frame on another origin, and says how tall it is', async () => {
  const source = `${site.origin}/embed/quorum-playground.html${run.middle}`;
  const { page, frame, errors, requests, close } = await openHost(
    `<iframe sandbox="allow-scripts" src="${source}" width="700" height="600" title="lab"></iframe>`,
  );
  await untilReady(frame);
  assert.equal(await frame.evaluate(() => origin), 'null');
  assert.deepEqual(await standOf(frame), run.stand);
  const heights = await page.evaluate(() =>
    /** @type {any} */ (window).heard.filter((/** @type {any} */ data) => data?.type === 'systemsim:height'),
  );
  assert.ok(heights.length > 0 && heights.at(-1).height > 200);
  assert.deepEqual(errors, []);
  // The page itself, and nothing after it.
  const asked = requests.filter((url) => url.startsWith(site.origin));
  assert.deepEqual(
    asked,
    [source.replace(/#.*/, '')].concat(asked.slice(1).filter((url) => url.startsWith('blob:'))),
  );
  await close();
});

test('in a sandboxed frame the link is shown for copying by hand, and it leads to the same run', async () => {
  const { frame, close } = await openHost(
    `<iframe sandbox="allow-scripts" src="${site.origin}/embed/quorum-playground.html${run.middle}" width="700" height="900"></iframe>`,
  );
  await untilReady(frame);
  await frame.getByRole('button', { name: 'copy link' }).click();
  const link = await frame.getByLabel('Copy this link').inputValue();
  const other = await site.open(link);
  await readyLab(other.page);
  assert.deepEqual(await standOf(other.page), run.stand);
  await other.close();
  await close();
});

test('systemsim-labs.js makes the element work in a sandboxed document of another origin', async () => {
  const inner = `<!doctype html><script src="${site.origin}/systemsim-labs.js"></script><quorum-playground></quorum-playground>`;
  const { frame, errors, close } = await openHost(
    `<iframe sandbox="allow-scripts" srcdoc="${inner.replaceAll('"', '&quot;')}" width="700" height="600"></iframe>`,
  );
  await untilReady(frame);
  const { hash } = await standOf(frame);
  const home = await site.open('/labs/quorum-playground/');
  await readyLab(home.page);
  assert.equal(hash, (await standOf(home.page)).hash);
  assert.deepEqual(errors, []);
  await home.close();
  await close();
});

test('the embed page reaches the same hash from file://', async () => {
  const file = pathToFileURL(join(dist, 'embed/quorum-playground.html')).href;
  const { page, errors, requests, close } = await site.open(file + run.middle);
  await readyLab(page);
  assert.deepEqual(await standOf(page), run.stand);
  assert.deepEqual(errors, []);
  assert.deepEqual(
    requests.filter((url) => /^https?:/.test(url)),
    [],
  );
  await close();
});

test('a page on file:// may use systemsim-labs.js', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'systemsim-'));
  try {
    const script = pathToFileURL(join(dist, 'systemsim-labs.js')).href;
    const file = join(folder, 'page.html');
    writeFileSync(
      file,
      `<!doctype html><title>x</title><quorum-playground></quorum-playground><script src="${script}"></script>`,
    );
    const { page, errors, close } = await site.open(pathToFileURL(file).href + run.middle);
    await readyLab(page);
    assert.deepEqual(await standOf(page), run.stand);
    assert.deepEqual(errors, []);
    await close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
