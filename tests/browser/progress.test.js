/** Which sections were read: seen at the end of a section, kept in the browser alone, and forgotten when asked. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { axeViolations } from '../lib/axe.js';
import { dist, useSite } from '../lib/browser.js';
import { tabTo } from '../lib/keyboard.js';

/** @import { Page } from 'playwright-core' */

const site = useSite();

/** The overview as if it were section 03, whichever sections are written. */
const section = readFileSync(join(dist, 'index.html'), 'utf8')
  .replaceAll(' aria-current="page"', '')
  .replace(/(<nav class="rail"[\s\S]*?<li data-section="03"><(?:a|span))/, '$1 aria-current="page"');

/** @param {Page} page */
const asSection = (page) =>
  page.route(/^[^/]+\/\/[^/]+\/$/, (route) =>
    route.fulfill({ contentType: 'text/html; charset=utf-8', body: section }),
  );

const rail = (/** @type {Page} */ page) => page.locator('.rail');
const kept = (/** @type {Page} */ page) =>
  page.evaluate(() => Object.fromEntries(Object.entries(localStorage)));

/** @param {Page} page */
async function readToTheEnd(page) {
  await page.locator('.foot').scrollIntoViewIfNeeded();
  await rail(page).getByText('read', { exact: true }).waitFor();
}

test('a section is marked once its end has been seen, with a word, wherever the sections are listed', async () => {
  const { page, errors, requests, close } = await site.open('/', {
    before: asSection,
    reducedMotion: 'reduce',
  });
  await page.waitForLoadState('networkidle');
  assert.equal(await page.locator('.read').count(), 0);
  assert.equal(await page.locator('.progress:visible').count(), 0);
  await readToTheEnd(page);
  assert.match(
    await rail(page).locator('[data-section="03"]').innerText(),
    /^03\s+Data partition\s*(, not written yet)?\s*read$/,
  );
  assert.match(await page.locator('.toc [data-section="03"]').innerText(), /read$/);
  assert.match(
    await rail(page).locator('.progress').innerText(),
    /^1 of 10 read, .* this browser only\. forget$/,
  );
  assert.deepEqual(await axeViolations(page), []);
  assert.deepEqual(await kept(page), { 'systemsim.sections-read': '["03"]' });
  assert.ok(requests.every((url) => !url.includes('read')));
  // Another page of the site knows it too, and so does a phone's list.
  await page.goto(`${site.origin}/labs/quorum-playground/`);
  await page.locator('.contents summary').click();
  await page.locator('.contents [data-section="03"] .read').waitFor();
  assert.deepEqual(errors, []);
  await close();
});

test('what was read is forgotten by keyboard, and the focus stays in the list', async () => {
  const { page, close } = await site.open('/', { before: asSection });
  await readToTheEnd(page);
  await page.evaluate(() => window.scrollTo(0, 0));
  await tabTo(page, /^forget$/);
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('.read').count(), 0);
  assert.equal(await page.locator('.progress:visible').count(), 0);
  assert.deepEqual(await kept(page), {});
  assert.ok(await page.evaluate(() => document.activeElement?.closest('.rail') !== null));
  await page.reload();
  assert.equal(await page.locator('.read').count(), 0);
  await close();
});

test('without storage it lasts as long as the page, and nothing breaks', async () => {
  const { page, errors, close } = await site.open('/', {
    before: async (page) => {
      await page.addInitScript(() => {
        Object.defineProperty(window, 'localStorage', {
          get() {
            throw new DOMException('denied', 'SecurityError');
          },
        });
      });
      await asSection(page);
    },
  });
  await readToTheEnd(page);
  assert.match(await rail(page).locator('.progress').innerText(), /^1 of 10 read/);
  assert.deepEqual(errors, []);
  await close();
});

test('what somebody else has written into the storage does no harm', async () => {
  for (const text of ['{"03":1}', 'no JSON', '["03","03",7,"99",null]']) {
    const { page, errors, close } = await site.open('/', {
      before: (page) =>
        page.addInitScript((text) => localStorage.setItem('systemsim.sections-read', text), text),
    });
    await page.waitForLoadState('networkidle');
    assert.equal(await rail(page).locator('.read').count(), text.startsWith('[') ? 1 : 0, text);
    assert.deepEqual(errors, []);
    await close();
  }
});
