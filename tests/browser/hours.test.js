/** Fig 6-10 in the page: by keyboard, on a phone, from a link, as a table, and when its engine is slow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeViolationsInBoth } from '../lib/axe.js';
import { useSite } from '../lib/browser.js';
import { tabTo } from '../lib/keyboard.js';

/** @import { Locator } from 'playwright-core' */

const site = useSite();
const path = '/08-system-architecture/';

/** @param {Parameters<typeof site.open>[1]} [options] */
async function opened(options, address = path) {
  const all = await site.open(address, options);
  const figure = all.page.locator('sim-figure[name="hours"]');
  await figure.scrollIntoViewIfNeeded();
  await all.page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('sim-figure[name="hours"]')).state === 'ready',
  );
  return { ...all, figure };
}

/** @param {Locator} figure @param {string | RegExp} text */
const news = (figure, text) => figure.locator('.news').filter({ hasText: text }).waitFor();

test('by keyboard: one part out, the quiet hour, the bad hour; the pressed button keeps the focus', async () => {
  const { page, figure, errors, close } = await opened({ reducedMotion: 'reduce' });
  assert.match(await figure.locator('.news').innerText(), /^A quiet hour, every part in: no lamp is out\.$/);
  await tabTo(page, /^log\s*● in$/);
  await page.keyboard.press('Enter');
  await news(figure, 'A quiet hour, without log: no lamp is out. Now the bad hour.');
  assert.match(
    await page.evaluate(() => document.activeElement?.textContent?.replace(/\s+/g, ' ').trim() ?? ''),
    /^log ○ out$/,
  );
  await tabTo(page, /^a bad hour$/);
  await page.keyboard.press('Enter');
  await news(figure, 'A bad hour, without log: “Nothing saved is lost” is out.');
  assert.equal(await figure.locator('.lamps .out').count(), 1);
  await tabTo(page, /^B$/);
  await page.keyboard.press('Enter');
  await figure.getByRole('region', { name: 'machine B' }).waitFor();
  assert.match(
    await figure.locator('.opened').innerText(),
    /coordinator[\s\S]*replica[\s\S]*hints[\s\S]*gossip[\s\S]*trees/,
  );
  await figure.getByRole('button', { name: 'reset' }).click();
  await news(figure, 'A quiet hour, every part in');
  assert.equal(await figure.locator('.opened').count(), 0);
  assert.deepEqual(errors, []);
  await close();
});

test('its table says what its lamps say', async () => {
  const { figure, close } = await opened();
  await figure.getByRole('button', { name: 'a bad hour' }).click();
  await news(figure, 'all seven lamps are lit');
  await figure.getByRole('button', { name: 'as a table' }).click();
  const rows = await figure.locator('.twin tbody tr').allInnerTexts();
  const lamps = await figure.locator('.lamps li strong').allInnerTexts();
  assert.equal(rows.length, lamps.length + 1);
  for (const [at, value] of lamps.entries()) assert.ok(rows[at].includes(value), `${rows[at]} | ${value}`);
  await close();
});

test('a link brings back the parts, the hour and the open machine', async () => {
  const first = await opened();
  for (const name of [/^filters/, /^quorums/, 'a bad hour'])
    await first.figure.getByRole('button', { name }).click();
  await news(first.figure, 'without filters, quorums');
  await first.figure.getByRole('button', { name: 'D', exact: true }).click();
  await first.figure.getByRole('region', { name: 'machine D' }).waitFor();
  await first.figure.getByRole('button', { name: 'copy link' }).click();
  await first.page.waitForFunction(() => location.hash.includes('run='));
  const hash = await first.page.evaluate(() => location.hash);
  const lamps = await first.figure.locator('.lamps').innerText();
  await first.close();
  const second = await opened({}, `${path}${hash}`);
  await second.figure.getByRole('region', { name: 'machine D' }).waitFor();
  assert.equal(await second.figure.locator('.lamps').innerText(), lamps);
  await second.close();
});

test('with a part out, a bad hour and an open machine there is nothing for axe to find', async () => {
  const { page, figure, close } = await opened();
  await figure.getByRole('button', { name: /^vector clocks/ }).click();
  await figure.getByRole('button', { name: 'a bad hour' }).click();
  await news(figure, '“No change of the cart is lost” is out');
  await figure.getByRole('button', { name: 'C', exact: true }).click();
  await figure.getByText('has no power; client 3 is told nothing').waitFor();
  assert.deepEqual(await axeViolationsInBoth(page), []);
  await close();
});

test('at 360 px nothing sticks out, and what is pressed is large enough for a finger', async () => {
  const { page, figure, close } = await opened({ viewport: { width: 360, height: 780 }, hasTouch: true });
  await figure.getByRole('button', { name: 'a bad hour' }).tap();
  await news(figure, 'A bad hour');
  await figure.getByRole('button', { name: 'A', exact: true }).tap();
  await figure.getByRole('region', { name: 'machine A' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  for (const button of await figure.locator('.parts button, .hour-row button, .open-machine button').all()) {
    const box = await button.boundingBox();
    assert.ok(box && box.height >= 44, `${await button.innerText()}: ${box?.height}`);
  }
  await close();
});
