/** The lab by keyboard alone: its first minute from the question to free play, with Tab, Enter, Space and arrows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readyLab, standOf, untilAt, useSite } from '../lib/browser.js';
import { focused, tabTo, untilFocused, untilStill } from '../lib/keyboard.js';

/** @import { Page } from 'playwright-core' */

const site = useSite();

/** The text of the task. @param {Page} page */
const task = (page) => page.getByRole('region', { name: 'Task' });

test('the first minute of the lab needs no pointer', async () => {
  const { page, errors, close } = await site.open('/labs/quorum-playground/', { reducedMotion: 'reduce' });
  await readyLab(page);
  await tabTo(page, /^cannot tell$/);
  await page.keyboard.press('Enter');
  await task(page).getByText('Client 2 was told').waitFor();
  await tabTo(page, /^Try 100 other lucks$/);
  await page.keyboard.press('Enter');
  await task(page).getByText('of 100', { exact: false }).waitFor();
  await task(page).getByText('reads were stale').waitFor();
  await tabTo(page, /^W more, now 1$/);
  await page.keyboard.press('Enter');
  // The focus stays where it was. The task's words stood there before, and say nothing of this press.
  await untilFocused(page, /^W more, now 2$/);
  await task(page).getByText('reads were stale').waitFor();
  await tabTo(page, /^R more, now 1$/);
  await page.keyboard.press('Space');
  await task(page).getByText('none of 100').waitFor();
  await tabTo(page, /^And if client 2 waits/);
  await page.keyboard.press('Enter');
  await tabToAfter(page, 'Play freely', /^Play freely$/);
  await page.keyboard.press('Enter');
  await task(page).getByText('Play freely:', { exact: false }).waitFor();
  assert.notEqual(await focused(page), '', 'the focus is not lost');
  assert.deepEqual(errors, []);
  await close();
});

/**
 * Waits for a button to come, then goes there.
 * @param {Page} page
 * @param {string} button
 * @param {RegExp} name
 */
async function tabToAfter(page, button, name) {
  await page.getByRole('button', { name: button, exact: true }).waitFor({ timeout: 60_000 });
  await tabTo(page, name);
}

test('machines, requests and time obey the keyboard too', async () => {
  const { page, errors, close } = await site.open('/labs/quorum-playground/', { reducedMotion: 'reduce' });
  await readyLab(page);
  await tabTo(page, /^all controls$/);
  await page.keyboard.press('Space');

  // A machine's menu: Enter opens it with the focus inside, Escape closes it and gives the focus back.
  await tabTo(page, /Menu of machine \w\.$/);
  const machine = await focused(page);
  await page.keyboard.press('Enter');
  await untilFocused(page, /^crash \w$/);
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), machine);
  await page.keyboard.press('Enter');
  await untilFocused(page, /^crash \w$/);
  await page.keyboard.press('Enter');
  await page.getByText('down', { exact: true }).first().waitFor();

  // A put with a value of one's own.
  await tabTo(page, /^value$/);
  await page.keyboard.press('Control+A');
  await page.keyboard.type('seven');
  await page.keyboard.press('Enter');
  await page.getByText('put x = seven').first().waitFor();
  await tabTo(page, /^get, as client 2$/);
  await page.keyboard.press('Space');

  // Time: one press of an arrow key is one event. The requests play first, until nothing moves any more.
  await untilStill(page);
  await tabTo(page, /^(Pause|Play)$/);
  if (/Pause/.test(await focused(page))) await page.keyboard.press('Enter');
  await tabTo(page, /^Events$/);
  const before = await standOf(page);
  assert.ok(before.position > 2);
  await page.keyboard.press('ArrowLeft');
  await untilAt(page, before.position - 1);
  await page.keyboard.press('ArrowRight');
  await untilAt(page, before.position);
  assert.deepEqual(await standOf(page), before);
  await page.keyboard.press('Home');
  await untilAt(page, 0);
  await tabTo(page, /^Speed$|each message/);
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.getByLabel('Speed').inputValue(), 'steady');

  // What happens is said, and can be read as a table.
  assert.match((await page.locator('quorum-playground [role=status]').textContent()) ?? '', /\w/);
  await tabTo(page, /^as a table$/);
  await page.keyboard.press('Enter');
  await page.getByRole('table', { name: 'Operations' }).waitFor();
  assert.deepEqual(errors, []);
  await close();
});
