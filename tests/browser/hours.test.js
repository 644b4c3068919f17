/** Fig 6-10 in the page: by keyboard, on a phone, from a link, as a table, and when its engine is slow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeViolationsInBoth } from '../lib/axe.js';
import { listenTo, useSite } from '../lib/browser.js';
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
    /coordinator[\s\S]*replica[\s\S]*hints[\s\S]*gossip[\s\S]*trees[\s\S]*knows that it is saved/,
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

test('after the first part is out, the bad hour is the obvious next press', async () => {
  const { figure, close } = await opened();
  const bad = figure.getByRole('button', { name: 'a bad hour' });
  const isNext = () => bad.evaluate((button) => button.classList.contains('next'));
  assert.equal(await isNext(), false);
  await figure.getByRole('button', { name: /^log/ }).click();
  await news(figure, 'Now the bad hour.');
  assert.equal(await isNext(), true);
  await bad.click();
  await news(figure, 'A bad hour, without log');
  assert.equal(await isNext(), false);
  await close();
});

test('every part out in the bad hour: a lamp that stays lit says why', async () => {
  const { figure, close } = await opened();
  for (const button of await figure.locator('.part button').all())
    if ((await button.getAttribute('aria-disabled')) !== 'true') await button.click();
  await news(figure, 'every part out');
  await figure.getByRole('button', { name: 'a bad hour' }).click();
  await news(figure, /“Calls are answered” stays lit, since one copy is enough.*reads were stale/);
  await news(figure, /“All copies agree in the end” stays lit for an empty reason: \d+ of the \d+ records/);
  await close();
});

for (const viewport of [
  { width: 1280, height: 900 },
  { width: 768, height: 1024 },
  { width: 360, height: 740 },
]) {
  test(`at ${viewport.width} px parts and lamps stand in one screen`, async () => {
    const { page, figure, close } = await opened({ viewport, hasTouch: viewport.width === 360 });
    await figure.getByRole('button', { name: /^quorums/ }).click();
    await figure.getByRole('button', { name: 'a bad hour' }).click();
    await news(figure, '“A session reads what it wrote” is out');
    const board = (await figure.locator('.parts').boundingBox()) ?? assert.fail('no parts');
    const last = (await figure.locator('.lamps li').last().boundingBox()) ?? assert.fail('no lamps');
    const from = Math.min(board.y, last.y);
    assert.ok(last.y + last.height - from <= viewport.height, `${last.y + last.height - from} px`);
    assert.ok(board.height <= viewport.height);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), viewport.width);
    await close();
  });
}

test('on a phone the words of parts and lamps are in a fold, which opens by keyboard', async () => {
  const { page, figure, close } = await opened({ viewport: { width: 360, height: 740 } });
  const words = figure.getByText('a version says what it had seen');
  assert.equal(await words.isVisible(), false);
  await tabTo(page, /^what each part and lamp is$/);
  await page.keyboard.press('Enter');
  await words.waitFor({ state: 'visible' });
  assert.ok(await figure.locator('.lamps small').first().isVisible());
  for (const link of await figure.locator('.part a').all())
    assert.ok(((await link.boundingBox())?.height ?? 0) >= 24, await link.innerText());
  await close();
});

test('what a machine did is said aloud, and a call that it leaves alone says whom it asked', async () => {
  const { figure, close } = await opened();
  await figure.getByRole('button', { name: 'a bad hour' }).click();
  await news(figure, 'A bad hour');
  const heardAfter = await listenTo(figure);
  for (const [name, told] of /** @type {const} */ ([
    ['A', /^Machine A, minute 12 of the bad hour: put\(cart:shopper-17, …\)\s+● saved, after \d+ ms$/],
    ['C', /^Machine C, .*✕ no answer$/],
  ])) {
    const heard = await heardAfter(() => figure.getByRole('button', { name, exact: true }).click());
    assert.equal(heard.length, 1, heard.join(' | '));
    assert.match(heard[0].replace(/\s+/g, ' ').trim(), told);
  }
  await figure.getByText('it asks C and nobody else').waitFor();
  await close();
});

test('at 360 px nothing sticks out, and what is pressed is large enough for a finger', async () => {
  const { page, figure, close } = await opened({ viewport: { width: 360, height: 780 }, hasTouch: true });
  await figure.getByRole('button', { name: 'a bad hour' }).tap();
  await news(figure, 'A bad hour');
  await figure.getByRole('button', { name: 'A', exact: true }).tap();
  await figure.getByRole('region', { name: 'machine A' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  for (const button of await figure.locator('.parts button, .describe summary, .open-machine button').all()) {
    const box = await button.boundingBox();
    assert.ok(box && box.height >= 44, `${await button.innerText()}: ${box?.height}`);
  }
  await close();
});
