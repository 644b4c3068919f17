/** Fig 6-5 in the page: by keyboard, by touch on a phone, from a link, and with everything shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSound, smallLetters, useSite } from '../lib/browser.js';
import { tabTo } from '../lib/keyboard.js';

/** @import { Page } from 'playwright-core' */

const site = useSite();
const path = '/03-data-partition/';

/** @param {Page} page */
async function readyFigure(page) {
  const figure = page.locator('sim-figure[name="partition"]');
  await figure.scrollIntoViewIfNeeded();
  await page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('sim-figure[name="partition"]')).state === 'ready',
  );
  return figure;
}

/** @param {Parameters<typeof site.open>[1]} [options] */
async function opened(options, address = path) {
  const all = await site.open(address, options);
  return { ...all, figure: await readyFigure(all.page) };
}

/** Everything that the figure can show. @param {import('playwright-core').Locator} figure */
async function showAll(figure) {
  const press = (/** @type {RegExp} */ name) => figure.getByRole('button', { name }).click();
  await figure.getByRole('slider').press('ArrowRight');
  await press(/^new ring$/);
  await press(/^16$/);
  await press(/^new ring$/);
  await press(/^add an eleventh server$/);
  await press(/^move the records while clients call$/);
  await press(/fifth of all reads$/);
  await press(/^try it with/);
  await press(/^as a table$/);
  await figure.locator('.ran').waitFor();
  await figure.getByText('20 servers').first().waitFor();
}

test('the whole story by keyboard: guess, roll, more points, an eleventh server, a hot key', async () => {
  const { page, figure, errors, close } = await opened();
  const enter = async (/** @type {RegExp} */ name) => {
    await tabTo(page, name);
    await page.keyboard.press('Enter');
  };
  await figure.getByRole('slider').focus();
  for (let at = 0; at < 4; at++) await page.keyboard.press('ArrowRight');
  assert.equal(await figure.getByRole('slider').getAttribute('aria-valuetext'), '1.5 times the average');
  await enter(/^guess more$/);
  assert.equal(await figure.locator('output').innerText(), '1.6 ×');
  await tabTo(page, /^new ring$/);
  for (let at = 1; at <= 5; at++) {
    await page.keyboard.press('Enter');
    await figure.getByText(`ring ${at}`, { exact: true }).waitFor();
  }
  assert.equal(await figure.locator('.lane-line .roll').count(), 5);
  assert.equal(await figure.locator('.lane-line .guess').count(), 1);
  assert.match(await figure.locator('.news').innerText(), /^The busiest server is [A-J] with /);
  await enter(/^16$/);
  await figure.getByText('Ten servers at 16 random places each').waitFor();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await figure.locator('.lane').nth(1).waitFor();
  await enter(/^add an eleventh server$/);
  await figure.getByText('of the keys move').first().waitFor();
  await enter(/^move the records while clients call$/);
  await figure
    .locator('.ran')
    .getByText(/(\d+) of \1 calls/)
    .waitFor();
  await enter(/fifth of all reads$/);
  await figure.getByText('of all reads,').first().waitFor();
  assert.deepEqual(errors, []);
  await close();
});

test('“not sure” is no gate, and reset takes everything back', async () => {
  const { figure, close } = await opened();
  await figure.getByRole('button', { name: 'not sure' }).click();
  assert.equal(await figure.locator('output').innerText(), 'just roll');
  await figure.getByRole('button', { name: /^new ring$/ }).click();
  await figure.getByText('ring 1', { exact: true }).waitFor();
  await figure.getByRole('button', { name: 'reset' }).click();
  await figure.getByText('No ring has been rolled yet', { exact: false }).first().waitFor();
  await close();
});

test('with everything shown it has no axe-core violation, no style attribute, and fits 320 px', async () => {
  const { figure, errors, close } = await opened({ reducedMotion: 'reduce' });
  await showAll(figure);
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
  await showAll(figure);
  for (const target of await figure.locator('button, input').all()) {
    const box = await target.boundingBox();
    assert.ok((box?.height ?? 0) >= 44, `${await target.innerText()}: ${box?.height} px`);
  }
  await figure.getByRole('button', { name: /^1$/ }).click();
  await figure.locator('svg .letter').first().waitFor();
  const small = await smallLetters(page, 'sim-figure svg text, .server-bars :is(b, span)');
  assert.deepEqual(small, []);
  await close();
});

test('a copied link shows the same rings, guesses and steps in another window', async () => {
  const first = await opened();
  await showAll(first.figure);
  await first.figure.getByRole('button', { name: 'copy link' }).click();
  await first.page.waitForFunction(() => location.hash.includes('run='));
  const hash = await first.page.evaluate(() => location.hash);
  const words = (/** @type {import('playwright-core').Locator} */ figure) =>
    figure.evaluate((element) =>
      ['.guess', '.server-bars', '.news', '.step-part'].map(
        (part) => element.querySelector(part)?.textContent,
      ),
    );
  const second = await opened({}, `${path}${hash}`);
  await second.figure.getByText('20 servers').first().waitFor();
  assert.deepEqual(await words(second.figure), await words(first.figure));
  await first.close();
  await second.close();
});

test('once the figure is used again, the address says no longer what was copied', async () => {
  const { page, figure, close } = await opened();
  const hash = () => page.evaluate(() => location.hash);
  const copy = async () => {
    await figure.getByRole('button', { name: /copy link|link copied/ }).click();
    await page.waitForFunction(() => location.hash.includes('run='));
  };
  await figure.getByRole('button', { name: /^new ring$/ }).click();
  await copy();
  await figure.getByRole('button', { name: 'as a table' }).click();
  assert.match(await hash(), /run=/, 'a table is the same state');
  await figure.getByRole('button', { name: /^new ring$/ }).click();
  assert.equal(await hash(), '');
  await copy();
  await figure.getByRole('slider').press('ArrowRight');
  assert.equal(await hash(), '');
  await copy();
  await figure.getByRole('button', { name: 'reset' }).click();
  assert.equal(await hash(), '');
  await close();
});

test('the focus stays on a button while its label changes, from the first step to the last', async () => {
  const { page, figure, close } = await opened();
  await figure.getByRole('button', { name: /^new ring$/ }).focus();
  for (let at = 0; at < 5; at++) await page.keyboard.press('Enter');
  await tabTo(page, /fifth of all reads$/);
  for (const servers of [10, 20, 40, 80]) {
    await page.keyboard.press('Enter');
    await figure.getByText(`${servers} servers`, { exact: true }).waitFor();
  }
  assert.equal(
    await page.evaluate(() => document.activeElement?.textContent?.trim()),
    'take the hot key away',
  );
  await close();
});

test('on a phone the button is seen together with the bars and the line that it changes', async () => {
  const { page, figure, close } = await opened({
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  await figure.getByRole('button', { name: /^new ring$/ }).click();
  const lane = (await figure.locator('.lane').last().boundingBox()) ?? assert.fail('no line');
  const bars = (await figure.locator('.server-bars').boundingBox()) ?? assert.fail('no bars');
  const button =
    (await figure.getByRole('button', { name: /^new ring$/ }).boundingBox()) ?? assert.fail('no button');
  assert.ok(lane.y < bars.y && bars.y < button.y);
  assert.ok(button.y + button.height - lane.y < 600, `${button.y + button.height - lane.y} px`);
  await figure.getByRole('button', { name: 'as a table' }).click();
  const cell = figure.locator('.twin td').first();
  assert.match(await cell.evaluate((td) => getComputedStyle(td, '::before').content), /Points/);
  await page.close();
  await close();
});
