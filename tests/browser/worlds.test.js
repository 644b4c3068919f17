/** Fig 6-4 in the page: by keyboard, by touch on a phone, said aloud, from a link, and with everything shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeViolationsInBoth } from '../lib/axe.js';
import { assertSound, settled, smallLetters, useSite } from '../lib/browser.js';
import { focused, tabTo, untilFocused } from '../lib/keyboard.js';

/** @import { Locator, Page } from 'playwright-core' */

const site = useSite();
const path = '/02-cap-theorem/';

/** @param {Parameters<typeof site.open>[1]} [options] */
async function opened(options, address = path) {
  const all = await site.open(address, options);
  const figure = all.page.locator('sim-figure[name="worlds"]');
  await figure.scrollIntoViewIfNeeded();
  await all.page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('sim-figure[name="worlds"]')).state === 'ready',
  );
  return { ...all, figure };
}

/** What the cells of a request say, in the order of the worlds. @param {Locator} figure @param {number} number */
async function fatesOf(figure, number) {
  await settled(figure);
  const row = figure.locator('tbody tr:not(.event, .machines)').nth(number - 1);
  return (await row.locator('td').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
}

/** Everything that the figure can show: marks, the run, CA at its choice, slow wires, the tables. @param {Locator} figure */
async function showAll(figure) {
  await figure.getByRole('button', { name: 'cut C off' }).click();
  const marks = figure.locator('.mark');
  for (const [at, mark] of ['answered', 'refused', 'wrong'].entries())
    await marks.nth(2 * at).selectOption(mark);
  await figure.getByRole('button', { name: 'run the twelve requests' }).click();
  await figure.getByText('Of your 3 guesses').waitFor();
  await figure.getByRole('button', { name: 'CA: choose neither' }).click();
  await figure.locator('.prompt').waitFor();
  await figure.getByRole('button', { name: 'as a table' }).click();
  await figure.locator('.twin').last().waitFor();
}

test('the whole story by keyboard: cut, a mark, run, CA, a slower wire', async () => {
  const { page, figure, errors, close } = await opened({ reducedMotion: 'reduce' });
  const press = async (/** @type {RegExp} */ name, key = 'Enter') => {
    await tabTo(page, name);
    await page.keyboard.press(key);
    await settled(figure);
  };
  await press(/^✂\s?cut C off$/);
  await figure.getByText('say what you expect').waitFor();
  await untilFocused(page, /^run the twelve requests$/);
  assert.equal(
    await figure.getByRole('button', { name: 'CA: choose neither' }).count(),
    0,
    'not before a run',
  );
  await press(/^your guess for request 5, the world that refuses when unsure$/, 'ArrowDown');
  await page.keyboard.press('ArrowDown');
  assert.equal(await figure.locator('.mark').nth(2).inputValue(), 'refused');
  while (!/^run the twelve requests$/.test(await focused(page))) await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await figure.getByText('Of your 1 guess, 1 is right.').waitFor();
  assert.deepEqual(await fatesOf(figure, 4), ['saved', 'saved clashes with 6: both changed 09:00']);
  assert.match(
    (await fatesOf(figure, 5)).join(' | '),
    /^refused 20\d ms right guess: refused \| 09:00 stale 20\d ms$/,
  );
  assert.match(
    (await fatesOf(figure, 6)).join(' | '),
    /^refused 20\d ms \| saved 20\d ms clashes with 4: both changed 09:00$/,
  );
  assert.deepEqual(await fatesOf(figure, 10), ['09:30 fresh', '09:30 fresh']);

  // Back to request 6: the picture and the machines go with the time, what was seen stays.
  await press(/^time, in requests asked$/, 'ArrowLeft');
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft');
  await figure.getByText('request 6 asked: put 09:20 at C; A–C, B–C cut').waitFor();
  assert.match(
    (await figure.locator('.world-machines').first().getAttribute('aria-label')) ?? '',
    /^A has 09:10; B has 09:10; C has 09:20\. Cut:/,
  );
  assert.equal(await figure.locator('.network path.cut.is-now').count(), 2);
  assert.deepEqual(await fatesOf(figure, 10), ['09:30 fresh', '09:30 fresh']);

  while (!/^CA: choose neither$/.test(await focused(page))) await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await figure.getByText('request 5 waits. Answer or refuse?').waitFor();
  assert.deepEqual((await fatesOf(figure, 5)).at(-1), '? C waits');
  assert.deepEqual((await fatesOf(figure, 6)).at(-1), '·');
  await press(/^refuse$/);
  await figure.getByText('From here on, CA is the refusing world').waitFor();
  assert.deepEqual(await fatesOf(figure, 9), ['09:30 fresh', '09:30 fresh', '09:30 fresh']);

  while (!/^only slower$/.test(await focused(page))) await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await figure.getByText('too late').waitFor();
  await press(/^how much slower each way$/, 'ArrowLeft');
  await figure.getByText('in time').waitFor();
  assert.equal((await fatesOf(figure, 5))[0], '09:10 fresh');
  assert.deepEqual(errors, []);
  await close();
});

test('with all wires cut, a read that begins before a write is over is not called stale, and it is said why', async () => {
  const { page, figure, close } = await opened({ reducedMotion: 'reduce' });
  await figure.getByRole('button', { name: 'run the twelve requests' }).click();
  await figure.getByText('Both worlds answered all twelve').waitFor();
  for (const wire of ['A–B', 'A–C', 'B–C'])
    await figure.getByRole('button', { name: `cut the wire ${wire}` }).click();
  await page.waitForFunction(() => document.querySelectorAll('.mark').length === 12);
  assert.equal(await figure.locator('.two-worlds td b').count(), 0, 'no result before the run');
  await figure.getByRole('button', { name: 'run the twelve requests' }).click();
  await figure.getByText('The refusing world refused 6').waitFor();
  assert.match((await fatesOf(figure, 5))[1], /^09:00 fresh 20\d ms not stale: 4 was not over$/);
  assert.match((await fatesOf(figure, 8))[1], /^saved 20\d ms clashes with 4 and 6/);

  // The world that has not chosen stands where B has heard nothing, and hears nothing in its drawing.
  await figure.getByRole('button', { name: 'CA: choose neither' }).click();
  await figure.getByText('request 4 waits. Answer or refuse?').waitFor();
  const last = figure.locator('.two-worlds .world-machines').last();
  assert.match((await last.getAttribute('aria-label')) ?? '', /B has 09:10.*Cut: A–B, A–C, B–C\.$/);
  assert.equal(await last.locator('.wire.cut').count(), 3);
  await figure.getByRole('button', { name: 'cut the wire A–C' }).click();
  await figure.getByRole('button', { name: 'run the twelve requests' }).click();
  await figure.getByText('The refusing world refused').waitFor();
  await figure.getByRole('button', { name: 'CA: choose neither' }).click();
  await figure.getByText('request 4 waits. Answer or refuse?').waitFor();
  assert.equal((await fatesOf(figure, 4)).at(-1), '? B waits');
  assert.match((await fatesOf(figure, 5)).at(-1) ?? '', /^09:00 fresh/, 'it was answered before that');
  const runs = await figure.locator('.machines .state > small').allInnerTexts();
  assert.equal(new Set(runs.filter((run) => /^run [0-9a-f]{8}$/.test(run))).size, 3);
  await close();
});

test('a run can be paused, and gives time to read', async () => {
  const { page, figure, close } = await opened();
  // When each request was told first, by the page's own clock: a busy machine makes it later, never shorter.
  await figure.locator('.news').evaluate((news) => {
    /** @type {Record<string, number>} */
    const told = {};
    /** @type {any} */ (window).told = told;
    new MutationObserver(() => {
      const [request] = /^Request \d+/.exec(news.textContent?.trim() ?? '') ?? [];
      if (request) told[request] ??= performance.now();
    }).observe(news, { childList: true, characterData: true, subtree: true });
  });
  await figure.getByRole('button', { name: 'run the twelve requests' }).click();
  await page.waitForFunction(() => 'Request 2' in /** @type {any} */ (window).told);
  await figure.getByRole('button', { name: 'pause' }).click();
  await figure.getByRole('button', { name: 'run on' }).waitFor();
  const told = await page.evaluate(
    () => /** @type {Record<string, number>} */ (/** @type {any} */ (window).told),
  );
  const read_ms = told['Request 2'] - told['Request 1'];
  assert.ok(read_ms >= 700, `${read_ms} ms`);
  const news = await figure.locator('.news').textContent();
  await page.waitForTimeout(2000);
  assert.equal(await figure.locator('.news').textContent(), news);
  await close();
});

test('the requests come one after the other, stop off the screen, and with reduced motion are there at once', async () => {
  const { page, figure, close } = await opened();
  await figure.getByRole('button', { name: 'cut C off' }).click();
  await figure.getByRole('button', { name: 'run the twelve requests' }).click();
  await figure.getByText(/^Request \d+, /).waitFor();
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('sim-figure[name="worlds"]')).state === 'paused',
  );
  const news = () => figure.locator('.news').textContent();
  await page.waitForTimeout(200);
  const before = await news();
  await page.waitForTimeout(2000);
  assert.equal(await news(), before);
  await figure.scrollIntoViewIfNeeded();
  await figure.getByText('The refusing world refused 2 requests').waitFor();
  await close();

  const still = await opened({ reducedMotion: 'reduce' });
  await still.figure.getByRole('button', { name: 'run the twelve requests' }).click();
  await still.figure.getByText('Both worlds answered all twelve').waitFor({ timeout: 2000 });
  await still.close();
});

test('each press is said aloud once', async () => {
  const { page, figure, close } = await opened({ reducedMotion: 'reduce' });
  assert.equal(await figure.locator('[role="status"], [role="alert"], [aria-live]').count(), 1);
  const news = async () => (await figure.locator('[role="status"]').innerText()).trim();
  const heard = [await news()];
  for (const name of [
    'cut C off',
    'run the twelve requests',
    'CA: choose neither',
    'answer',
    'only slower',
  ]) {
    await figure
      .getByRole('button', { name, exact: name === 'answer' })
      .first()
      .click();
    await page.waitForFunction(
      (before) => document.querySelector('sim-figure .news')?.textContent?.trim() !== before,
      heard.at(-1),
    );
    heard.push(await news());
  }
  assert.equal(new Set(heard).size, heard.length, heard.join('\n'));
  await close();
});

test('with everything shown it has no axe-core violation, no style attribute, and fits 320 px', async () => {
  const { figure, errors, close } = await opened({ reducedMotion: 'reduce' });
  await showAll(figure);
  assert.deepEqual(await axeViolationsInBoth(figure), []);
  await figure.getByRole('button', { name: 'only slower' }).click();
  await figure.locator('.slow-by').waitFor();
  await assertSound(figure);
  assert.deepEqual(errors, []);
  await close();
});

test('on a phone whatever is pressed is 44 px high, and no letter of a drawing is too small', async () => {
  const { page, figure, close } = await opened({
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
    reducedMotion: 'reduce',
  });
  const high = async () => {
    for (const target of await page.locator('sim-figure :is(button, input, select)').all()) {
      const box = await target.boundingBox();
      assert.ok((box?.height ?? 0) >= 44, `${await target.innerText()}: ${box?.height} px`);
    }
  };
  await figure.getByRole('button', { name: 'cut C off' }).tap();
  await figure.locator('.mark').first().waitFor();
  await high();
  assert.deepEqual(await smallLetters(page, 'sim-figure svg text'), []);
  await figure.getByRole('button', { name: 'run the twelve requests' }).tap();
  await figure.getByText('The refusing world refused').waitFor();
  await figure.getByRole('button', { name: 'only slower' }).tap();
  await figure.locator('.slow-by').waitFor();
  await figure.getByRole('button', { name: 'CA: choose neither' }).tap();
  await figure.locator('.prompt').waitFor();
  await high();
  assert.deepEqual(await smallLetters(page, 'sim-figure svg text'), [], 'with a third world');
  await close();
});

test('a copied link shows the same in another window', async () => {
  const first = await opened({ reducedMotion: 'reduce' });
  await showAll(first.figure);
  await first.figure.getByRole('button', { name: 'copy link' }).click();
  await first.page.waitForFunction(() => location.hash.includes('fig=worlds'));
  const hash = await first.page.evaluate(() => location.hash);
  const second = await opened({}, `${path}${hash}`);
  const words = (/** @type {Locator} */ figure) =>
    figure.evaluate((element) =>
      ['.hearing', '.clock p', '.news', '.prompt', '.two-worlds'].map((part) =>
        element.querySelector(part)?.textContent?.replace(/\s+/g, ' '),
      ),
    );
  await second.figure.locator('.prompt').waitFor();
  assert.deepEqual(await words(second.figure), await words(first.figure));
  await second.close();
  await first.close();
});

test('a wrong answer to the question runs, and is refuted', async () => {
  const { page, close } = await opened();
  await page.getByRole('button', { name: 'nobody', exact: true }).click();
  await page.getByText('2 of the three writes were saved').first().waitFor();
  await close();
});

test('without JavaScript both worlds stand in a table, and in print what is pressed is left out', async () => {
  const { page, close } = await site.open(path, { javaScriptEnabled: false });
  const text = await page.locator('main').innerText();
  assert.match(text, /What Fig 6-4 shows when C is cut off/);
  assert.match(text, /5\. get\s+C\s+1\.3 s\s+refused, 20\d ms\s+09:00 stale, 20\d ms/);
  assert.match(text, /that always answers\s+12\s+0\s+2\s+4 and 6\s+[0-9a-f]{8}/);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.getByRole('button', { name: 'run the twelve requests' }).isVisible(), false);
  await close();
});
