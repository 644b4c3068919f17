/** Figs 6-8 and 6-8 b in the page: by keyboard, by touch on a phone, said aloud, from a link, on paper, and without scripts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeViolationsInBoth } from '../lib/axe.js';
import { assertSound, listenTo, settled, smallLetters, useSite } from '../lib/browser.js';
import { tabTo, untilFocused } from '../lib/keyboard.js';

/** @import { Locator, Page } from 'playwright-core' */

const site = useSite();
const path = '/06-vector-clocks/';
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

/** @param {Page} page */
async function readyFigure(page, name = 'cart') {
  const figure = page.locator(`sim-figure[name="${name}"]`);
  await figure.scrollIntoViewIfNeeded();
  await page.waitForFunction(
    (name) => /** @type {any} */ (document.querySelector(`sim-figure[name="${name}"]`)).state === 'ready',
    name,
  );
  return figure;
}

/** @param {Parameters<typeof site.open>[1]} [options] */
async function opened(options, address = path) {
  const all = await site.open(address, options);
  return { ...all, figure: await readyFigure(all.page) };
}

/** The figure in the fold, which is opened. @param {Page} page */
async function openedGame(page) {
  const fold = page.locator('details.fold').filter({ has: page.locator('sim-figure[name="versions"]') });
  if ((await fold.getAttribute('open')) === null) await fold.locator('summary').click();
  return readyFigure(page, 'versions');
}

/** @param {Locator} figure @param {string | RegExp} words */
const said = async (figure, words) => {
  await figure.locator('[role="status"]').getByText(words).waitFor();
  await settled(figure);
};

/** @param {Locator} figure */
async function heal(figure) {
  await figure.getByRole('button', { name: 'heal the cut' }).click();
  await said(figure, 'has vanished');
}

/** Everything that the figures can show. @param {Page} page @param {Locator} figure */
async function showAll(page, figure) {
  await heal(figure);
  await figure.getByRole('button', { name: 'run every place of the dial' }).click();
  await said(figure, 'places of the dial were run');
  await figure.getByRole('button', { name: 'B’s clock 1 ms back' }).click();
  await said(figure, 'B’s clock is 1 ms behind');
  await figure.getByRole('button', { name: 'as a table' }).click();
  const game = await openedGame(page);
  await game.getByRole('button', { name: 'before', exact: true }).click();
  await game.getByRole('button', { name: 'D3 and D4: not said yet' }).click();
  await game.getByRole('button', { name: 'after', exact: true }).click();
  await said(game, 'Not after.');
  await game.getByRole('button', { name: 'as a table' }).click();
  return game;
}

test('the whole story by keyboard: the heal, a few ms, both kept, and what was removed is back', async () => {
  const { page, figure, errors, close } = await opened();
  const column = (/** @type {number} */ at) => figure.locator('.cart-column').nth(at).innerText();
  await tabTo(page, /^heal the cut$/);
  await page.keyboard.press('Enter');
  await said(figure, 'client 1’s addition has vanished');
  assert.match(await column(0), /Client 1’s addition has vanished/);
  for (const at of [0, 1]) assert.match(await column(at), /Run [0-9a-f]{8}$/);
  await page.waitForFunction(() => document.activeElement?.id === 'clock-of-b');
  let flipped = 0;
  for (let ms = 1; ms <= 9 && flipped === 0; ms++) {
    await page.keyboard.press('ArrowLeft');
    await said(figure, `B’s clock is ${ms} ms behind`);
    if ((await column(0)).includes('Client 2’s removal has vanished')) flipped = ms;
    assert.match(
      await column(1),
      /A, B and C have two carts, one of each client: siblings\.[\s\S]*client 1’s cart[\s\S]*A\s1\s+through A: client 1’s write[\s\S]*client 2’s cart[\s\S]*B\s1\s+through B/,
    );
  }
  assert.ok(flipped > 0, 'a few ms flip whose change vanishes');
  assert.equal(await page.locator('#clock-of-b').getAttribute('aria-valuetext'), `${flipped} ms behind`);
  await tabTo(page, /^the union of both$/);
  await page.keyboard.press('Enter');
  await said(figure, 'what was removed is back');
  assert.match(
    await column(1),
    /client 3’s cart[\s\S]*sku-742[\s\S]*C\s2\s+through C: the first cart, then client 3’s write[\s\S]*sku-742 is back in the cart/,
  );
  await untilFocused(page, /^the union of both$/);
  assert.deepEqual(errors, []);
  await close();
});

test('what the clients did is told before the question; until the heal nothing has vanished and the dial waits', async () => {
  const { page, figure, close } = await opened();
  assert.deepEqual(await figure.locator('.btn').allInnerTexts(), ['heal the cut']);
  assert.equal(await figure.locator('.dial').count(), 0);
  const text = await figure.innerText();
  assert.doesNotMatch(text, /vanished|sibling/);
  const places = ['adds sku-333', 'removes sku-742', 'Which cart stays?'].map((words) => text.indexOf(words));
  assert.ok(places[0] > 0 && places[0] < places[1] && places[1] < places[2], text);
  const main = await page.locator('main').innerText();
  const asked = main.indexOf('What will be in the cart?');
  assert.ok(main.indexOf('client 2 removes sku-742, through B') < asked);
  assert.ok(asked < main.indexOf('is the later change lost?'));
  await close();
});

test('the dial by touch and its buttons; a reset leads back to the cut', async () => {
  const { page, figure, errors, close } = await opened(phone);
  await figure.getByRole('button', { name: 'heal the cut' }).tap();
  await said(figure, 'has vanished');
  const dial = figure.locator('#clock-of-b');
  const box = (await dial.boundingBox()) ?? assert.fail('no dial');
  await page.touchscreen.tap(box.x + box.width * 0.1, box.y + box.height / 2);
  await said(figure, /client 2’s removal vanishes, although/);
  const before = await figure.locator('.clock-is').innerText();
  await figure.getByRole('button', { name: 'B’s clock 1 ms on' }).tap();
  await page.waitForFunction((before) => document.querySelector('.clock-is')?.textContent !== before, before);
  await figure.getByRole('button', { name: 'reset' }).scrollIntoViewIfNeeded();
  await figure.getByRole('button', { name: 'reset' }).tap();
  await said(figure, 'The cut stands');
  assert.equal(await figure.locator('.dial').count(), 0);
  const first = figure.getByText('Back at the beginning.');
  await first.waitFor();
  const { y } = (await first.boundingBox()) ?? assert.fail('not drawn');
  assert.ok(y >= 0 && y < 200, `the reader sees it, at ${y} px`);
  await untilFocused(page, /^Back at the beginning\. Two clients/);
  await figure.getByRole('button', { name: 'heal the cut' }).tap();
  await first.waitFor({ state: 'detached' });
  assert.deepEqual(errors, []);
  await close();
});

test('on a phone whatever is pressed is 44 px high, and no letter is smaller than 14 px in cards and boards', async () => {
  const { page, figure, close } = await opened(phone);
  for (const target of await figure.locator('button').all())
    assert.ok(((await target.boundingBox())?.height ?? 0) >= 44, await target.innerText());
  await showAll(page, figure);
  for (const target of await page.locator('sim-figure button, sim-figure input').all()) {
    const box = await target.boundingBox();
    assert.ok((box?.height ?? 0) >= 44, `${await target.innerText()}: ${box?.height} px`);
  }
  const small = await smallLetters(
    page,
    '.cart-card :is(p, b, code, span), .lane-words span, .version-card *, .pair, .pick',
  );
  assert.deepEqual(small, []);
  await close();
});

test('with everything shown they have no axe-core violation, no style attribute, and fit 320 px', async () => {
  const { page, figure, errors, close } = await opened({ reducedMotion: 'reduce' });
  assert.deepEqual(await axeViolationsInBoth(figure), []);
  await showAll(page, figure);
  await assertSound(figure);
  assert.deepEqual(errors, []);
  await close();
});

test('the game by keyboard: an answer, why, and on to the next pair until the last', async () => {
  const { page, errors, close } = await opened();
  const game = await openedGame(page);
  await tabTo(page, /^before$/);
  for (let pair = 1; pair <= 10; pair++) {
    await page.keyboard.press('Enter');
    await game.getByText(`${pair} of 10 pairs said`).waitFor();
    await said(game, /^(Right|Not before)\./);
    if (pair === 10) break;
    await tabTo(page, /^next pair: D\d and D\d$/);
    await page.keyboard.press('Enter');
    await untilFocused(page, /^before$/);
    await said(game, /^D\d and D\d: is any counter smaller/);
  }
  await said(game, 'That was the last pair: 9 of 10 right.');
  assert.equal(await game.getByRole('button', { name: 'next pair' }).count(), 0);
  assert.match(await game.locator('.pairs').innerText(), /D3\s+neither ✕/);
  assert.deepEqual(errors, []);
  await close();
});

test('each press is said aloud once', async () => {
  const { figure, close } = await opened();
  const heardAfter = await listenTo(figure);
  assert.equal(await figure.locator('[role="status"], [role="alert"], [aria-live]').count(), 1);
  for (const name of [
    'heal the cut',
    'B’s clock 1 ms back',
    'run every place of the dial',
    'the union of both',
  ]) {
    const heard = await heardAfter(() => figure.getByRole('button', { name }).click());
    assert.equal(heard.length, 1, `${name}: ${heard.join(' | ')}`);
  }
  const heard = await heardAfter(() => figure.getByRole('button', { name: 'reset' }).click());
  assert.deepEqual(heard.length, 1, heard.join(' | '));
  await close();
});

test('a copied link shows the same in another window, the fold’s figure as well', async () => {
  const first = await opened();
  const game = await showAll(first.page, first.figure);
  await first.figure.getByRole('button', { name: 'client 1’s cart', exact: true }).click();
  await said(first.figure, 'Client 3 has written');
  const words = (/** @type {Locator} */ figure, /** @type {string[]} */ parts) =>
    figure.evaluate(
      (element, parts) =>
        parts.map((part) =>
          [...element.querySelectorAll(part)].map((one) => one.textContent?.replace(/\s+/g, ' ')),
        ),
      parts,
    );
  const copied = async (/** @type {Locator} */ figure, /** @type {string} */ name) => {
    await figure.getByRole('button', { name: 'copy link' }).click();
    await first.page.waitForFunction((name) => location.hash.includes(`fig=${name}`), name);
    return first.page.evaluate(() => location.hash);
  };
  const parts = ['.clock-is', '.news', '.cart-column', '[aria-pressed="true"]'];
  const second = await opened({}, `${path}${await copied(first.figure, 'cart')}`);
  await said(second.figure, 'Client 3 has written');
  assert.deepEqual(await words(second.figure, parts), await words(first.figure, parts));
  await second.figure.getByRole('button', { name: 'every place of the dial was run' }).waitFor();
  await second.close();

  const third = await site.open(`${path}${await copied(game, 'versions')}`);
  const other = await readyFigure(third.page, 'versions');
  const gameParts = ['.two-versions', '.pairs', '.verdict'];
  assert.deepEqual(await words(other, gameParts), await words(game, gameParts));
  await third.close();
  await first.close();
});

test('without JavaScript the dial and the clocks stand in tables; on paper there is nothing to press', async () => {
  const { page, close } = await site.open(path, { javaScriptEnabled: false });
  const text = await page.locator('main').innerText();
  assert.match(text, /from 50 ms behind to \d ms behind\s+client 1’s addition\s+both changes/);
  assert.match(text, /the union of both\s+\[sku-901, sku-742, sku-333\]/);
  for (const fold of await page.locator('details.fold summary').all()) await fold.click();
  assert.match(await page.locator('main').innerText(), /D3\s+A\s2, B\s1\s+neither\s+D4\s+A\s2, C\s1/);
  await page.emulateMedia({ media: 'print' });
  assert.equal(
    await page
      .locator('sim-figure :is(.btn, .pick:not([aria-pressed="true"]))')
      .filter({ visible: true })
      .count(),
    0,
  );
  await close();
});
