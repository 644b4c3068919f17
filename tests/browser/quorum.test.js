/** Fig 6-7 in the page: by keyboard, by touch on a phone, said aloud, from a link, on paper, and on into the lab. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeViolationsInBoth } from '../lib/axe.js';
import { assertFits, listenTo, readyLab, settled, smallLetters, useSite } from '../lib/browser.js';
import { focused, tabTo, untilFocused } from '../lib/keyboard.js';

/** @import { Locator, Page } from 'playwright-core' */

const site = useSite();
const path = '/05-consistency-quorum/';

/** @param {Parameters<typeof site.open>[1]} [options] */
async function opened(options, address = path) {
  const all = await site.open(address, options);
  const figure = all.page.locator('sim-figure[name="quorum"]');
  await figure.scrollIntoViewIfNeeded();
  await all.page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('sim-figure[name="quorum"]')).state === 'ready',
  );
  return { ...all, figure };
}

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

/** @param {Locator} figure @param {string} name */
const copyNamed = (figure, name) => figure.getByRole('button', { name: new RegExp(`^copy ${name},`) });

/** @param {Locator} figure @param {Locator} target */
async function press(figure, target) {
  await target.click();
  await settled(figure);
}

/** Each copy in turn, as soon as the one before is seen. @param {Locator} figure @param {string} names */
async function give(figure, names) {
  for (const name of names) await press(figure, copyNamed(figure, name));
}

/** Everything that the figure can show: the third step, won and mended, with its tables. @param {Locator} figure */
async function showAll(figure) {
  await give(figure, 'AB');
  await press(figure, figure.getByRole('button', { name: 'now with W = R = 2' }));
  await give(figure, 'ABCA');
  await figure.getByRole('button', { name: 'try the rest' }).click();
  await figure.getByText('9 of 9 ways tried, 0 missed').waitFor();
  await press(figure, figure.getByRole('button', { name: 'and a write that is not finished?' }));
  await give(figure, 'AABBC');
  await figure.getByText('New, then old.').first().waitFor();
  await figure.getByRole('button', { name: 'as a table' }).click();
}

test('the whole story by keyboard: a miss, nowhere to miss, new then old, and written back', async () => {
  const { page, figure, errors, close } = await opened();
  const press = async (/** @type {RegExp} */ name, key = 'Enter') => {
    await tabTo(page, name);
    await page.keyboard.press(key);
    await settled(figure);
  };
  const back = async (/** @type {RegExp} */ name) => {
    while (!name.test(await focused(page))) await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
  };
  const said = (/** @type {string} */ words) => figure.locator('.outcome').getByText(words).first().waitFor();
  await press(/let the write in$/);
  await said('Client 1 was told “saved”');
  await press(/^copy B/);
  await said('The read missed a finished write');
  assert.equal(
    await figure.locator('.signed').count(),
    0,
    'no word of the checker before the step that needs it',
  );
  for (const line of await figure.locator('.glyph .shape-line').all())
    assert.match(await line.evaluate((path) => getComputedStyle(path).stroke), /^rgb/, 'a shape is drawn');
  await press(/^now with W = R = 2/);
  await said('The write stands at all three doors');
  await untilFocused(page, /^W = R = 2$/);
  await press(/^copy A/);
  await said('A has the write.');
  await press(/^copy B/);
  await said('Now client 2 reads');
  await press(/^copy C/);
  await said('so far client 2 misses it');
  await back(/^copy B/);
  await said('B is in both');
  await press(/^and a write/);
  await said('others read');
  await press(/^copy A/);
  await said('Client 1 has been told nothing');
  await page.keyboard.press('Enter');
  await said('So client 2 will be told “on”');
  await press(/^copy B/);
  await said('Client 2 was told “on”');
  await page.keyboard.press('Enter');
  await said('so far client 3 misses it');
  await press(/^copy C/);
  await said('New, then old.');
  assert.match(await figure.locator('.signed').innerText(), /regular: held twice[\s\S]*linearizable: broken/);
  await press(/^readers write back/, 'Space');
  await said('New, and new it stays.');
  assert.match(await figure.locator('.signed').innerText(), /linearizable: held twice/);
  assert.deepEqual(errors, []);
  await close();
});

test('the first thing to press is what the figure is about, and whoever comes too early is told so', async () => {
  const { figure, close } = await opened();
  assert.deepEqual(await figure.locator('.deed').allInnerTexts(), Array(3).fill('let the write in'));
  assert.equal(await figure.locator('.btn').count(), 0, 'nothing else asks to be pressed');
  const reader = figure.locator('.client').last();
  assert.equal(await reader.getAttribute('aria-disabled'), 'true');
  assert.match(await reader.innerText(), /reads after the write/);
  await reader.click({ force: true });
  assert.equal(
    await figure.locator('.client[aria-pressed="true"]').innerText(),
    await figure.locator('.client').first().innerText(),
  );
  await give(figure, 'C');
  assert.equal(await figure.locator('.copy[aria-pressed]').count(), 0, 'the name says what a press does');
  await figure.locator('.client').first().click();
  await figure.getByRole('button', { name: /^copy C, .*: take back$/ }).waitFor();
  await reader.click();
  await reader.and(figure.locator('[aria-pressed="true"]')).waitFor();
  await close();
});

test('the way to the next step opens with what this one is about, and what is said agrees with the picture', async () => {
  const { figure, close } = await opened();
  const next = figure.locator('.outcome .btn');
  await give(figure, 'AA');
  await figure.getByText('no miss').waitFor();
  assert.equal(await next.count(), 0, 'nothing was missed yet');
  await give(figure, 'B');
  await press(figure, next);
  await give(figure, 'ABC');
  assert.equal(await next.count(), 0);
  await give(figure, 'A');
  await press(figure, next);
  await give(figure, 'AAB');
  const [first, second] = [1, 2].map((at) => figure.locator('.client').nth(at));
  assert.match(await first.innerText(), /change its copies/);
  assert.match(await second.innerText(), /you choose for it/);
  await give(figure, 'BC');
  assert.match(await figure.locator('.client').first().innerText(), /told nothing yet: 1 of 2/);
  await figure.locator('.outcome').getByText('Client 1 has been told nothing yet').waitFor();
  await figure.getByRole('switch').click();
  await figure.getByText('New, and new it stays.').waitFor();
  const order = [
    'client 2 reads, 20.0 ms',
    'client 2 writes back, before it is answered',
    'client 3 reads, 30.0 ms',
  ];
  assert.deepEqual(await figure.locator('.round').allInnerTexts(), order);
  await figure.getByRole('button', { name: 'reset' }).click();
  await figure.getByText('The write stands at all three doors').waitFor();
  assert.equal(
    await figure.locator('.segmented [aria-pressed="true"]').innerText(),
    'unfinished',
    'reset stays in its step',
  );
  await figure.getByText('This step begins again.').waitFor();
  assert.match(
    await figure.locator('.look').innerText(),
    /^This step begins again\. New in this step: the write has reached one copy and is not finished/,
  );
  await close();
});

test('on a phone the names of the steps stand in one line', async () => {
  const { page, figure, close } = await opened(phone);
  for (const width of [320, 360]) {
    await page.setViewportSize({ width, height: 740 });
    for (const tab of await figure.locator('.segmented button').all()) {
      const lines = await tab.evaluate((button) => {
        const range = document.createRange();
        range.selectNodeContents(button);
        return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
      });
      assert.equal(lines, 1, `${await tab.innerText()} at ${width} px`);
    }
  }
  await close();
});

test('each press is said aloud once', async () => {
  const { figure, close } = await opened();
  const heardAfter = await listenTo(figure);
  for (const [name, words] of /** @type {[string, RegExp][]} */ ([
    ['A', /^Client 1 was told “saved” at [\d.]+ ms\. Now client 2 reads/],
    ['B', /^The read missed a finished write: it is stale\./],
    ['C', /^The read missed .* copy C did not have the write/],
    ['A', /no miss/],
  ])) {
    const heard = await heardAfter(() => copyNamed(figure, name).click());
    assert.equal(heard.length, 1, heard.join(' | '));
    assert.match(heard[0], words);
  }
  await close();
});

test('with everything shown it has no axe-core violation, no style attribute, and fits 320 px', async () => {
  const { page, figure, errors, close } = await opened({ reducedMotion: 'reduce' });
  await showAll(figure);
  assert.deepEqual(await axeViolationsInBoth(figure), []);
  for (const step of [2, 1, 0]) {
    await figure.locator('.segmented button').nth(step).click();
    assert.deepEqual(await axeViolationsInBoth(figure), []);
    assert.equal(await figure.locator('[style]').count(), 0);
    await give(figure, step === 2 ? 'AABBC' : step === 1 ? 'ABCA' : 'AB');
    for (const width of [320, 360, 768]) {
      await assertFits(page, width);
    }
  }
  assert.deepEqual(errors, []);
  await close();
});

test('on a phone whatever is pressed is 44 px high, no letter of the stage is smaller than 14 px, and a press is seen with what it does', async () => {
  const { page, figure, close } = await opened(phone);
  await showAll(figure);
  for (const target of await figure.locator('button, .in-lab').all()) {
    const box = await target.boundingBox();
    assert.ok((box?.height ?? 0) >= 44, `${await target.innerText()}: ${box?.height} px`);
  }
  const small = await smallLetters(page, '.net-stage :is(b, code, i, span, small), .slot em');
  assert.deepEqual(
    small.filter((size) => size < 13.7),
    [],
  );
  const copy = (await copyNamed(figure, 'A').boundingBox()) ?? assert.fail('no copy');
  const news = (await figure.locator('.outcome > p').boundingBox()) ?? assert.fail('no news');
  assert.ok(copy.y < news.y && news.y + news.height - copy.y < 660, `${news.y + news.height - copy.y} px`);
  await close();
});

test('a copied link shows the same in another window', async () => {
  const first = await opened();
  await showAll(first.figure);
  await first.figure.getByRole('switch').click();
  await first.figure.getByText('New, and new it stays.').first().waitFor();
  await first.figure.getByRole('button', { name: 'copy link' }).click();
  await first.page.waitForFunction(() => location.hash.includes('fig=quorum'));
  const hash = await first.page.evaluate(() => location.hash);
  const second = await opened({}, `${path}${hash}`);
  await second.figure.getByText('New, and new it stays.').first().waitFor();
  const words = (/** @type {Locator} */ figure) => figure.locator('.net').innerText();
  assert.equal(await words(second.figure), await words(first.figure));
  await second.figure.locator('.segmented button').nth(1).click();
  await second.figure.getByText('9 of 9 ways tried, 0 missed').waitFor();
  await second.figure.getByRole('button', { name: 'reset' }).click();
  await second.figure.getByText('There are 9 ways to choose').waitFor();
  await second.close();
  await first.close();
});

test('the section ends in the lab, with its run open one step before the last reader asks', async () => {
  const { page, close } = await site.open(path);
  await page.locator('a.lab').click();
  const lab = await readyLab(page);
  await lab.getByText('A run opened from a link').waitFor();
  const told = () => lab.locator('.client').allInnerTexts();
  const [one, two, three] = await told();
  assert.match(one, /client 1[\s\S]*waiting/);
  assert.match(two, /client 2[\s\S]*fresh read/);
  assert.match(three, /client 3[\s\S]*has asked nothing yet/);
  await close();
});

test('what was found in the figure goes on in the lab', async () => {
  const { page, figure, close } = await opened();
  await give(figure, 'AB');
  await figure.getByRole('link', { name: 'open this run in Lab A, just before client 2 reads' }).click();
  const lab = await readyLab(page);
  const [one, two] = await lab.locator('.client').allInnerTexts();
  assert.match(one, /client 1[\s\S]*saved/);
  assert.match(two, /client 2[\s\S]*has asked nothing yet/);
  await close();
});

test('off the screen and with reduced motion nothing moves: it stands still between presses', async () => {
  const { page, figure, close } = await opened({ reducedMotion: 'reduce' });
  await give(figure, 'A');
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('sim-figure[name="quorum"]')).state === 'paused',
  );
  const frames = await page.evaluate(async () => {
    let asked = 0;
    const own = window.requestAnimationFrame;
    window.requestAnimationFrame = (callback) => {
      asked += 1;
      return own(callback);
    };
    await new Promise((resolve) => setTimeout(resolve, 400));
    return asked;
  });
  assert.equal(frames, 0);
  await close();
});

test('on paper it is its state, without what would have to be pressed', async () => {
  const { page, figure, close } = await opened();
  await give(figure, 'AB');
  await page.emulateMedia({ media: 'print' });
  for (const gone of ['.deed', '.turn', '.in-lab', '.btn', '.tools']) {
    assert.equal(await figure.locator(`${gone}:visible`).count(), 0, gone);
  }
  assert.match(await figure.innerText(), /told “off”, stale/);
  await close();
});

test('without JavaScript every way to choose stands in a table', async () => {
  const { page, close } = await site.open(path, { javaScriptEnabled: false });
  const text = await page.locator('main').innerText();
  assert.match(text, /W = 1, R = 1\s+9\s+6\s+A \/ B · A \/ C/);
  assert.match(text, /W = 2, R = 2\s+9\s+none/);
  assert.match(text, /only read\s+on by A and B, [\d.]+ ms\s+off by B and C, [\d.]+ ms\s+no/);
  assert.match(text, /write back [^\n]*\s+on by [^\n]*\s+on by B and C, [\d.]+ ms\s+yes/);
  await close();
});
