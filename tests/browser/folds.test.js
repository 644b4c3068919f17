/** A figure in a fold costs nothing while it is closed; a link to it opens the fold, and so does paper. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { axeViolations } from '../lib/axe.js';
import { dist, useSite } from '../lib/browser.js';

const site = useSite();

/** The overview with its first figure folded away, whichever pages have folds. */
const folded = readFileSync(join(dist, 'index.html'), 'utf8').replace(
  /<div class="wide"><sim-figure name="contract"[\s\S]*?<\/sim-figure>[\s\S]*?<\/div>(?=\n)/,
  '<details class="fold"><summary>For the curious</summary>\n\n$&\n\n</details>',
);

/** @param {import('playwright-core').Page} page */
const foldOf = (page) => page.locator('.fold', { hasText: 'For the curious' });

/** @param {string} fragment */
const opened = (fragment = '') =>
  site.open(`/${fragment}`, {
    reducedMotion: 'reduce',
    before: (page) =>
      page.route(/^[^/]+\/\/[^/]+\/$/, (route) =>
        route.fulfill({ contentType: 'text/html; charset=utf-8', body: folded }),
      ),
  });

test('a folded figure starts when its fold is opened, by keyboard as well, and not before', async () => {
  const { page, errors, close } = await opened();
  const figure = page.locator('sim-figure[name=contract]');
  const fold = foldOf(page).locator('summary');
  await fold.scrollIntoViewIfNeeded();
  await page.keyboard.press('Tab');
  await page.waitForLoadState('networkidle');
  assert.equal(await figure.evaluate((element) => /** @type {any} */ (element).state), 'still');
  assert.deepEqual(await axeViolations(page), []);
  await fold.focus();
  await page.keyboard.press('Enter');
  await page.locator('sim-figure[name=contract][state=ready]').waitFor();
  await figure.getByRole('button', { name: 'get', exact: true }).click();
  await figure.locator('.answer').getByText('1747327200').waitFor();
  await page.setViewportSize({ width: 320, height: 800 });
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
  assert.deepEqual(errors, []);
  await close();
});

test('a link to a folded figure opens its fold', async () => {
  const { page, close } = await opened('#fig=contract');
  await page.locator('sim-figure[name=contract][state=ready]').waitFor();
  assert.ok(await page.locator('sim-figure[name=contract]').isVisible());
  await close();
});

test('a fold is open while the page is printed, and as it was afterwards', async () => {
  const { page, close } = await opened();
  const isOpen = () => foldOf(page).evaluate((fold) => fold.hasAttribute('open'));
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  assert.equal(await isOpen(), true);
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  assert.equal(await isOpen(), false);
  await close();
});
