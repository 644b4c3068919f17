/** What a reader downloads, as gzip -9 would send it, and in which order: the words first, the engine after them. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { siteModules } from '../../web/build/engine.mjs';
import { builtPages, dist, readyLab, useSite } from '../lib/browser.js';

/** @import { Page } from 'playwright-core' */

const site = useSite();
const KB = 1000;

/** @param {Buffer} bytes */
const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;

/** @param {string} path in dist */
const weightOf = (path) => gzipped(readFileSync(join(dist, path)));

/**
 * Whatever runs in a page runs: its lab, or its figures, of which each begins when it is near the screen.
 * @param {Page} page
 * @param {string} path
 */
async function awaken(page, path) {
  if (path.includes('/labs/')) await readyLab(page);
  for (const figure of await page.locator('sim-figure').all()) await figure.scrollIntoViewIfNeeded();
  await page.waitForLoadState('networkidle');
}

/** Whether something runs in a page before it is asked to. @param {string} path */
const isLive = (path) =>
  /<(sim-figure|quorum-playground|merkle-sync)\b/.test(readFileSync(join(dist, path, 'index.html'), 'utf8'));

/** The same bytes come to many pages. @type {Map<string, number>} */
const weighed = new Map();

/** @param {string} address @param {Buffer} body @returns {[string, number]} */
function weigh(address, body) {
  const key = `${address} ${createHash('sha256').update(body).digest('hex')}`;
  const weight = weighed.get(key) ?? gzipped(body);
  weighed.set(key, weight);
  return [address, weight];
}

/** One visit for all that is asked of it. @type {Map<string, ReturnType<typeof visit>>} */
const visits = new Map();

/** @param {string} path */
function firstLoad(path) {
  const visited = visits.get(path) ?? visit(path);
  visits.set(path, visited);
  return visited;
}

/**
 * Everything that a first visit fetches: in the order asked for, and by address with its weight.
 * @param {string} path
 */
async function visit(path) {
  /** @type {string[]} */
  const asked = [];
  /** @type {Promise<[string, number]>[]} */
  const bodies = [];
  /** @type {Promise<unknown> | undefined} */
  let engineCame;
  const { page, close } = await site.open(path, {
    before: async (page) => {
      page.context().on('request', (request) => asked.push(new URL(request.url()).pathname));
      if (isLive(path))
        engineCame = page.context().waitForEvent('response', (response) => response.url().endsWith('.wasm'));
      page.context().on('response', (response) => {
        const url = response.url();
        if (url.startsWith('http'))
          bodies.push(response.body().then((body) => weigh(url.replace(site.origin, ''), body)));
      });
    },
  });
  await awaken(page, path);
  // A busy machine may be quiet for a while before a figure asks for its engine.
  await engineCame;
  await page.waitForLoadState('networkidle');
  const weights = await Promise.all(bodies);
  await close();
  return { asked, weights };
}

for (const name of siteModules) {
  const file = `${name}.wasm`;
  test(`the engine is at most 180 KB: ${file}`, (t) => {
    const weight = weightOf(`assets/${file}`);
    t.diagnostic(`${file} ${(weight / KB).toFixed(1)} KB`);
    assert.ok(weight <= 180 * KB, `${weight} bytes`);
  });
}

test('an embed is at most 320 KB', (t) => {
  for (const file of readdirSync(join(dist, 'embed'))
    .map((name) => `embed/${name}`)
    .concat('systemsim-labs.js')) {
    const weight = weightOf(file);
    t.diagnostic(`${file} ${(weight / KB).toFixed(1)} KB`);
    assert.ok(weight <= 320 * KB, `${file}: ${weight} bytes`);
  }
});

for (const path of builtPages().filter((path) => !path.startsWith('/embed/'))) {
  test(`a first visit to ${path} fetches at most 345 KB, fonts at most 82 KB of them`, async (t) => {
    const { weights } = await firstLoad(path);
    const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
    const fonts = weights
      .filter(([url]) => url.endsWith('.woff2'))
      .reduce((sum, [, weight]) => sum + weight, 0);
    t.diagnostic(
      `${path}: ${weights.length} files, ${(total / KB).toFixed(1)} KB, fonts ${(fonts / KB).toFixed(1)} KB`,
    );
    const list = weights.map(([url, weight]) => `${url} ${weight}`).join('\n');
    // A page whose figures are about a store alone has its module, and no other.
    const engines = weights.map(([url]) => url).filter((url) => url.endsWith('.wasm'));
    assert.equal(engines.length, isLive(path) ? 1 : 0, list);
    assert.doesNotMatch(engines.join(' '), /jobs/, 'no job is done unasked');
    assert.ok(fonts > 0 && fonts <= 82 * KB, list);
    assert.ok(total <= 345 * KB, list);
  });

  if (!isLive(path)) continue;

  test(`the words of ${path} are painted while the engine has not arrived`, async () => {
    /** @type {() => void} */
    let release = () => {};
    const held = new Promise((resolve) => {
      release = () => resolve(null);
    });
    const { page, close } = await site.open(path, {
      before: (page) =>
        page.context().route(/engine-worker\.js|\.wasm/, async (route) => {
          await held;
          await route.continue();
        }),
    });
    assert.ok(await page.locator('h1').first().isVisible());
    const words = await page.evaluate(async () => {
      const painted = () => performance.getEntriesByName('first-contentful-paint').length > 0;
      while (!painted()) await new Promise((resolve) => setTimeout(resolve, 20));
      return document.querySelector('main')?.textContent?.trim().split(/\s+/).length ?? 0;
    });
    assert.ok(words > 60, `${words} words`);
    release();
    if (path.includes('/labs/')) await readyLab(page);
    await close();
  });

  test(`${path} asks for what its words need before it asks for the engine`, async () => {
    const { asked } = await firstLoad(path);
    const engine = asked.findIndex((name) => /engine-worker\.js$|\.wasm$/.test(name));
    const words = asked.filter((name) => /\.css$|\.woff2$/.test(name));
    assert.ok(engine > 0 && words.length > 1, asked.join(' '));
    for (const name of words) assert.ok(asked.indexOf(name) < engine, asked.join(' '));
  });
}
