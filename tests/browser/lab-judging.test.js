/**
 * The lab as a judge, in the page and without a pointer: the verdict, why, a run that breaks a promise, a challenge from
 * its choice to its goal. Each of these states passes axe-core, light and dark, and fits 320 px.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeViolations, axeViolationsInBoth } from '../lib/axe.js';
import { readyLab, standOf, useSite } from '../lib/browser.js';
import { focused, tabTo, untilFocused } from '../lib/keyboard.js';

/** @import { Page } from 'playwright-core' */

const site = useSite();
const lab = '/labs/quorum-playground/';

/** @param {Page} page */
const task = (page) => page.getByRole('region', { name: 'Task' });

/** Opened, with the read of the story answered, by keyboard. @param {Parameters<typeof site.open>[1]} [options] */
async function answered(options) {
  const opened = await site.open(lab, { reducedMotion: 'reduce', ...options });
  await readyLab(opened.page);
  await tabTo(opened.page, /^cannot tell$/);
  await opened.page.keyboard.press('Enter');
  await opened.page.getByText('A promise was broken:').waitFor();
  return opened;
}

/** Of the engine's parts that are loaded late. @param {string[]} requests */
const scripts = (requests) => requests.filter((url) => url.endsWith('.js')).length;

/** Adds nothing to the address bar of a phone. @param {Page} page */
async function fits(page) {
  await page.setViewportSize({ width: 320, height: 700 });
  const width = await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return document.documentElement.scrollWidth;
  });
  assert.ok(width <= 320, `it needs ${width} px`);
  await page.setViewportSize({ width: 1280, height: 900 });
}

test('the verdict, and why: read, stepped to and closed by keyboard', async () => {
  const { page, errors, close } = await answered();
  await tabTo(page, /^show me why$/);
  await page.keyboard.press('Enter');
  await untilFocused(page, /^Why: A read missed a write/);
  const why = page.getByRole('region', { name: 'Why' });
  await why.getByText('It cannot come before client 1’s put x = 1 either').waitFor();
  await page
    .locator('quorum-playground [role=status]')
    .filter({ hasText: 'First client 1’s put' })
    .waitFor({ state: 'attached' });
  const end = await standOf(page);
  await tabTo(page, /^go to 7\.5 ms, when client 2 asked$/);
  await page.keyboard.press('Enter');
  await why.getByRole('button', { name: 'back to where you were' }).waitFor();
  assert.ok((await standOf(page)).position < end.position);
  await tabTo(page, /^back to where you were$/);
  await page.keyboard.press('Enter');
  await page.getByText('A promise was broken:').waitFor();
  assert.deepEqual(await standOf(page), end);
  await tabTo(page, /^close$/);
  await page.keyboard.press('Enter');
  await untilFocused(page, /^show me why$/);
  assert.deepEqual(errors, []);
  await close();
});

test('a run that breaks a promise is looked for, opened and left by keyboard', async () => {
  const { page, errors, close } = await answered();
  const mine = await standOf(page);
  await tabTo(page, /^all promises: /);
  await page.keyboard.press('Enter');
  await tabTo(page, /^find a run that breaks it: monotonic reads$/);
  await page.keyboard.press('Enter');
  await task(page).getByText('and made smaller').waitFor();
  await untilFocused(page, /A promise was broken: you can see new, then old/);
  for (const box of await page.getByLabel('key', { exact: true }).all())
    assert.equal(await box.inputValue(), 'k1');
  assert.notEqual((await standOf(page)).hash, mine.hash);
  await tabTo(page, /^Return to my run$/);
  await page.keyboard.press('Enter');
  await task(page).getByText('Client 2 was told').waitFor();
  assert.deepEqual(await standOf(page), mine);
  assert.deepEqual(errors, []);
  await close();
});

test('on a phone the answer stays in view with what is said of it; the explanation fits; boxes have labels', async () => {
  const { page, errors, close } = await site.open(lab, {
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
    reducedMotion: 'reduce',
  });
  await readyLab(page);
  await page.getByRole('button', { name: 'cannot tell' }).tap();
  await page.getByText('A promise was broken:').waitFor();
  await page.waitForTimeout(300);
  const box = async (/** @type {string} */ part) =>
    (await page.locator('quorum-playground').locator(part).last().boundingBox()) ?? assert.fail(part);
  const time = await box('.time');
  const asked = await box('.client');
  assert.ok(asked.y >= 0 && asked.y + asked.height <= time.y, 'the answered call');
  assert.ok((await box('.verdict')).y + 60 <= time.y, 'the first line of the verdict');
  await page.getByRole('button', { name: 'show me why' }).tap();
  const twin = page.getByRole('region', { name: 'The calls in question' });
  await twin.waitFor();
  assert.ok(
    await twin.evaluate((element) => element.scrollWidth <= element.clientWidth),
    'no sideways scrolling',
  );
  assert.equal(await twin.getByRole('columnheader', { includeHidden: true }).count(), 5);
  await page.getByRole('switch', { name: 'all controls' }).tap();
  for (const name of ['key', 'value']) {
    const word = await page.locator('.hands label span', { hasText: name }).first().boundingBox();
    assert.ok(word && word.width > 10 && word.height > 8, `${name} says what it is`);
  }
  assert.deepEqual(errors, []);
  await close();
});

test('challenge 1, from its choice to the goal, needs no pointer', async () => {
  const { page, errors, requests, close } = await site.open(lab, { reducedMotion: 'reduce' });
  await readyLab(page);
  const before = scripts(requests);
  await tabTo(page, /^challenges$/);
  await page.keyboard.press('Enter');
  await untilFocused(page, /^Challenges: a goal/);
  assert.ok(scripts(requests) > before, 'it was not loaded before it was wanted');
  await tabTo(page, /^Start: Miss it$/);
  await page.keyboard.press('Enter');
  await untilFocused(page, /^Miss it\./);
  for (const machine of ['A', 'C']) {
    await tabTo(page, new RegExp(`^In flight from client 1 to ${machine}: x = 1\\. Menu`));
    await page.keyboard.press('Enter');
    await untilFocused(page, /^hold$/);
    await page.keyboard.press('Enter');
    // The focus is on the message again.
    await untilFocused(page, new RegExp(`to ${machine}: x = 1\\. It will be held at the door`));
  }
  await task(page).getByText('Used: 2 of 3').waitFor();
  assert.equal(await task(page).getByText('not judged yet').count(), 1);
  await tabTo(page, /^Forward one event$/);
  for (let i = 0; i < 20 && (await task(page).getByText('not judged yet').count()) === 1; i++) {
    const { position } = await standOf(page);
    await page.keyboard.press('Enter');
    // Or the run has been judged meanwhile, and the key was pressed where the goal is told.
    await page.waitForFunction((position) => {
      const element = /** @type {any} */ (document.querySelector('quorum-playground'));
      return element.position > position || element.lab.challenge.grade !== null;
    }, position);
    await page.waitForTimeout(150);
  }
  await untilFocused(page, /^Goal met$/);
  const result = page.getByRole('group', { name: 'Goal met' });
  assert.match(await result.innerText(), /with two actions\s*: earned\s+with one action\s*: not earned/);
  await page.keyboard.press('Tab');
  await untilFocused(page, /^Copy the link to hand in$/);
  assert.deepEqual(await axeViolations(page), []);
  await page.context().grantPermissions(['clipboard-write']);
  await page.keyboard.press('Enter');
  await result.getByText('copied', { exact: true }).waitFor();
  await page.getByRole('button', { name: /^Held on its way from client 1 to A/ }).waitFor();
  assert.deepEqual(errors, []);
  await close();
});

test('while a challenge is on, what is locked says so and does nothing; the answer is not one button away', async () => {
  const { page, close } = await site.open(lab, { reducedMotion: 'reduce' });
  await readyLab(page);
  await page.getByRole('switch', { name: 'all controls' }).click();
  await page.getByRole('button', { name: 'challenges', exact: true }).click();
  await page.getByRole('button', { name: 'Start: Miss it' }).click();
  await page.getByText('locked in this challenge').waitFor();
  const more = page.getByRole('button', { name: 'R more, now 1' });
  assert.equal(await more.getAttribute('aria-disabled'), 'true');
  await more.click({ force: true });
  await page.getByRole('button', { name: 'R more, now 1' }).waitFor();
  for (const name of [/^put, as/, /Menu of machine/, /find a run/, /Try 100/])
    assert.equal(await page.getByRole('button', { name }).count(), 0, String(name));
  await close();
});

test('the element opens on a challenge when its attribute says so, with the luck of its student', async () => {
  const host = await site.openHost(
    `<script src="${site.origin}/systemsim-labs.js"></script>
     <quorum-playground challenge="miss-it" student="Ada"></quorum-playground>`,
    { reducedMotion: 'reduce' },
  );
  await readyLab(host.page);
  await host.page.getByText('The luck of this run belongs to Ada.').waitFor();
  assert.deepEqual(host.errors, []);
  await host.close();
});

test('verdict, why, found run and challenges have no axe-core violation and fit 320 px', async () => {
  const { page, errors, close } = await answered();
  await page.getByRole('button', { name: /^all promises/ }).click();
  await page.getByRole('button', { name: 'show me why', exact: true }).click();
  await untilFocused(page, /^Why/);
  assert.deepEqual(await axeViolationsInBoth(page), []);
  await fits(page);
  await page.getByRole('button', { name: 'find a run that breaks it: monotonic reads' }).click();
  await task(page).getByText('and made smaller').waitFor();
  assert.deepEqual(await axeViolationsInBoth(page), []);
  await fits(page);
  await page.getByRole('button', { name: 'challenges', exact: true }).click();
  await page.getByRole('button', { name: 'Start: Miss it' }).waitFor();
  assert.deepEqual(await axeViolationsInBoth(page), []);
  await fits(page);
  await page.getByRole('button', { name: 'Start: Miss it' }).click();
  const message = page.getByRole('button', { name: /^In flight from client 1 to C/ });
  await message.click();
  await untilFocused(page, /^hold$/);
  assert.deepEqual(await axeViolationsInBoth(page), []);
  await page.getByRole('menuitem', { name: 'hold' }).click();
  await untilFocused(page, /It will be held/);
  await page.getByRole('button', { name: 'as a table' }).click();
  await page.getByText('in flight, to be held at the door').waitFor();
  assert.deepEqual(await axeViolationsInBoth(page), []);
  await fits(page);
  assert.notEqual(await focused(page), '');
  assert.deepEqual(errors, []);
  await close();
});
