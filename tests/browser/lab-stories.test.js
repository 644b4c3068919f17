/** The lab's stories and its newer challenges, in the page and without a pointer; each state passes axe-core and fits 320 px. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeViolations, axeViolationsInBoth } from '../lib/axe.js';
import { assertFits, readyLab, useSite } from '../lib/browser.js';
import { tabTo, untilFocused } from '../lib/keyboard.js';

/** @import { Page } from 'playwright-core' */

const site = useSite();
const lab = '/labs/quorum-playground/';

/** @param {Page} page */
const task = (page) => page.getByRole('region', { name: 'Task' });

/** @param {Page} page @param {RegExp} name */
async function press(page, name) {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}

test('from the list through a door to its moment and to the switch that closes it, by keyboard', async () => {
  const { page, errors, close } = await site.open(lab, { reducedMotion: 'reduce' });
  await readyLab(page);
  await press(page, /^cannot tell$/);
  await page.getByText('A promise was broken:').waitFor();
  await press(page, /^stories$/);
  await untilFocused(page, /^So is W \+ R > N safe/);
  assert.deepEqual(await axeViolationsInBoth(page), []);
  await assertFits(page, 320, 'the list of stories: ');
  await press(page, /^not sure$/);
  await untilFocused(page, /^You said not sure/);
  await press(page, /^a wrong clock$/);
  await untilFocused(page, /^A clock ten seconds ahead/);
  await press(page, /^Play it$/);
  await task(page).getByText('The second write is gone for ever').waitFor();
  await page.getByText('A promise was broken:').waitFor();
  assert.deepEqual(await axeViolations(page), []);
  await assertFits(page, 320, 'a story: ');
  await press(page, /^Close it: versions by number/);
  await press(page, /^Play it$/);
  await task(page).getByText('It stays the newest, whatever the clocks say').waitFor();
  await press(page, /^Leave$/);
  await task(page).getByText('You could not tell').waitFor();
  assert.deepEqual(errors, []);
  await close();
});

test('a link opens a story, also one whose machines heal themselves, and one with its switch', async () => {
  const { page, errors, close } = await site.open(`${lab}#story=spare-machine`, {
    reducedMotion: 'reduce',
  });
  await readyLab(page);
  await press(page, /^Play it$/);
  await task(page).getByText('and on two spare machines').waitFor();
  await page.evaluate(() => {
    location.hash = '#story=new-then-old.1';
  });
  await task(page).getByText('New, then old, with the switch: Write-back on').waitFor();
  assert.deepEqual(errors, []);
  await close();
});

test('the clocks of a challenge are set by keyboard; its goal is met and the next one mends it', async () => {
  const { page, errors, close } = await site.open(lab, { reducedMotion: 'reduce' });
  await readyLab(page);
  await press(page, /^challenges$/);
  await press(page, /^Start: Saved and gone$/);
  const clock = task(page).getByLabel('A’s clock');
  assert.deepEqual(await axeViolationsInBoth(page), []);
  await assertFits(page, 320, 'a challenge with settings: ');
  await clock.focus();
  await clock.selectOption('20');
  await page.getByText('Goal met: Saved and gone').waitFor();
  assert.deepEqual(await axeViolations(page), []);
  await press(page, /^Next: mend it$/);
  await task(page).getByText('Saved and gone: keep it').first().waitFor();
  assert.deepEqual(errors, []);
  await close();
});

test('a night on call is judged when it is asked for, says how far it is, and can be stopped', async () => {
  const { page, errors, close } = await site.open(lab, { reducedMotion: 'reduce' });
  await readyLab(page);
  await press(page, /^challenges$/);
  await press(page, /^Start: One night on call$/);
  await press(page, /^N more, now 3$/);
  await press(page, /^Let the engine judge$/);
  await task(page)
    .getByText(/the engine judges … \d+ of 200/)
    .waitFor();
  await press(page, /^Stop$/);
  await task(page).getByRole('button', { name: 'Let the engine judge' }).waitFor();
  assert.deepEqual(await axeViolations(page), []);
  await assertFits(page, 320, 'a night on call: ');
  assert.deepEqual(errors, []);
  await close();
});

test('what would prevent it: asked for, read as a table and opened as a run, by keyboard', async () => {
  const { page, errors, close } = await site.open(`${lab}#story=wrong-clock`, { reducedMotion: 'reduce' });
  await readyLab(page);
  await press(page, /^Play it$/);
  await page.getByText('A promise was broken:').waitFor();
  await press(page, /^what would prevent it$/);
  await untilFocused(page, /^What would prevent it/);
  const list = page.getByRole('region', { name: 'What would prevent it' });
  await list.getByRole('button', { name: 'Close the list' }).waitFor();
  await list.getByRole('row', { name: /^right clocks keeps it the same run/ }).waitFor();
  await list.getByRole('row', { name: /^W = 3 still broken the same run/ }).waitFor();
  assert.deepEqual(await axeViolationsInBoth(page), []);
  await assertFits(page, 320, 'what would prevent it: ');
  await press(page, /^open the run with right clocks$/);
  await untilFocused(page, /with one switch: right clocks/);
  await press(page, /^Return to my run$/);
  await list.waitFor();
  await press(page, /^Close the list$/);
  await list.waitFor({ state: 'detached' });
  assert.deepEqual(errors, []);
  await close();
});
