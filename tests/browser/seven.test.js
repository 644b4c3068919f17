/** The seven questions: put down before the chapter, asked again after it, and both answers side by side. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeViolationsInBoth } from '../lib/axe.js';
import { assertFits, useSite } from '../lib/browser.js';
import { tabTo } from '../lib/keyboard.js';

/** @import { Page } from 'playwright-core' */

const site = useSite();
const before = (/** @type {Page} */ page, /** @type {string} */ id) =>
  page.locator(`then-question[question="${id}"]`);
const again = (/** @type {Page} */ page, /** @type {string} */ id) =>
  page.locator('.seven-now > div', { has: page.locator(`sim-question[question="${id}"]`) });

test('by keyboard: answers are put down, stay, and stand beside those after the chapter', async () => {
  const { page, errors, requests, close } = await site.open('/', { reducedMotion: 'reduce' });
  await tabTo(page, /^Before you begin: seven questions/);
  await page.keyboard.press('Enter');
  // On a line, and among buttons.
  await before(page, 'memory-for-a-tenth').locator('input').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await before(page, 'memory-for-a-tenth').getByText('Put down.').waitFor();
  await before(page, 'who-can-write').locator('button').first().focus();
  await tabTo(page, /^everybody$/);
  await page.keyboard.press('Enter');
  await before(page, 'who-can-write').getByText('Put down.').waitFor();
  assert.equal(await page.locator('then-question [role=status]:not(:empty)').count(), 2);
  for (const width of [320, 1280]) await assertFits(page, width);
  assert.deepEqual(await axeViolationsInBoth(page), []);
  // They are there again, and nothing was told: not what is right, and nobody else.
  await page.reload();
  await page.locator('summary', { hasText: 'seven questions' }).click();
  await before(page, 'who-can-write').getByRole('button', { name: 'everybody', pressed: true }).waitFor();
  await before(page, 'memory-for-a-tenth').locator('.marked', { hasText: '51 %' }).waitFor();
  assert.deepEqual(
    requests.filter((url) => /(jobs|store)-worker|systemsim-(jobs|store)/.test(url)),
    [],
  );

  await page.goto(`${site.origin}/10-wrap-up/`);
  const write = again(page, 'who-can-write');
  await write.getByRole('button', { name: 'clients of A and B' }).focus();
  await page.keyboard.press('Enter');
  await write.getByText('Then you said: “everybody”.').waitFor();
  await page.getByText('Then: 0 of 1 right. Now: 1 of 1 right.').waitFor();
  const memory = again(page, 'memory-for-a-tenth');
  await memory.getByRole('button', { name: 'not sure' }).click();
  await memory.getByText('Then you said: 51 %.').waitFor();
  await page.getByText('Then: 0 of 2 right. Now: 1 of 2 right.').waitFor();
  // One that was not answered then has nothing beside it.
  const heard = again(page, 'third-record-torn');
  await heard.getByRole('button', { name: 'two', exact: true }).click();
  await page.getByText('Then: 0 of 2 right. Now: 2 of 3 right.').waitFor();
  assert.equal(await heard.locator('.then').textContent(), '');
  await page.getByRole('button', { name: 'forget what I said then' }).click();
  await page.getByText('What you said before the chapter is forgotten.').waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem('systemsim.seven-questions')), null);
  await heard.getByRole('button', { name: 'two', exact: true }).click();
  await page.getByText('Now: 2 of 3 right.', { exact: true }).waitFor();
  assert.deepEqual(errors, []);
  await close();
});

test('what was kept by somebody else, or cannot be kept, breaks nothing', async () => {
  for (const kept of ['no json', '[1]', '{"who-can-write":{"choice":99},"memory-for-a-tenth":"x"}']) {
    const { page, errors, close } = await site.open('/10-wrap-up/', {
      reducedMotion: 'reduce',
      before: (page) =>
        page.addInitScript((text) => localStorage.setItem('systemsim.seven-questions', text), kept),
    });
    const write = again(page, 'who-can-write');
    await write.getByRole('button', { name: 'clients of A and B' }).click();
    await page.getByText(/Now: 1 of 1 right\./).waitFor();
    assert.deepEqual(errors, []);
    await close();
  }
});
