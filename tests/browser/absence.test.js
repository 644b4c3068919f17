/** Fig 6-9 in the page: by keyboard, by touch on a phone, said aloud, from a link, on paper, and without scripts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeViolationsInBoth } from '../lib/axe.js';
import { assertSound, listenTo, settled, smallLetters, useSite } from '../lib/browser.js';
import { tabTo, untilFocused } from '../lib/keyboard.js';

/** @import { Locator, Page } from 'playwright-core' */

const site = useSite();
const path = '/07-failure-handling/';
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

/** @param {Parameters<typeof site.open>[1]} [options] */
async function opened(options, address = path) {
  const all = await site.open(address, options);
  const figure = all.page.locator('sim-figure[name="absence"]');
  await figure.scrollIntoViewIfNeeded();
  await all.page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('sim-figure[name="absence"]')).state === 'ready',
  );
  return { ...all, figure };
}

/** @param {Locator} figure @param {string | RegExp} words */
const said = async (figure, words) => {
  await figure.locator('[role="status"]').getByText(words).waitFor();
  await settled(figure);
};

/** @param {Locator} figure */
async function comeBack(figure) {
  await figure.getByRole('button', { name: 'bring C back' }).click();
  await said(figure, 'C was away for 4 hours');
}

/** To a place of the dial. @param {Locator} figure @param {number} place @param {string} words */
async function turnTo(figure, place, words) {
  await figure.locator('#absence-of-c').fill(String(place));
  await said(figure, `C was away for ${words}`);
}

/** Everything that the figure can show. @param {Locator} figure */
async function showAll(figure) {
  await comeBack(figure);
  await figure.getByRole('button', { name: 'run every length' }).click();
  await said(figure, 'All 18 lengths were run.');
  await turnTo(figure, 16, '11 days');
  await figure.getByRole('button', { name: 'as a table' }).click();
}

test('the whole story by keyboard: four hours, a day, and the deleted record that is back', async () => {
  const { page, figure, errors, close } = await opened();
  await tabTo(page, /^bring C back$/);
  await page.keyboard.press('Enter');
  await said(figure, /hints brought 15 of 20.*Merkle trees brought 5 of 20/);
  await page.waitForFunction(() => document.activeElement?.id === 'absence-of-c');
  const dial = page.locator('#absence-of-c');
  assert.equal(await dial.getAttribute('aria-valuetext'), '4 hours');
  for (const [words, brought] of /** @type {const} */ ([
    ['8 hours', /hints brought 8 of 20.*Merkle trees brought 12 of 20/],
    ['1 day', /hints brought 3 of 20.*Merkle trees brought 17 of 20/],
    ['3 days', /hints brought 1 of 20.*Merkle trees brought 19 of 20/],
    ['9 days', /hints brought 1 of 20.*Merkle trees brought 19 of 20/],
    ['11 days', /Merkle trees brought 19 of 20.*session:9c3a… is back, on B, C and D/],
  ])) {
    await page.keyboard.press('ArrowRight');
    await said(figure, `C was away for ${words}`);
    await said(figure, brought);
    assert.equal(await dial.getAttribute('aria-valuetext'), words);
  }
  await untilFocused(page, /is away for/);
  assert.match(
    await figure.locator('.absence-how').innerText(),
    /not brought: the others had forgotten the delete.*/,
  );
  assert.deepEqual(errors, []);
  await close();
});

test('the link in the text opens the figure at eleven days, and leads into it', async () => {
  const { page, figure, errors, close } = await opened({ reducedMotion: 'reduce' });
  await page.getByRole('link', { name: 'Turn the figure’s slider to eleven days' }).press('Enter');
  await said(figure, /C was away for 11 days: .*The delete was not brought\. session:9c3a… is back/);
  await untilFocused(page, /^Machine C has been away/);
  assert.equal(await figure.locator('#absence-of-c').getAttribute('aria-valuetext'), '11 days');
  assert.match(
    await figure.locator('.absence-how').innerText(),
    /hints: none\. The first change was made 3\.3 h after C left/,
  );
  await turnTo(figure, 15, '9 days');
  assert.match(await figure.locator('.absence-how').innerText(), /1 of them was made in its first 3 hours/);
  assert.deepEqual(errors, []);
  await close();
});

test('at every width the dial has a label at eleven days, and its strip is as long as its line', async () => {
  for (const width of [360, 768, 1280]) {
    const { page, figure, close } = await opened({ viewport: { width, height: 800 } });
    await comeBack(figure);
    const label = figure.locator('.scale li').filter({ hasText: /^11 d$/ });
    assert.equal(await label.evaluate((element) => getComputedStyle(element).fontSize !== '0px'), true);
    const edges = (/** @type {string} */ part) =>
      figure.locator(part).evaluate((element) => {
        const { left, right } = element.getBoundingClientRect();
        return [Math.round(left), Math.round(right)];
      });
    assert.deepEqual(await edges('.absence-strip'), await edges('.dial input'), `${width} px`);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    await close();
  }
});

test('before C is back nothing says who will bring what; a carrier is named once it was found', async () => {
  const { figure, close } = await opened();
  assert.deepEqual(await figure.locator('.btn').allInnerTexts(), ['bring C back']);
  assert.doesNotMatch(await figure.innerText(), /Merkle|hints|read repair|not brought/);
  await comeBack(figure);
  const legend = await figure.locator('.legend').innerText();
  assert.match(legend, /hints\s+Merkle trees/);
  assert.doesNotMatch(legend, /read repair|not brought/);
  await turnTo(figure, 2, '1 s');
  assert.match(await figure.locator('.legend').innerText(), /read repair/);
  await close();
});

test('the dial by touch and its buttons; a reset leads back to the absence', async () => {
  const { page, figure, errors, close } = await opened(phone);
  await figure.getByRole('button', { name: 'bring C back' }).tap();
  await said(figure, 'hints brought 15 of 20');
  const dial = figure.locator('#absence-of-c');
  const box = (await dial.boundingBox()) ?? assert.fail('no dial');
  await page.touchscreen.tap(box.x + box.width * 0.16, box.y + box.height / 2);
  await said(figure, /read repair brought all 20/);
  await figure.getByRole('button', { name: 'a longer absence' }).tap();
  await said(figure, 'C was away for 2 s');
  await figure.getByRole('button', { name: 'a shorter absence' }).tap();
  await said(figure, 'C was away for 1 s');
  await figure.getByRole('button', { name: 'reset' }).tap();
  await said(figure, 'C is away.');
  assert.equal(await figure.locator('.dial').count(), 0);
  await untilFocused(page, /^Back at the beginning\. Machine C/);
  assert.deepEqual(errors, []);
  await close();
});

test('on a phone whatever is pressed is 44 px high, and no letter is smaller than 14 px', async () => {
  const { page, figure, close } = await opened(phone);
  await showAll(figure);
  for (const target of await figure.locator('button, input').all()) {
    const box = await target.boundingBox();
    assert.ok((box?.height ?? 0) >= 44, `${await target.innerText()}: ${box?.height} px`);
  }
  assert.deepEqual(await smallLetters(page, '.absence-how b, .absence-how span, .legend span'), []);
  await close();
});

test('with everything shown it has no axe-core violation, no style attribute, and fits 320 px', async () => {
  const { figure, errors, close } = await opened({ reducedMotion: 'reduce' });
  assert.deepEqual(await axeViolationsInBoth(figure), []);
  await showAll(figure);
  await assertSound(figure);
  assert.deepEqual(errors, []);
  await close();
});

test('the table says the same as the picture', async () => {
  const { figure, close } = await opened();
  await comeBack(figure);
  await figure.getByRole('button', { name: 'as a table' }).click();
  const rows = await figure.locator('.twin').first().locator('tbody tr').allInnerTexts();
  assert.equal(rows.length, 20);
  assert.match(rows[0], /session:9c3a…\s+deleted\s+3\.0 min after C left\s+hints/);
  assert.equal(rows.filter((row) => /hints/.test(row)).length, 15);
  assert.equal(rows.filter((row) => /Merkle trees/.test(row)).length, 5);
  const tried = await figure.locator('.twin').nth(1).locator('tbody tr').allInnerTexts();
  assert.deepEqual(
    tried.map((row) => row.split(/\s+/).filter(Boolean).join(' ')),
    ['4 hours 0 0 15 5 0'],
  );
  await close();
});

test('each press is said aloud once', async () => {
  const { figure, close } = await opened();
  const heardAfter = await listenTo(figure);
  assert.equal(await figure.locator('[role="status"], [role="alert"], [aria-live]').count(), 1);
  for (const name of ['bring C back', 'a longer absence', 'run every length']) {
    const heard = await heardAfter(() => figure.getByRole('button', { name }).click());
    assert.equal(heard.length, 1, `${name}: ${heard.join(' | ')}`);
  }
  const heard = await heardAfter(() => figure.getByRole('button', { name: 'reset' }).click());
  assert.deepEqual(heard.length, 1, heard.join(' | '));
  await close();
});

test('a long table is closed where it begins as well, and the copied link is said', async () => {
  const { page, figure, close } = await opened(phone);
  await comeBack(figure);
  const toggle = figure.getByRole('button', { name: 'as a table' });
  await toggle.tap();
  const early = figure.getByRole('button', { name: 'close the table' });
  const [top, table] = [await early.boundingBox(), await figure.locator('.twin').first().boundingBox()];
  assert.ok(top && table && top.y + top.height <= table.y + 1);
  await early.tap();
  assert.equal(await figure.locator('.twin').count(), 0);
  await untilFocused(page, /^as a table$/);
  await figure.getByRole('button', { name: 'copy link' }).tap();
  await page.waitForFunction(() => location.hash.includes('fig=absence'));
  if (await figure.getByText('link copied').count())
    assert.equal(await page.locator('.page-status').innerText(), 'The link was copied.');
  await close();
});

test('a copied link shows the same in another window', async () => {
  const first = await opened();
  await comeBack(first.figure);
  await turnTo(first.figure, 4, '5 s');
  const words = (/** @type {Locator} */ figure) =>
    figure.evaluate((element) =>
      ['.absence-is', '.news', '.legend', '.absence-how'].map((part) =>
        element.querySelector(part)?.textContent?.replace(/\s+/g, ' '),
      ),
    );
  await first.figure.getByRole('button', { name: 'copy link' }).click();
  await first.page.waitForFunction(() => location.hash.includes('fig=absence'));
  const second = await opened({}, `${path}${await first.page.evaluate(() => location.hash)}`);
  await said(second.figure, 'C was away for 5 s');
  await second.figure.locator('.legend').getByText('Merkle trees').waitFor();
  await settled(second.figure);
  assert.deepEqual(await words(second.figure), await words(first.figure));
  await second.close();
  await first.close();
});

test('without scripts the page has the picture, and a table of every length', async () => {
  const { page, close } = await site.open(path, { javaScriptEnabled: false });
  const text = await page.locator('main').innerText();
  assert.match(text, /C is away\. 20 records were changed in these 4 hours/);
  assert.match(text, /What Fig 6-9 shows: who brought the changes/);
  const rows = await page.locator('.twin').first().locator('tbody tr').allInnerTexts();
  assert.equal(rows.length, 18);
  await close();
});

test('the questions in the folds measure what their marks are compared with', async () => {
  const { page, errors, close } = await site.open(path);
  for (const [fold, measured] of /** @type {const} */ ([
    ['How long is too long?', 'Measured: 19.'],
    ['A rumour among a thousand machines', 'Measured: 18.'],
  ])) {
    const folded = page.locator('details.fold').filter({ hasText: fold }).first();
    await folded.locator('summary').click();
    await folded.locator('input[type="range"]').focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await folded.locator('.truth').getByText(measured).waitFor();
  }
  assert.deepEqual(errors, []);
  await close();
});
