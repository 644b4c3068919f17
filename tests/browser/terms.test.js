/** A term's meaning: by keyboard, by finger, on paper and without scripts; put into a page here, whichever pages have one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { termHtml } from '../../web/build/terms.mjs';
import { axeViolations } from '../lib/axe.js';
import { dist, useSite } from '../lib/browser.js';
import { focused, tabTo } from '../lib/keyboard.js';

/** @import { Page } from 'playwright-core' */

const site = useSite();
const terms = [
  {
    term: 'virtual node',
    variants: ['virtual nodes'],
    section: '03',
    means: 'one of many points on the ring',
  },
  { term: 'hot key', variants: [], section: '03', means: 'a key that is asked for too often' },
];
const sentence = `<p id="planted">It has ${termHtml(terms, 'virtual node', 'virtual nodes')} and ${termHtml(terms, 'hot key')}.</p>`;

/** The overview with a sentence that has two terms. @param {Parameters<typeof site.open>[1]} [options] */
async function opened(options) {
  const html = readFileSync(join(dist, 'index.html'), 'utf8').replace('<p class="lede">', `${sentence}$&`);
  return site.open('/', {
    ...options,
    before: (page) =>
      page.route(/\/$/, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html })),
  });
}

const meanings = (/** @type {Page} */ page) => page.locator('.meaning:visible');

test('a meaning opens at a press, one at a time, and goes at Escape or with the focus', async () => {
  const { page, errors, close } = await opened({ reducedMotion: 'reduce' });
  await tabTo(page, /^virtual nodes$/);
  assert.equal(await meanings(page).count(), 0);
  await page.keyboard.press('Enter');
  assert.equal(await meanings(page).innerText(), 'one of many points on the ring');
  assert.equal(
    await page.getByRole('button', { name: 'virtual nodes' }).getAttribute('aria-expanded'),
    'true',
  );
  assert.deepEqual(await axeViolations(page), []);
  await page.keyboard.press('Escape');
  assert.equal(await meanings(page).count(), 0);
  assert.equal(await focused(page), 'virtual nodes');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await meanings(page).count(), 0);
  await page.keyboard.press('Space');
  assert.equal(await meanings(page).innerText(), 'a key that is asked for too often');
  assert.deepEqual(errors, []);
  await close();
});

test('a finger opens and closes it, and it fits 320 px', async () => {
  const viewport = { width: 320, height: 640 };
  const { page, close } = await opened({ viewport, hasTouch: true, isMobile: true, colorScheme: 'dark' });
  const term = page.getByRole('button', { name: 'virtual nodes' });
  await term.tap();
  assert.equal(await meanings(page).count(), 1);
  assert.deepEqual(await axeViolations(page), []);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
  await term.tap();
  assert.equal(await meanings(page).count(), 0);
  await page.getByRole('button', { name: 'hot key' }).tap();
  assert.equal(await meanings(page).count(), 1);
  await page.locator('h1').tap();
  assert.equal(await meanings(page).count(), 0);
  await close();
});

test('on paper and without scripts it stands in parentheses', async () => {
  const whole =
    'It has virtual nodes (one of many points on the ring) and hot key (a key that is asked for too often).';
  const printed = await opened();
  await printed.page.emulateMedia({ media: 'print' });
  assert.equal(await printed.page.locator('#planted').innerText(), whole);
  await printed.close();
  const still = await opened({ javaScriptEnabled: false });
  assert.equal(await still.page.locator('#planted').innerText(), whole);
  await still.close();
});
