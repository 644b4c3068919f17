/** Fig 6-12 b and c in the page: by keyboard, on a phone, from a link, as a table; and a run that broke opens in the lab. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeViolationsInBoth } from '../lib/axe.js';
import { readyLab, useSite } from '../lib/browser.js';
import { focused, tabTo } from '../lib/keyboard.js';

/** @import { Locator, Page } from 'playwright-core' */

const site = useSite();
const path = '/10-wrap-up/';

/** Opens the fold around a figure, if a link has not. @param {Page} page @param {Locator} figure */
const unfold = (page, figure) =>
  page.locator('details.fold', { has: figure }).evaluate((fold) => fold.setAttribute('open', ''));

/** @param {'records' | 'card'} name @param {Parameters<typeof site.open>[1]} [options] */
async function opened(name, options, address = path) {
  const all = await site.open(address, options);
  const figure = all.page.locator(`sim-figure[name="${name}"]`);
  await unfold(all.page, figure);
  await figure.scrollIntoViewIfNeeded();
  await all.page.waitForFunction(
    (name) => /** @type {any} */ (document.querySelector(`sim-figure[name="${name}"]`)).state === 'ready',
    name,
  );
  return { ...all, figure };
}

/** @param {Locator} figure @param {string | RegExp} text */
const news = (figure, text) =>
  figure.locator('.news').filter({ hasText: text }).waitFor({ timeout: 120_000 });

test('by keyboard: the grade, which tells how far it is and can be stopped; the button keeps the focus', async () => {
  const { page, figure, errors, close } = await opened('records', { reducedMotion: 'reduce' });
  await tabTo(page, /^grade on 200 unseen lucks$/);
  await page.keyboard.press('Enter');
  await figure.getByText(/^run \d+ of 200$/).waitFor();
  assert.equal(await focused(page), 'stop');
  await page.keyboard.press('Enter');
  await news(figure, 'Stopped.');
  assert.equal(await focused(page), 'grade on 200 unseen lucks');
  await page.keyboard.press('Enter');
  await news(figure, /200 unseen lucks, seeds 9\D000\D001 to 9\D000\D200: 2 of 5 records/);
  assert.equal(await focused(page), 'again with 200 other lucks');
  assert.deepEqual(errors, []);
  await close();
});

test('five settings that pass, the owner’s switch among them; another setting takes a verdict back', async () => {
  const { figure, close } = await opened('records');
  const owner = figure.getByRole('button', { name: /conditional write, one owner/ });
  assert.equal(await owner.count(), 0);
  await figure.getByRole('button', { name: 'try one luck' }).click();
  await news(figure, /One luck, seed 1: .* one more switch now/);
  await owner.click();
  const choose = (/** @type {string} */ label, /** @type {string} */ value) =>
    figure.getByLabel(label, { exact: true }).selectOption(value);
  await choose('W of feature:dark_mode', '1');
  await choose('R of feature:dark_mode', '1');
  await choose('versions of cart:shopper-17', 'dotted');
  assert.equal(await figure.getByText('– not graded yet').count(), 3);
  await figure.getByRole('button', { name: /^grade on/ }).click();
  await news(figure, ': 5 of 5 records');
  assert.equal(await figure.getByText('● gets what it needs').count(), 5);
  await choose('N of user:42:last_login', '1');
  assert.equal(await figure.getByLabel('W of user:42:last_login').inputValue(), '1');
  assert.equal(await figure.getByText('– not graded yet').count(), 1);
  await close();
});

test('its table says what its rows say, and a link brings back the settings', async () => {
  const first = await opened('records');
  await first.figure.getByLabel('R of session:9c3a…', { exact: true }).selectOption('1');
  await first.figure.getByRole('button', { name: 'try one luck' }).click();
  await news(first.figure, 'One luck');
  await first.figure.getByRole('button', { name: 'as a table' }).click();
  const rows = await first.figure.locator('.twin tbody tr').allInnerTexts();
  const found = await first.figure.locator('.record-found').allInnerTexts();
  assert.equal(rows.length, 5);
  for (const [at, text] of found.entries()) {
    const [verdict, sentence] = text.split('\n').filter(Boolean);
    assert.ok(rows[at].includes(verdict) && rows[at].includes(sentence), `${rows[at]} | ${text}`);
  }
  await first.figure.getByRole('button', { name: 'copy link' }).click();
  await first.page.waitForFunction(() => location.hash.includes('set='));
  const hash = await first.page.evaluate(() => location.hash);
  await first.close();
  const second = await opened('records', {}, `${path}${hash}`);
  assert.equal(await second.figure.getByLabel('R of session:9c3a…', { exact: true }).inputValue(), '1');
  await second.figure.getByRole('button', { name: 'reset' }).click();
  await second.figure.getByText('Back at the beginning.').waitFor();
  assert.equal(await second.figure.getByLabel('R of session:9c3a…', { exact: true }).inputValue(), '2');
  await second.close();
});

test('a run in which the cart broke opens in the lab, on the cart’s copies', async () => {
  const { page, figure, errors, close } = await opened('records');
  await figure.getByRole('button', { name: 'try one luck' }).click();
  await news(figure, 'One luck');
  await figure
    .getByRole('group', { name: 'cart:shopper-17' })
    .getByRole('link', { name: /open a run in which it broke/ })
    .click();
  await readyLab(page);
  await page.getByText('A run opened from a link.').waitFor();
  assert.equal(await page.locator('.key-choice select').inputValue(), 'cart:shopper-17');
  assert.deepEqual(errors, []);
  await close();
});

test('a card: the usual setting is not enough, another is, and the answer is spoken', async () => {
  const { page, figure, errors, close } = await opened('card', { reducedMotion: 'reduce' });
  await figure.getByLabel('N', { exact: true }).focus();
  await tabTo(page, /^grade on 100 unseen lucks$/);
  await page.keyboard.press('Enter');
  await news(figure, /^Not yet: no change of the list is lost/);
  assert.equal(await figure.locator('.spoken').count(), 0);
  for (const [label, value] of [
    ['N', '5'],
    ['W', '1'],
    ['R', '1'],
    ['versions', 'dotted'],
  ])
    await figure.getByLabel(label, { exact: true }).selectOption(value);
  await figure.getByRole('button', { name: /^grade on/ }).click();
  await news(figure, 'The card is answered.');
  assert.match(
    await figure.locator('.spoken').innerText(),
    /So I keep 5 copies; .* in 100 runs of such a day/,
  );
  await figure.getByRole('button', { name: 'deal the next card' }).click();
  await figure.getByText('card 2 of 6').waitFor();
  assert.equal(await figure.getByLabel('N', { exact: true }).inputValue(), '3');
  assert.deepEqual(errors, []);
  await close();
});

test('with grades in both figures there is nothing for axe to find', async () => {
  const { page, figure, close } = await opened('records');
  await figure.getByRole('button', { name: 'try one luck' }).click();
  await news(figure, 'One luck');
  await figure.locator('.record-day summary').click();
  const card = page.locator('sim-figure[name="card"]');
  await unfold(page, card);
  await card.scrollIntoViewIfNeeded();
  await card.getByRole('button', { name: /^grade on/ }).click();
  await news(card, 'Not yet');
  assert.deepEqual(await axeViolationsInBoth(page), []);
  await close();
});

for (const width of [320, 360]) {
  test(`at ${width} px nothing sticks out, and what is pressed is large enough for a finger`, async () => {
    const { page, figure, close } = await opened('records', {
      viewport: { width, height: 780 },
      hasTouch: true,
    });
    await figure.getByRole('button', { name: 'try one luck' }).tap();
    await news(figure, 'One luck');
    const card = page.locator('sim-figure[name="card"]');
    await unfold(page, card);
    await card.scrollIntoViewIfNeeded();
    await card.getByRole('button', { name: 'deal the next card' }).tap();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    for (const one of [figure, card]) {
      for (const control of await one
        .locator('.setting-choice :is(select, button), .grade-work button')
        .all()) {
        const box = await control.boundingBox();
        assert.ok(box && box.height >= 44, `${await control.getAttribute('aria-label')}: ${box?.height}`);
        assert.ok(box.x >= 0 && box.x + box.width <= width, `${box.x} + ${box.width}`);
      }
    }
    await close();
  });
}
