/** Sentences that run, and questions: by keyboard, by pointer, by finger, said aloud once, and free until they are used. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { questionHtml } from '../../web/build/claim-html.mjs';
import { readDefinitions } from '../../web/build/claims.mjs';
import { axeViolations, axeViolationsInBoth } from '../lib/axe.js';
import { dist, useSite } from '../lib/browser.js';
import { root } from '../lib/files.js';

/** @import { Page } from 'playwright-core' */

const site = useSite();

/** Everything that the live regions inside an element have said, in order. @param {Page} page @param {string} selector */
async function listen(page, selector) {
  await page.evaluate((selector) => {
    const said = /** @type {string[]} */ ([]);
    Object.assign(window, { said });
    new MutationObserver(() => {
      for (const region of document.querySelectorAll(`${selector} [role=status]`)) {
        const text = region.textContent?.trim() ?? '';
        if (text && said.at(-1) !== text) said.push(text);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  }, selector);
  return () => page.evaluate(() => /** @type {any} */ (window).said);
}

const mark = (/** @type {Page} */ page) => page.locator('.claim-mark').first();
const panel = (/** @type {Page} */ page) => page.locator('.claim-panel');

/** Tabs until the first mark has the focus. @param {Page} page */
async function tabToMark(page) {
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press('Tab');
    if (await mark(page).evaluate((element) => element === document.activeElement)) return;
  }
  assert.fail('the mark cannot be reached by Tab');
}

test('a claim opens on Enter, runs again with other luck, says its result once, and closes on Escape', async () => {
  const { page, errors, close } = await site.open('/', { reducedMotion: 'reduce' });
  const said = await listen(page, 'sim-claim');
  await tabToMark(page);
  assert.match((await mark(page).getAttribute('aria-label')) ?? '', /^Checked: [\d.]+\u00a0%\. See the run$/);
  await page.keyboard.press('Enter');
  await panel(page).getByText('Measured when this page was built').waitFor();
  assert.equal(await mark(page).getAttribute('aria-expanded'), 'true');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('.claim-rerun').waitFor();
  assert.match(
    await page.locator('.claim-rerun').innerText(),
    /^Seeds 101 to 200: [\d.]+\u00a0%\. ✓ Right again\.$/,
  );
  assert.deepEqual(await said(), [(await page.locator('.claim-rerun').innerText()).replace('✓ ', '')]);
  assert.deepEqual(await axeViolations(page), []);
  await page.keyboard.press('Escape');
  await panel(page).waitFor({ state: 'detached' });
  assert.ok(await mark(page).evaluate((element) => element === document.activeElement));
  // The next run takes seeds that were not tried yet.
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('Seeds 201 to 300:').last().waitFor();
  assert.deepEqual(errors, []);
  await close();
});

test('a pop-up says of what its number is, and on a small screen all of it is brought into sight', async () => {
  const { page, close } = await site.open('/07-failure-handling/', {
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  const wrong = page.locator('sim-claim[claim=hints-expire] .claim-mark');
  // At the lower edge of the screen.
  await wrong.evaluate((element) => element.scrollIntoView({ block: 'end' }));
  await wrong.tap();
  await panel(page)
    .getByText('What is measured: hints that were handed over, for one run on average.')
    .waitFor();
  const words = await panel(page).innerText();
  assert.match(words, /To be right the sentence would need exactly 0\./);
  assert.match(words, /Measured when this page was built: 15\./);
  await page.waitForFunction(() => {
    const box = document.querySelector('.claim-panel')?.getBoundingClientRect();
    return box && box.top >= 0 && box.bottom <= innerHeight;
  });
  const box = await wrong.boundingBox();
  assert.ok(box && box.width >= 24 && box.height >= 24, JSON.stringify(box));
  await close();
});

test('under the pointer it opens and goes again, a press keeps it, a press elsewhere closes it', async () => {
  const { page, close } = await site.open('/', { reducedMotion: 'reduce' });
  await mark(page).scrollIntoViewIfNeeded();
  await mark(page).hover();
  assert.equal(await panel(page).count(), 0, 'a pointer that only passes opens nothing');
  await panel(page).getByText('Measured when this page was built').waitFor();
  // On the way to the panel the pointer is over neither; it stays.
  await panel(page).hover();
  await page.waitForTimeout(500);
  assert.equal(await panel(page).count(), 1);
  await page.mouse.move(5, 5);
  await panel(page).waitFor({ state: 'detached' });
  await mark(page).click();
  await page.mouse.move(5, 5);
  await page.waitForTimeout(500);
  assert.equal(await panel(page).count(), 1);
  await page.mouse.click(5, 5);
  await panel(page).waitFor({ state: 'detached' });
  await close();
});

test('focus alone marks the sentence and covers nothing', async () => {
  const { page, close } = await site.open('/', { reducedMotion: 'reduce' });
  const sentence = page.locator('.claim-sentence').first();
  const shade = () => sentence.evaluate((element) => getComputedStyle(element).backgroundColor);
  const before = await shade();
  await tabToMark(page);
  await page.waitForTimeout(500);
  assert.equal(await panel(page).count(), 0);
  assert.notEqual(await shade(), before);
  await close();
});

test('one tap opens it and keeps it open, the next closes it', async () => {
  const { page, close } = await site.open('/labs/quorum-playground/', {
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  await mark(page).tap();
  await panel(page).getByText('Measured when this page was built').waitFor();
  await page.waitForTimeout(700);
  assert.equal(await panel(page).count(), 1);
  await mark(page).tap();
  await panel(page).waitFor({ state: 'detached' });
  await close();
});

test('a run can be stopped, and asked for again', async () => {
  const { page, close } = await site.open('/labs/quorum-playground/', { reducedMotion: 'reduce' });
  await mark(page).click();
  await page.getByRole('button', { name: 'run it again with other luck' }).click();
  await page.getByRole('progressbar', { name: 'The run' }).waitFor();
  await panel(page).getByRole('button', { name: 'stop' }).click();
  await panel(page).getByRole('progressbar').waitFor({ state: 'detached' });
  assert.equal(await page.locator('.claim-rerun').count(), 0);
  await page.getByRole('button', { name: 'run it again with other luck' }).click();
  await page.locator('.claim-rerun').waitFor();
  await close();
});

test('a sentence that is wrong says so, and its run does', async () => {
  const { page, close } = await site.open('/labs/quorum-playground/', { reducedMotion: 'reduce' });
  const wrong = page.locator('.claim-mark.wrong');
  assert.match((await wrong.getAttribute('aria-label')) ?? '', /^This sentence is wrong: .*See the run$/);
  await wrong.click();
  await panel(page).getByText('This sentence is wrong, and here is the run.').waitFor();
  await page.getByRole('button', { name: 'run it again with other luck' }).click();
  await page.getByText('Wrong again.').first().waitFor();
  await close();
});

test('an open claim has no axe-core violation and fits 320 px', async () => {
  const viewport = { width: 320, height: 800 };
  const { page, close } = await site.open('/labs/quorum-playground/', {
    viewport,
    reducedMotion: 'reduce',
  });
  await mark(page).click();
  await panel(page).getByText('Measured when this page was built').waitFor();
  assert.deepEqual(await axeViolationsInBoth(page), []);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
  await close();
});

test('a finger finds the mark in 44 px, and the line is as high as without it', async () => {
  const { page, close } = await site.open('/', {
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  await mark(page).scrollIntoViewIfNeeded();
  const reached = await mark(page).evaluate((element) => {
    const box = element.getBoundingClientRect();
    const middle = box.top + box.height / 2;
    const hits = (/** @type {number} */ x, /** @type {number} */ y) =>
      document.elementFromPoint(x, y) === element;
    return (
      hits(box.left + 1, middle - 21) && hits(box.left + 42, middle - 21) && hits(box.left + 42, middle + 21)
    );
  });
  assert.ok(reached);
  const heights = await page.evaluate(() => {
    const paragraph = /** @type {HTMLElement} */ (document.querySelector('p:has(sim-claim)'));
    const before = paragraph.offsetHeight;
    for (const element of paragraph.querySelectorAll('.claim-mark')) element.remove();
    return [before, paragraph.offsetHeight];
  });
  assert.equal(heights[0], heights[1]);
  await close();
});

test('before anybody asks, claims and questions fetch nothing and start no engine', async () => {
  const { page, requests, close } = await site.open('/');
  await page.waitForFunction(() => customElements.get('sim-claim') && customElements.get('sim-question'));
  await page.waitForLoadState('networkidle');
  assert.deepEqual(
    requests.filter((url) => /assets\/(claims|questions)\//.test(url)),
    [],
  );
  await close();
});

test('each answer to a question is run, judged by its run, and said once; all by keyboard', async () => {
  const { page, errors, close } = await site.open('/', { reducedMotion: 'reduce' });
  const question = page.locator('sim-question');
  const said = await listen(page, 'sim-question');
  const choose = async (/** @type {string} */ name) => {
    const button = question.getByRole('button', { name, exact: true });
    await button.focus();
    await page.keyboard.press('Enter');
    await question.locator('.truth b').waitFor();
    assert.equal(await button.getAttribute('aria-pressed'), 'true');
    return question.locator('.truth').innerText();
  };
  assert.match(
    await choose('any 2'),
    /^Not so\. The engine pulled every pair of plugs and asked: 100\u00a0% of the reads/,
  );
  assert.match(await choose('any 3'), /^Not so\..* 90\u00a0% of the reads were still answered/);
  assert.match(await choose('the 3 that hold it'), /^So it is\./);
  assert.match(await choose('not sure'), /^Nobody has to know\. .* 90\u00a0%/);
  // What is heard is what is seen: there is no second copy of it.
  assert.equal(await question.locator('[role=status], [aria-live], output').count(), 1);
  assert.equal(
    await question.getByText(/90\u00a0%/).count(),
    await question
      .locator('.truth')
      .getByText(/90\u00a0%/)
      .count(),
  );
  const heard = await said();
  assert.equal(heard.length, 4, heard.join('\n'));
  assert.deepEqual(await axeViolations(question), []);
  assert.deepEqual(errors, []);
  await close();
});

/** The overview with one more question above its text. @param {string} id @param {{from: string, seedOffset: number}} [recalled] */
async function openAsking(id, recalled) {
  const questions = readDefinitions('questions', join(root, 'content'));
  const asked = questionHtml(questions.get(id), recalled);
  const html = readFileSync(join(dist, 'index.html'), 'utf8').replace('<p class="lede">', `${asked}$&`);
  const opened = await site.open('/', {
    reducedMotion: 'reduce',
    before: (page) =>
      page.route(/\/$/, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html })),
  });
  return { ...opened, question: opened.page.locator(`sim-question[question=${id}]`).first() };
}

test('a question that is asked again says where it comes from, and is run with other seeds', async () => {
  const recalled = { from: '05 · Consistency', seedOffset: 7_000_000 };
  const { page, question, errors, close } = await openAsking('fresh-at-once', recalled);
  const fold = page.locator('.fold').filter({ has: question });
  assert.match(
    await fold.innerText(),
    /^Before you go on: a question again from 05 · Consistency, with another seed$/,
    'it waits until it is opened',
  );
  await fold.locator('summary').click();
  assert.equal(await question.evaluate((element) => /** @type {any} */ (element).seedOffset), 7_000_000);
  await question.getByRole('button', { name: 'not sure' }).click();
  await question.locator('.truth b').waitFor();
  assert.match(await question.locator('.truth').innerText(), /^Nobody has to know\. Measured: 4\d\.\d/);
  assert.deepEqual(await axeViolations(question), []);
  assert.deepEqual(errors, []);
  await close();
});

test('a line is marked by keyboard: arrows move the mark, Enter guesses, the distance is shown and said once', async () => {
  const { page, question, errors, close } = await openAsking('fresh-at-once');
  const said = await listen(page, 'sim-question');
  const line = question.getByRole('slider', { name: /What share of such reads is fresh/ });
  assert.equal(await line.getAttribute('aria-valuetext'), 'no mark yet');
  const guess = question.getByRole('button', { name: 'this is my guess' });
  assert.equal(
    await guess.getAttribute('aria-disabled'),
    'true',
    'a thumb that nobody has put there is no mark',
  );
  assert.match(
    await guess.evaluate(
      (button) => document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent ?? '',
    ),
    /^move the mark first$/,
  );
  await guess.press('Enter');
  assert.ok(await line.evaluate((input) => input === document.activeElement), 'where the mark is moved');
  assert.equal(await question.locator('.truth').count(), 0);
  await line.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await question.getByText('95\u00a0%', { exact: true }).waitFor();
  assert.equal(await line.getAttribute('aria-valuetext'), '95\u00a0%');
  assert.equal(await question.locator('.truth').count(), 0, 'a mark on its way is no guess');
  await page.keyboard.press('Enter');
  await question.locator('.truth b').waitFor();
  assert.match(
    await question.locator('.truth').innerText(),
    /^Your mark: 95\u00a0%\. Measured: 43\.5\u00a0%\. That is 51\.5\u00a0percentage points too much\. .*The thought behind it: /s,
  );
  const lane = question.locator('.lane-line');
  assert.equal(await lane.locator('.guess').getAttribute('d'), 'M950 0L950 100');
  assert.match((await lane.locator('.roll').getAttribute('d')) ?? '', /^M43[45]/);
  assert.equal(await lane.locator('.distance').count(), 1);
  await page.keyboard.press('Home');
  await question.locator('.truth').waitFor({ state: 'detached' });
  for (let i = 0; i < 9; i++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await question.getByText('As near as the line allows').first().waitFor();
  assert.equal(await question.getByText('The thought behind it').count(), 0);
  assert.equal((await said()).length, 2, (await said()).join('\n'));
  await question.getByRole('button', { name: 'not sure' }).press('Enter');
  await question.getByText('Nobody has to know. Measured: 43.5').first().waitFor();
  assert.deepEqual(await axeViolations(question), []);
  assert.deepEqual(errors, []);
  await close();
});

test('one press on the line is a guess, and a mark near the truth is told so', async () => {
  const { question, close } = await openAsking('fresh-at-once');
  const box = (await question.getByRole('slider').boundingBox()) ?? assert.fail('no line');
  await question.getByRole('slider').click({ position: { x: box.width * 0.45, y: box.height / 2 } });
  await question.locator('.truth b').waitFor();
  assert.match(
    await question.locator('.truth').innerText(),
    /^Your mark: 45\u00a0%\. .* As near as the line allows\./,
  );
  await close();
});

test('a question is no gate: without any answer the figure below it works', async () => {
  const { page, close } = await site.open('/');
  const figure = page.locator('sim-figure[name=contract]');
  await figure.scrollIntoViewIfNeeded();
  await figure.getByRole('button', { name: 'get', exact: true }).click();
  await figure.locator('.answer').getByText('1747327200').waitFor();
  await close();
});

test('without JavaScript and in print the sentences stand, the options are listed, and nothing covers the text', async () => {
  const { page, close } = await site.open('/', { javaScriptEnabled: false });
  assert.match(
    await page.locator('sim-claim').first().innerText(),
    /^With all seven lamps lit .* \d[\d.]*\u00a0% of the reads/,
  );
  assert.equal(await page.locator('sim-question .choice:visible').count(), 5);
  assert.match(await page.locator('sim-question').innerText(), /runs each of these answers in its engine/);
  await close();
  const live = await site.open('/', { reducedMotion: 'reduce' });
  await mark(live.page).click();
  await panel(live.page).waitFor();
  await live.page.emulateMedia({ media: 'print' });
  assert.equal(await panel(live.page).isVisible(), false);
  await live.close();
});

test('when the run behind a claim does not arrive, it says so, and asks again the next time', async () => {
  const { page, close } = await site.open('/', { reducedMotion: 'reduce' });
  await page.route('**/assets/claims/**', (route) => route.abort());
  await mark(page).click();
  await panel(page).getByText('did not arrive').waitFor();
  await page.unroute('**/assets/claims/**');
  await mark(page).click();
  await mark(page).click();
  await panel(page).getByText('Measured when this page was built').waitFor();
  await close();
});
