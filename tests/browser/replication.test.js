/** Figs 6-6 and 6-6 b in the page: by keyboard, by touch on a phone, said aloud, from a link, and with everything shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSound, smallLetters, useSite } from '../lib/browser.js';
import { focused, tabTo, untilFocused } from '../lib/keyboard.js';

/** @import { Locator, Page } from 'playwright-core' */

const site = useSite();
const path = '/04-data-replication/';

/** @param {Page} page */
async function readyFigure(page, name = 'replication') {
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
async function openedLoss(page) {
  const fold = page.locator('details.fold').filter({ has: page.locator('sim-figure[name="loss"]') });
  if ((await fold.getAttribute('open')) === null) await fold.locator('summary').click();
  return readyFigure(page, 'loss');
}

/** Everything that the figures can show. @param {Page} page @param {Locator} figure */
async function showAll(page, figure) {
  await figure.getByRole('button', { name: /^to the end$/ }).click();
  await figure.getByRole('switch', { name: /same rack/ }).click();
  await figure.getByText('Three copies in three racks').waitFor();
  await figure.getByRole('switch', { name: 'skip same rack' }).click();
  await figure.getByText('Three copies on three machines').waitFor();
  await figure.getByRole('switch', { name: 'power of rack 2' }).click();
  await figure.getByText('no answer').waitFor();
  await figure.getByRole('button', { name: 'as a table' }).click();
  const loss = await openedLoss(page);
  await loss.getByRole('button', { name: '16', exact: true }).last().click();
  await loss.getByRole('button', { name: 'a hundred times' }).click();
  await loss.getByRole('button', { name: /^show all/ }).click();
  await loss.getByRole('button', { name: 'any three die' }).click();
  await loss.getByRole('button', { name: 'as a table' }).click();
  await loss.locator('.looked').waitFor();
  return loss;
}

test('the whole story by keyboard: walk, skip the machine, a dark rack, skip the rack', async () => {
  const { page, figure, errors, close } = await opened();
  const press = async (/** @type {RegExp} */ name, key = 'Enter') => {
    await tabTo(page, name);
    await page.keyboard.press(key);
  };
  const stops = () => figure.locator('.stop:not(.from, .to-come)').allInnerTexts();
  await press(/^power of rack 2$/, 'Space');
  assert.equal(await figure.locator('.cabinet.dark').count(), 0, 'no copy is anywhere yet');
  while (!/^walk to the first point$/.test(await focused(page))) await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await figure.getByText('Point 1 is').waitFor();
  await page.keyboard.press('Enter');
  await figure.getByText('Point 2 is').waitFor();
  await page.keyboard.press('Enter');
  await figure.getByText('Three points, but two machines').waitFor();
  await untilFocused(page, /^walk again$/);
  assert.deepEqual(
    (await stops()).map((text) => text.replace(/\s+/g, ' ')),
    ['K rack 2 copy 1', 'E rack 2 copy 2', 'E rack 2 E again'],
  );
  await press(/^skip same machine$/, 'Space');
  await figure.getByText('all in rack 2').waitFor();
  await press(/^power of rack 2$/, 'Space');
  await figure.getByText('no answer').waitFor();
  assert.equal(await figure.locator('.cabinet.dark li').count(), 4);
  const silent = await figure.locator('.outage b').first().innerText();
  assert.equal(await figure.locator('svg .silent-share').textContent(), silent.match(/[\d.]+\s%/)?.[0]);
  while (!/^skip same rack$/.test(await focused(page))) await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Space');
  await figure.getByText('Three copies in three racks').waitFor();
  assert.match(await figure.locator('.outage').innerText(), /Every key has a live copy while rack 2 is off/);
  assert.match(await figure.locator('.outage').innerText(), /answered by C/);
  assert.equal(await figure.locator('.counters td').last().innerText(), 'none');
  assert.deepEqual(errors, []);
  await close();
});

test('each press is said aloud once: a step in one place, a rack’s power in another', async () => {
  const { page, figure, close } = await opened();
  await figure.evaluate((element) => {
    /** @type {string[]} */
    const heard = [];
    /** @type {any} */ (window).heard = heard;
    const saying = () =>
      new Map(
        [...element.querySelectorAll('[role="status"], [role="alert"], [aria-live]')].map((region) => [
          region,
          (region.textContent ?? '').replace(/\s+/g, ' ').trim(),
        ]),
      );
    let before = saying();
    new MutationObserver(() => {
      const now = saying();
      for (const [region, text] of now) if (before.get(region) !== text) heard.push(text);
      before = now;
    }).observe(element, { childList: true, subtree: true, characterData: true });
  });
  const heardAfter = async (/** @type {'button' | 'switch'} */ role, /** @type {string | RegExp} */ name) => {
    await figure.getByRole(role, { name }).click();
    await page.waitForTimeout(300);
    return page.evaluate(() => /** @type {any} */ (window).heard.splice(0));
  };
  assert.deepEqual(await heardAfter('button', /^walk to the first point$/), [
    'Point 1 is K’s, in rack 2: K gets copy 1.',
  ]);
  const ended = await heardAfter('button', 'to the end');
  assert.equal(ended.length, 1, ended.join(' | '));
  const dark = await heardAfter('switch', 'power of rack 2');
  assert.equal(dark.length, 1, dark.join(' | '));
  assert.match(
    dark[0],
    /of the keys have no live copy left while rack 2 is off\. get cart:shopper-17 ✕ no answer/,
  );
  const rolled = await heardAfter('button', 'another ring');
  assert.ok(rolled.length <= 2 && new Set(rolled).size === rolled.length, rolled.join(' | '));
  await close();
});

test('with everything shown they have no axe-core violation, no style attribute, and fit 320 px', async () => {
  const { page, figure, errors, close } = await opened({ reducedMotion: 'reduce' });
  await showAll(page, figure);
  await assertSound(figure);
  assert.deepEqual(errors, []);
  await close();
});

test('on a phone whatever is pressed is 44 px high, and no letter is smaller than 14 px in a drawing', async () => {
  const { page, figure, close } = await opened({
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  await showAll(page, figure);
  for (const target of await page.locator('sim-figure button').all()) {
    const box = await target.boundingBox();
    assert.ok((box?.height ?? 0) >= 44, `${await target.innerText()}: ${box?.height} px`);
  }
  const small = await smallLetters(page, 'sim-figure svg text, .cabinet li :is(b, span), .stop i');
  assert.deepEqual(small, []);
  await close();
});

test('a copied link shows the same in another window, the fold’s figure as well', async () => {
  const first = await opened();
  const loss = await showAll(first.page, first.figure);
  const words = (/** @type {Locator} */ figure, /** @type {string[]} */ parts) =>
    figure.evaluate(
      (element, parts) => parts.map((part) => element.querySelector(part)?.textContent?.replace(/\s+/g, ' ')),
      parts,
    );
  const copied = async (/** @type {Locator} */ figure, /** @type {string} */ name) => {
    await figure.getByRole('button', { name: 'copy link' }).click();
    await first.page.waitForFunction((name) => location.hash.includes(`fig=${name}`), name);
    return first.page.evaluate(() => location.hash);
  };
  const parts = ['.asked', '.stops', '.news', '.racks', '.outage', '.counters'];
  const hash = await copied(first.figure, 'replication');
  const second = await opened({}, `${path}${hash}`);
  await second.figure.getByText('no answer').waitFor();
  assert.deepEqual(await words(second.figure, parts), await words(first.figure, parts));
  await second.close();

  const third = await site.open(`${path}${await copied(loss, 'loss')}`);
  const other = await readyFigure(third.page, 'loss');
  const lossParts = ['.segmented [aria-pressed="true"]', '.thirty', '.loss-counts', '.news'];
  assert.deepEqual(await words(other, lossParts), await words(loss, lossParts));
  await third.close();
  await first.close();
});

test('the focus stays where it was pressed: at the walk’s end, and on all choices', async () => {
  const { page, figure, close } = await opened();
  for (const [place, name] of /** @type {const} */ ([
    [figure, 'to the end'],
    [await openedLoss(page), 'show all'],
  ])) {
    const button = place.getByRole('button', { name });
    await button.focus();
    await page.keyboard.press('Enter');
    await place
      .getByText(/Three points, but two|Of all/)
      .first()
      .waitFor();
    await untilFocused(page, new RegExp(`^${name}`));
  }
  await close();
});

test('without JavaScript the walks and the chances stand in tables', async () => {
  const { page, close } = await site.open(path, { javaScriptEnabled: false });
  const text = await page.locator('main').innerText();
  assert.match(text, /What Fig 6-6 shows: the walk from cart:shopper-17/);
  assert.match(
    text,
    /skip same machine and rack\s+K E E H C G\s+K \(rack 2\), C \(rack 3\) and G \(rack 1\)/,
  );
  await page.locator('details.fold', { hasText: 'any three of thirty' }).locator('summary').click();
  assert.match(await page.locator('main').innerText(), /1 point each, all 4\u202f060\s+30 times, 0\.7 %/);
  await close();
});
