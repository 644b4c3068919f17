/** Fig 6-3 in the page: by keyboard, while it computes, with the plug out, from a link, on a phone, without JavaScript. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSound, listenTo, settled, smallLetters, useSite } from '../lib/browser.js';
import { readText } from '../lib/files.js';
import { tabTo } from '../lib/keyboard.js';

/** @import { Locator, Page } from 'playwright-core' */
/** @import { TiersReport } from '../../web/engine/engine.d.ts' */

const site = useSite();
const path = '/01-single-server/';

/** @param {Parameters<typeof site.open>[1]} [options] */
async function opened(options, address = path) {
  const all = await site.open(address, options);
  const figure = all.page.locator('sim-figure[name="tiers"]');
  await figure.scrollIntoViewIfNeeded();
  await all.page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('sim-figure[name="tiers"]')).state === 'ready',
  );
  return { ...all, figure };
}

/** @param {Locator} figure @param {string} name */
const press = async (figure, name) => {
  await figure.getByRole('button', { name, exact: true }).click();
  await settled(figure);
};

/** Ten steps of the lid, by the keyboard. @param {Page} page @param {Locator} figure */
async function raiseToTen(page, figure) {
  await figure.getByRole('slider').focus();
  for (let i = 0; i < 10; ++i) await page.keyboard.press('ArrowRight');
  await settled(figure);
}

/** @param {Locator} figure */
const numbers = (figure) =>
  figure
    .locator('.tiers-numbers div')
    .evaluateAll((rows) =>
      Object.fromEntries(
        rows.map((row) => [
          row.querySelector('dt')?.textContent,
          row.querySelector('dd')?.textContent?.trim(),
        ]),
      ),
    );

/** What `systemsim tiers` prints for memory for a tenth, plug in and, with a sync every 100 writes, out. */
const printed = (await readText('tests/golden/tiers.jsonl')).trim().split('\n');
const tenth = /** @type {TiersReport} */ (JSON.parse(printed[3]));
const pulled = /** @type {TiersReport} */ (JSON.parse(printed[9]));

test('by keyboard alone: the lid, the traffic, the plug out and in again', async () => {
  const { page, figure, errors, close } = await opened();
  assert.match(await figure.locator('.news').innerText(), /Nothing fits in memory/);
  await tabTo(page, /^the lid$/);
  await raiseToTen(page, figure);
  assert.equal(
    await figure.locator('.lid-is').innerText(),
    'memory for 10 % of the values, 10\u202f000 of 100\u202f000',
  );
  const shown = await numbers(figure);
  assert.equal(shown['reads from memory'], `${Math.round((100 * tenth.hits) / tenth.reads)} %`);
  assert.equal(shown['average read'], `${tenth.read_mean_ms?.toFixed(2)} ms`);
  assert.equal(shown['p99 read'], `${tenth.read_ms.p99?.toFixed(2)} ms`);

  // The lid's handle, its edge and the strip's scale are one.
  const box = async (/** @type {string} */ place) => {
    const found = await figure.locator(place).boundingBox();
    return found ?? assert.fail(place);
  };
  const [strip, edge] = [await box('.tiers-strip'), await box('.tiers-strip .edge')];
  assert.ok(Math.abs(edge.x + edge.width / 2 - (strip.x + strip.width / 10)) < 2);

  const action = async (/** @type {RegExp} */ name) => {
    await tabTo(page, name);
    await page.keyboard.press('Enter');
    await settled(figure);
  };
  await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
  await action(/^every 100$/);
  await action(/^pull the plug$/);
  assert.match(await figure.locator('.news').innerText(), /The plug is out/);
  assert.ok(Object.values(await numbers(figure)).every((text) => text === 'no answer'));
  assert.equal(await figure.locator('.tiers-lane .held').first().getAttribute('d'), '', 'memory is empty');
  assert.match(await figure.locator('.tiers-machines').innerText(), /a second machine: it could answer now/);
  await action(/^plug it in again$/);
  const back = await numbers(figure);
  assert.equal(back['acknowledged writes lost'], String(pulled.crash?.writes_lost));
  assert.equal(back['no answer for'], `${pulled.crash?.restart_ms.toFixed(1)} ms`);
  assert.deepEqual(errors, []);
  await close();
});

test('while a run is computed the old numbers are gone, and the figure says that it runs', async () => {
  const { page, figure, close } = await opened();
  await raiseToTen(page, figure);
  // In one go, for the answer may come at any time.
  const between = await figure.evaluate(async (/** @type {any} */ element) => {
    for (const button of element.querySelectorAll('button'))
      if (button.textContent.trim() === 'even') button.click();
    await element.updateComplete;
    const texts = (/** @type {string} */ all) =>
      [...element.querySelectorAll(all)].map((one) => one.textContent.trim());
    return { numbers: texts('.tiers-numbers dd'), computing: texts('.computing'), news: texts('.news') };
  });
  assert.deepEqual([...new Set(between.numbers)], ['…']);
  assert.match(between.computing.join(), /^running: \d+ %$/);
  assert.match(between.news.join(), /^Running/);
  await settled(figure);
  assert.equal((await numbers(figure))['reads from memory'], '10 %');
  await close();
});

test('without a log there is none: the lid is at its end, and the plug takes everything', async () => {
  const { page, figure, close } = await opened();
  await press(figure, 'no log');
  assert.ok(await figure.getByRole('slider').isDisabled());
  assert.match(await figure.innerText(), /no log, no disk/);
  const hear = await listenTo(figure);
  const heard = await hear(() => press(figure, 'pull the plug'));
  assert.match(heard.at(-1) ?? '', /stood nowhere else\. Nobody answers/);
  await press(figure, 'plug it in again');
  assert.equal((await numbers(figure))['keys that are gone'], '100\u202f000');
  await press(figure, 'each write');
  assert.equal(await figure.getByRole('slider').inputValue(), '0', 'the lid is where it was');
  await page.close();
  await close();
});

test('with everything shown it has no axe-core violation, no style attribute, and fits 320 px', async () => {
  const { page, figure, errors, close } = await opened({ reducedMotion: 'reduce' });
  await raiseToTen(page, figure);
  await press(figure, 'every 100');
  await press(figure, 'pull the plug');
  await assertSound(figure);
  await press(figure, 'plug it in again');
  await press(figure, 'as a table');
  await assertSound(figure);
  assert.deepEqual(errors, []);
  await close();
});

test('on a phone whatever is pressed is 44 px high, and no letter is smaller than 14 px', async () => {
  const { page, figure, close } = await opened({
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  for (const target of await figure.locator('button, input').all()) {
    const box = await target.boundingBox();
    assert.ok((box?.height ?? 0) >= 44, `${await target.innerText()}: ${box?.height} px`);
  }
  const letters = '.tiers-chart :is(p, li, b, output, label), .tiers-numbers :is(dt, dd), .tiers-machines li';
  assert.deepEqual(await smallLetters(page, letters), []);
  await close();
});

test('a copied link shows the same in another window, and a reset the beginning', async () => {
  const first = await opened();
  await raiseToTen(first.page, first.figure);
  await press(first.figure, 'hard disk');
  await press(first.figure, 'pull the plug');
  await first.figure.getByRole('button', { name: 'copy link' }).click();
  await first.page.waitForFunction(() => location.hash.includes('fig=tiers'));
  const hash = await first.page.evaluate(() => location.hash);
  const second = await opened({}, `${path}${hash}`);
  const words = (/** @type {Locator} */ figure) =>
    Promise.all(['.news', '.lid-is', '.tiers-numbers'].map((part) => figure.locator(part).innerText()));
  assert.deepEqual(await words(second.figure), await words(first.figure));
  await press(second.figure, 'reset');
  assert.match(await second.figure.locator('.news').innerText(), /Nothing fits in memory/);
  await second.close();
  await first.close();
});

test('without JavaScript the lids stand in a table', async () => {
  const { page, close } = await site.open(path, { javaScriptEnabled: false });
  const text = await page.locator('main').innerText();
  assert.match(text, /What Fig 6-3 shows: some lids/);
  assert.match(text, /10 %\s+skewed\s+73 %/);
  assert.match(text, /10 %\s+even\s+10 %/);
  await close();
});
