/** The bad day in the page: by keyboard from the bet to the table, stopped, on a phone, from a link, as a table, and each run in the lab. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { presets } from '../../web/figures/day-parts.js';
import { axeViolationsInBoth } from '../lib/axe.js';
import { dist, readyLab, standOf, useSite } from '../lib/browser.js';
import { tabTo } from '../lib/keyboard.js';

/** @import { Locator } from 'playwright-core' */

const site = useSite();
const path = '/10-wrap-up/';
const file = join(dist, path, 'index.html');
/** As long as no page shows the figure there is nothing to open. */
const skip = !existsSync(file) || !readFileSync(file, 'utf8').includes('sim-figure name="day"');

/** @param {Parameters<typeof site.open>[1]} [options] */
async function opened(options, address = path) {
  const all = await site.open(address, options);
  const figure = all.page.locator('sim-figure[name="day"]');
  await figure.scrollIntoViewIfNeeded();
  await all.page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('sim-figure[name="day"]')).state === 'ready',
  );
  return { ...all, figure };
}

/** @param {Locator} figure @param {string | RegExp} text */
const news = (figure, text) => figure.locator('.news').filter({ hasText: text }).waitFor({ timeout: 60_000 });

/** @param {Locator} figure */
async function runWhole(figure) {
  await figure.getByRole('button', { name: 'none of them' }).click();
  await figure.getByRole('button', { name: 'run the day' }).click();
  await news(figure, /7 of 7 columns have a worst cell/);
}

test('by keyboard: a bet, one button, and the table fills with a worst cell in each column', {
  skip,
}, async () => {
  const { page, figure, errors, close } = await opened({ reducedMotion: 'reduce' });
  assert.equal(await figure.locator('.day-table td .figure').first().innerText(), '…');
  await tabTo(page, /^Riak, as it comes$/);
  await page.keyboard.press('Enter');
  await news(figure, 'The bet stands. Run the day.');
  // The bet is gone, and the next press has the focus.
  assert.equal(await page.evaluate(() => document.activeElement?.textContent?.trim()), 'run the day');
  await page.keyboard.press('Enter');
  await figure.locator('progress').waitFor();
  await news(
    figure,
    /^You said: Riak, as it comes\. Not so\. “Cassandra, ONE” and “Cassandra, QUORUM” lose a confirmed write\./,
  );
  assert.equal(await figure.locator('.day-table .worst .mark').count(), 9);
  assert.equal(await figure.locator('.day-table tbody tr.over').count(), presets.length);
  await figure.getByRole('button', { name: 'reset' }).click();
  await figure.getByText('Which store loses a write that it had confirmed?').waitFor();
  assert.equal(await figure.locator('.day-table tbody tr.over').count(), 0);
  assert.deepEqual(errors, []);
  await close();
});

test('it shows how far it is, and stops; the button keeps the focus', { skip }, async () => {
  const { page, figure, close } = await opened();
  await figure.getByRole('button', { name: 'not sure' }).click();
  await figure.getByRole('button', { name: 'run the day' }).click();
  await figure.locator('.day-table tbody tr.over').first().waitFor({ timeout: 60_000 });
  await figure.getByRole('button', { name: 'stop' }).click();
  await news(figure, /^Stopped\. [1-4] of 5 stores/);
  assert.equal(await page.evaluate(() => document.activeElement?.textContent?.trim()), 'go on with the day');
  await page.keyboard.press('Enter');
  await news(figure, /^You were not sure\./);
  await close();
});

test('its table says what its cells say, and a reader without JavaScript gets the same', {
  skip,
}, async () => {
  const { page, figure, close } = await opened();
  await runWhole(figure);
  await figure.getByRole('button', { name: 'as a table' }).click();
  const rows = await figure.locator('.twin tbody tr').allInnerTexts();
  const cells = await figure.locator('.day-table tbody tr').all();
  for (const [at, row] of cells.entries()) {
    for (const value of await row.locator('.figure').allInnerTexts()) {
      assert.ok(rows[at].includes(value), `${rows[at]} | ${value}`);
    }
  }
  const still = await page.evaluate(async () => (await fetch(location.href)).text());
  const plain = (/** @type {string} */ text) => text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
  for (const value of await figure.locator('.day-table .figure').allInnerTexts()) {
    assert.ok(plain(still).includes(value.replace(/\s+/g, ' ')), value);
  }
  await close();
});

test('a link brings back the bet and the whole table', { skip }, async () => {
  const first = await opened();
  await runWhole(first.figure);
  await first.figure.getByRole('button', { name: 'copy link' }).click();
  await first.page.waitForFunction(() => location.hash.includes('ran=1'));
  const hash = await first.page.evaluate(() => location.hash);
  const table = await first.figure.locator('.day-table').innerText();
  await first.close();
  const second = await opened({}, `${path}${hash}`);
  await news(second.figure, /^You said: none of them\. Not so\./);
  assert.equal(await second.figure.locator('.day-table').innerText(), table);
  await second.close();
});

test('every store’s run opens in Lab A without an error', { skip }, async () => {
  const { figure, close } = await opened();
  await runWhole(figure);
  const links = await figure.locator('.store a.in-lab').all();
  assert.equal(links.length, presets.length);
  const addresses = await Promise.all(links.map((link) => link.getAttribute('href')));
  await close();
  for (const address of addresses) {
    const lab = await site.open(String(address).replace(/^\.\./, ''));
    await readyLab(lab.page);
    const { position } = await standOf(lab.page);
    assert.ok(position > 1000, String(position));
    assert.equal(await lab.page.locator('.problem').count(), 0);
    assert.deepEqual(lab.errors, []);
    await lab.close();
  }
});

test('a store’s fold tells its mechanisms, with sources and what is not modelled', { skip }, async () => {
  const { page, figure, close } = await opened();
  const one = figure.getByRole('region', { name: 'Cassandra, ONE' });
  const text = one.getByText('No vector clocks');
  assert.equal(await text.isVisible(), false);
  await tabTo(page, /^what it is made of: Cassandra, ONE$/);
  await page.keyboard.press('Enter');
  await text.waitFor({ state: 'visible' });
  assert.equal(await one.locator('dt').count(), 12);
  await one.getByText('The operator: nobody starts a repair in the day.').waitFor();
  await close();
});

test('with the table full and folds open there is nothing for axe to find', { skip }, async () => {
  const { page, figure, close } = await opened();
  await runWhole(figure);
  await figure.getByText('what happens in the day').click();
  await figure.locator('.store summary').first().click();
  assert.deepEqual(await axeViolationsInBoth(page), []);
  await close();
});

for (const width of [320, 360]) {
  test(`at ${width} px nothing sticks out, rows are cards, and what is pressed is large enough`, {
    skip,
  }, async () => {
    const { page, figure, close } = await opened({ viewport: { width, height: 780 }, hasTouch: true });
    for (const button of await figure.locator('.pick').all()) {
      assert.ok(((await button.boundingBox())?.height ?? 0) >= 44, await button.innerText());
    }
    await figure.getByRole('button', { name: 'none of them' }).tap();
    await figure.getByRole('button', { name: 'run the day' }).tap();
    await news(figure, /7 of 7 columns/);
    await figure.locator('.store summary').first().tap();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    const table = (await figure.locator('.day-table').boundingBox()) ?? assert.fail('no table');
    const cell =
      (await figure.locator('.day-table .worst').first().boundingBox()) ?? assert.fail('no worst cell');
    assert.ok(cell.x >= table.x && cell.x + cell.width <= table.x + table.width + 0.5);
    for (const place of await figure
      .locator('.day-events summary, .store summary, .store a, .day-panel button')
      .all()) {
      assert.ok(((await place.boundingBox())?.height ?? 0) >= 44, await place.innerText());
    }
    await close();
  });
}
