/** Fig 6-2 in the page: a machine joins by keyboard and on a phone, with and without motion, from a link, and on paper. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeViolationsInBoth } from '../lib/axe.js';
import { useSite } from '../lib/browser.js';
import { tabTo } from '../lib/keyboard.js';

/** @import { Locator } from 'playwright-core' */

const site = useSite();

/** @param {Parameters<typeof site.open>[1]} [options] */
async function opened(options, address = '/') {
  const all = await site.open(address, options);
  const figure = all.page.locator('sim-figure[name="goals"]');
  await figure.scrollIntoViewIfNeeded();
  await all.page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('sim-figure[name="goals"]')).state === 'ready',
  );
  return { ...all, figure };
}

/** @param {Locator} figure */
const card = (figure) => figure.locator('.goal').filter({ hasText: 'Automatic scaling' });

/** Five machines with three copies, many points and memory. @param {Locator} figure */
async function lightTheOthers(figure) {
  for (const [group, choice] of [
    ['machines', '5'],
    ['copies', '3'],
    ['points on the ring', '16'],
    ['values in memory', 'all'],
  ])
    await figure
      .getByRole('group', { name: group })
      .getByRole('button', { name: choice, exact: true })
      .click();
  await figure.getByText('6 of 7 now').waitFor();
}

/** @param {Locator} figure */
async function join(figure) {
  await figure.getByRole('button', { name: 'let F join' }).click();
  await figure.getByRole('button', { name: 'let F leave' }).waitFor();
}

test('by keyboard a machine joins and leaves; lamp, news and drawing say so, and the button keeps the focus', async () => {
  const { page, figure, errors, close } = await opened({ reducedMotion: 'reduce' });
  await lightTheOthers(figure);
  assert.equal(await card(figure).locator('.lamp').innerText(), '○ out');
  await tabTo(page, /^let F join$/);
  await page.keyboard.press('Enter');
  await card(figure).getByText('● lit').waitFor();
  assert.match(
    await card(figure).innerText(),
    /0 of \d+ calls\s+failed or missed a write since F began to join/,
  );
  assert.match(
    await figure.locator('.news').innerText(),
    /^F has joined: of \d+ calls since it began to join none failed and none missed a write\. 05 Automatic scaling went on\. All seven are lit/,
  );
  assert.equal(await card(figure).locator('svg .load').count(), 6);
  assert.equal(await page.evaluate(() => document.activeElement?.textContent?.trim()), 'let F leave');
  await page.keyboard.press('Enter');
  await card(figure)
    .getByText(/handed \d+ back/)
    .waitFor();
  assert.equal(await card(figure).locator('svg rect[stroke-dasharray="3 3"]').count(), 1);
  await figure.getByRole('button', { name: 'reset' }).click();
  await card(figure).getByText('not tried').waitFor();
  assert.deepEqual(errors, []);
  await close();
});

test('with motion it is seen to go on: records so far, calls meanwhile, no second press', async () => {
  const { page, figure, errors, close } = await opened({ reducedMotion: 'no-preference' });
  await lightTheOthers(figure);
  await tabTo(page, /^let F join$/);
  await page.keyboard.press('Enter');
  await card(figure)
    .getByText(/handed to F so far, \d+ calls meanwhile/)
    .waitFor();
  assert.equal(
    await figure.getByRole('button', { name: 'let F join' }).getAttribute('aria-disabled'),
    'true',
  );
  await page.keyboard.press('Enter');
  assert.equal(await card(figure).locator('.lamp').innerText(), '○ out');
  await card(figure).getByText('● lit').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent?.trim()), 'let F leave');
  await page.waitForTimeout(300);
  assert.equal(await card(figure).getByText('so far').count(), 0, 'the second press counted');
  assert.deepEqual(errors, []);
  await close();
});

test('a switch or a reset ends a join at once, and a reset forgets the link', async () => {
  const { page, figure, errors, close } = await opened({ reducedMotion: 'no-preference' });
  await lightTheOthers(figure);
  await figure.getByRole('button', { name: 'copy link' }).click();
  await page.waitForFunction(() => location.hash.includes('run='));
  for (const pressed of ['2 · 2', 'reset']) {
    await figure.getByRole('button', { name: 'let F join' }).click();
    await figure.getByText('F is joining, slowed down').waitFor();
    await figure.getByRole('button', { name: pressed }).click();
    await figure.getByText('F is joining').waitFor({ state: 'detached' });
    await card(figure).getByText('not tried').waitFor();
  }
  await figure.getByText('One machine, one copy').waitFor();
  assert.equal(await page.evaluate(() => location.hash), '');
  assert.deepEqual(errors, []);
  await close();
});

test('joined, it has no axe-core violation, no style attribute, and fits from 320 to 1280 px', async () => {
  const { page, figure, errors, close } = await opened({ reducedMotion: 'reduce' });
  await lightTheOthers(figure);
  await join(figure);
  await figure.getByRole('button', { name: 'as a table' }).click();
  assert.match(
    await figure.locator('table').innerText(),
    /05 Automatic scaling.*0 of \d+ calls .* fair share/,
  );
  assert.deepEqual(await axeViolationsInBoth(figure), []);
  assert.equal(await figure.locator('[style]').count(), 0);
  for (const width of [320, 360, 768, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${width} px`);
  }
  assert.deepEqual(errors, []);
  await close();
});

test('on a phone the button is 44 px high and the machines are drawn', async () => {
  const viewport = { width: 360, height: 740 };
  const { figure, close } = await opened({
    viewport,
    hasTouch: true,
    isMobile: true,
    reducedMotion: 'reduce',
  });
  await lightTheOthers(figure);
  await join(figure);
  const box = await figure.getByRole('button', { name: 'let F leave' }).boundingBox();
  assert.ok((box?.height ?? 0) >= 44, `${box?.height} px`);
  assert.equal(await card(figure).locator('svg').isVisible(), true);
  await close();
});

test('a copied link shows the machine joined in another window', async () => {
  const first = await opened({ reducedMotion: 'reduce' });
  await lightTheOthers(first.figure);
  await join(first.figure);
  await first.figure.getByRole('button', { name: 'copy link' }).click();
  await first.page.waitForFunction(() => location.hash.includes('run='));
  const hash = await first.page.evaluate(() => location.hash);
  const second = await opened({}, `/${hash}`);
  await card(second.figure).getByText('● lit').waitFor();
  assert.equal(await card(second.figure).innerText(), await card(first.figure).innerText());
  await first.close();
  await second.close();
});

test('without JavaScript the card waits, and the table tells what a join does', async () => {
  const { page, close } = await site.open('/', { javaScriptEnabled: false });
  const figure = page.locator('sim-figure[name="goals"]');
  assert.equal(await figure.getByRole('button', { name: /^let . join$/ }).isDisabled(), true);
  assert.match(await card(figure).innerText(), /not tried/);
  const row = page.locator('tr').filter({ hasText: '05 Automatic scaling' });
  assert.match(await row.innerText(), /○ not tried.*● 0 of \d+ calls .* since F began to join/);
  assert.match(await row.innerText(), /○ stands still/);
  await close();
});
