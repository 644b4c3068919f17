/** Figs 6-11, 6-11 b and 6-11 c in the page: by keyboard, by touch on a phone, said aloud, from a link, with the numbers of the command line, on paper, and without scripts. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { axeViolationsInBoth } from '../lib/axe.js';
import { assertSound, listenTo, settled, smallLetters, useSite } from '../lib/browser.js';
import { root } from '../lib/files.js';
import { tabTo, untilFocused } from '../lib/keyboard.js';

/** @import { Locator, Page } from 'playwright-core' */

const site = useSite();
const path = '/09-storage-engine/';
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const command = `${root}build/native/systemsim`;

/** The figure, out of its fold where it is in one. @param {Page} page @param {string} name */
async function readyFigure(page, name) {
  const figure = page.locator(`sim-figure[name="${name}"]`);
  const fold = page.locator('details.fold').filter({ has: figure });
  if ((await fold.count()) > 0 && (await fold.getAttribute('open')) === null)
    await fold.locator('summary').click();
  await figure.scrollIntoViewIfNeeded();
  await page.waitForFunction(
    (name) => /** @type {any} */ (document.querySelector(`sim-figure[name="${name}"]`)).state === 'ready',
    name,
  );
  return figure;
}

/** @param {Parameters<typeof site.open>[1]} [options] */
async function opened(options, address = path) {
  const all = await site.open(address, options);
  return { ...all, figure: await readyFigure(all.page, 'torn-log') };
}

/** @param {Locator} figure @param {string | RegExp} words */
const said = async (figure, words) => {
  await figure.locator('[role="status"]').getByText(words).waitFor();
  await settled(figure);
};

/** @param {Locator} figure @param {string} name */
const press = (figure, name) => figure.getByRole('button', { name, exact: true }).click();

/** A report as the command prints it. @param {string[]} words */
const printed = (...words) => JSON.parse(execFileSync(command, ['lsm', ...words], { encoding: 'utf8' }));

/** The cells of a row of a figure's table, by how its first cell begins. @param {Locator} figure @param {string} head */
const cellsOf = async (figure, head) =>
  (await figure.locator('.twin tr').filter({ hasText: head }).first().locator('td').allInnerTexts()).map(
    (text) => text.trim(),
  );

/** Everything that the three figures can show. @param {Page} page */
async function showAll(page) {
  const torn = await readyFigure(page, 'torn-log');
  await press(torn, 'turn one bit');
  await press(torn, 'it opens, and is empty');
  await said(torn, 'refuses to open, and says where');
  await press(torn, 'turn every bit');
  await said(torn, 'bits was turned by itself');
  await press(torn, 'as a table');
  const reads = await readyFigure(page, 'lookups');
  await press(reads, 'the key that nobody wrote');
  await press(reads, 'try every number of bits');
  await said(reads, 'misses are the faster reads');
  await press(reads, 'as a table');
  const emptied = await readyFigure(page, 'deletions');
  await press(emptied, 'next to nothing');
  await press(emptied, 'compact it');
  await said(emptied, 'The compaction has merged all files');
  await press(emptied, 'as a table');
  return { torn, reads, emptied };
}

test('the whole story by keyboard: the blade by byte and by record, a bit, and what the last record hides', async () => {
  const { page, figure, errors, close } = await opened();
  await tabTo(page, /^the blade$/);
  await page.keyboard.press('PageDown');
  await said(figure, 'between records 2 and 3. 2 of 3 puts are there');
  for (let bytes = 1; bytes <= 3; bytes++) {
    await page.keyboard.press('ArrowRight');
    await said(figure, /inside record 3, in its checksum\. 2 of 3 puts are there/);
  }
  assert.match(
    (await page.locator('#torn-at').getAttribute('aria-valuetext')) ?? '',
    /^after 81 of 123 bytes, inside/,
  );
  await page.keyboard.press('PageUp');
  await said(figure, 'The log is whole. All 3 puts are there');
  await tabTo(page, /^turn one bit$/);
  await page.keyboard.press('Enter');
  await said(figure, 'What will the store do?');
  assert.equal(await figure.locator('.torn-reopened').count(), 0, 'nothing is told before the guess');
  await tabTo(page, /^it opens, without record 1$/);
  await page.keyboard.press('Enter');
  await said(figure, 'This store refuses to open');
  await untilFocused(page, /^the byte$/);
  await page.keyboard.press('End');
  await said(figure, 'record 3 is gone, silently');
  assert.match(
    await figure.innerText(),
    /You said: it opens, without record 1\. Not so\./,
    'of what was asked',
  );
  assert.deepEqual(errors, []);
  await close();
});

test('both folded figures by keyboard', async () => {
  const { page, errors, close } = await opened();
  const reads = await readyFigure(page, 'lookups');
  await tabTo(page, /^the key that nobody wrote$/);
  await page.keyboard.press('Enter');
  await said(reads, 'A miss is faster');
  await untilFocused(page, /^10$/);
  await tabTo(page, /^none$/);
  await page.keyboard.press('Enter');
  await said(reads, 'A hit is faster');
  assert.match(
    await reads.innerText(),
    /You said: the key that nobody wrote\. Not so\./,
    'of what was asked',
  );
  const emptied = await readyFigure(page, 'deletions');
  await tabTo(page, /^more than before$/);
  await page.keyboard.press('Enter');
  await said(emptied, 'the directory has grown by');
  await untilFocused(page, /^compact it$/);
  await page.keyboard.press('Enter');
  await said(emptied, 'The compaction has merged all files');
  assert.deepEqual(errors, []);
  await close();
});

test('by touch: the blade follows a tap, its buttons go by byte and record; a reset leads back to the whole log', async () => {
  const { page, figure, errors, close } = await opened(phone);
  const blade = figure.locator('#torn-at');
  await blade.scrollIntoViewIfNeeded();
  const box = (await blade.boundingBox()) ?? assert.fail('no blade');
  await page.touchscreen.tap(box.x + box.width * 0.5, box.y + box.height / 2);
  await said(figure, 'inside record 2');
  await figure.getByRole('button', { name: 'one record on' }).tap();
  await said(figure, 'between records 2 and 3');
  await figure.getByRole('button', { name: 'one byte back' }).tap();
  await said(figure, /inside record 2, in its value.* A power cut cannot do this/);
  const [lens, now] = await Promise.all([figure.locator('.torn-lens').boundingBox(), blade.boundingBox()]);
  assert.ok(lens && now && Math.abs(lens.y - now.y) < 150, 'the bytes at the blade are seen beside it');
  await figure.getByRole('button', { name: 'reset' }).tap();
  await said(figure, 'The log is whole');
  assert.deepEqual(errors, []);
  await close();
});

test('a press on a byte, or on a place of the chart, leads the blade there', async () => {
  const { figure, errors, close } = await opened();
  await figure.locator('.torn-hex code[data-at="50"]').click();
  await said(figure, 'inside record 2');
  assert.equal(await figure.locator('#torn-at').inputValue(), '50');
  const chart = figure.locator('.torn-chart svg:visible');
  const box = (await chart.boundingBox()) ?? assert.fail('no chart');
  await chart.click({ position: { x: box.width - 5, y: 60 } });
  await said(figure, 'The log is whole');
  await chart.click({ position: { x: 2, y: 60 } });
  await said(figure, 'before the first byte');
  await press(figure, 'turn one bit');
  await figure.locator('.torn-hex code[data-at="100"]').click();
  assert.equal(await figure.locator('.torn-reopened').count(), 0, 'nothing is told before the guess');
  await press(figure, 'it refuses to open');
  await figure.locator('.torn-hex code[data-at="100"]').click();
  await said(figure, 'The bit is in record 3');
  assert.deepEqual(errors, []);
  await close();
});

test('on a phone whatever is pressed is 44 px high, and no letter is smaller than 14 px', async () => {
  const { page, close } = await opened(phone);
  await showAll(page);
  await readyFigure(page, 'torn-log');
  for (const target of await page.locator('sim-figure button, sim-figure input').all()) {
    const box = await target.boundingBox();
    const [name, tools] = [
      await target.innerText(),
      await target.evaluate((one) => Boolean(one.closest('.tools'))),
    ];
    if (!tools) assert.ok((box?.height ?? 0) >= 44, `${name}: ${box?.height} px`);
  }
  const small = await smallLetters(
    page,
    '.torn-log *, .torn-lens *, .torn-reopened :is(th, td), .lookups-read *, .deletions-state :is(th, td), .drawn.narrow text',
  );
  assert.deepEqual(small, []);
  await close();
});

test('with everything shown they have no axe-core violation, no style attribute, and fit 320 px', async () => {
  const { page, figure, errors, close } = await opened({ reducedMotion: 'reduce' });
  assert.deepEqual(await axeViolationsInBoth(figure), []);
  const { torn, reads, emptied } = await showAll(page);
  await assertSound(torn);
  for (const other of [reads, emptied]) assert.deepEqual(await axeViolationsInBoth(other), []);
  assert.deepEqual(errors, []);
  await close();
});

test('each press is said aloud once', async () => {
  const { page, figure, close } = await opened();
  const each = async (/** @type {Locator} */ figure, /** @type {string[]} */ names) => {
    const heardAfter = await listenTo(figure);
    assert.equal(await figure.locator('[role="status"], [role="alert"], [aria-live]').count(), 1);
    for (const name of names) {
      const heard = await heardAfter(() => press(figure, name));
      assert.equal(heard.length, 1, `${name}: ${heard.join(' | ')}`);
    }
  };
  await each(figure, [
    'one byte back',
    'one record back',
    'cut at every byte',
    'turn one bit',
    'not sure',
    'one record on',
    'reset',
  ]);
  await each(await readyFigure(page, 'lookups'), ['not sure', '2']);
  await each(await readyFigure(page, 'deletions'), ['not sure', 'compact it', 'reset']);
  await close();
});

test('their numbers are those of the command line', { skip: !existsSync(command) }, async () => {
  const { page, figure, close } = await opened();
  for (let i = 0; i < 4; i++) await press(figure, 'one byte back');
  await press(figure, 'as a table');
  await settled(figure);
  const cut = printed('torn-log', '--cut', '119');
  for (const [at, { key }] of cut.records.entries()) {
    const back = cut.ours.recovered.includes(at) ? 'there' : 'gone';
    assert.deepEqual((await cellsOf(figure, key)).slice(1), [back, back]);
  }
  await page.reload();
  const { reads, emptied } = await showAll(page);
  const counted = printed('lookups', '--reads', '10000', '--each-bits').each_bits[10];
  const row = (
    await reads
      .locator('.twin')
      .first()
      .locator('tr', { has: page.locator('th', { hasText: /^10$/ }) })
      .locator('td')
      .allInnerTexts()
  ).map((text) => text.trim());
  assert.equal(row[0], `${counted.hit.us_a_read.toFixed(0)}\u00a0µs`);
  assert.equal(row[1], `${counted.miss.us_a_read.toFixed(1)}\u00a0µs`);
  const deleted = printed('deletions', '--value-bytes', '20');
  for (const [head, part] of [
    ['filled', 'filled'],
    ['all deleted', 'deleted'],
    ['compacted', 'compacted'],
  ]) {
    const [directory, , levels, write] = await cellsOf(emptied, head);
    const { directory_bytes: bytes, levels: known, amplification } = deleted[part];
    assert.equal(directory, `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)}\u00a0KB`);
    assert.equal(
      levels,
      part === 'compacted' ? 'none' : known.map((/** @type {any} */ { tables }) => tables).join(' · '),
    );
    assert.equal(write, amplification.write.toFixed(2));
  }
  await close();
});

test('the directory that is downloaded is the archive that the command makes', {
  skip: !existsSync(command),
}, async () => {
  const { page, figure, close } = await opened();
  for (let i = 0; i < 3; i++) await press(figure, 'one byte back');
  await settled(figure);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    press(figure, 'download the directory'),
  ]);
  assert.equal(download.suggestedFilename(), 'systemsim-torn-log.tar');
  const { archive } = printed('torn-log', '--cut', '120', '--archive');
  assert.deepEqual(readFileSync(await download.path()), Buffer.from(archive, 'base64'));
  await close();
});

test('a copied link shows the same in another window, of the folded figures as well', async () => {
  const first = await opened();
  const all = await showAll(first.page);
  for (const [name, figure] of /** @type {[string, Locator][]} */ ([
    ['torn-log', all.torn],
    ['lookups', all.reads],
    ['deletions', all.emptied],
  ])) {
    await press(figure, 'copy link');
    await first.page.waitForFunction((name) => location.hash.includes(`fig=${name}`), name);
    const second = await site.open(`${path}${await first.page.evaluate(() => location.hash)}`);
    const other = await readyFigure(second.page, name);
    await settled(other);
    const news = await figure.locator('.news').innerText();
    await said(other, news);
    await second.close();
  }
  await first.close();
});

test('without JavaScript every cut, every bit, every filter and the emptied directory stand in tables; on paper there is nothing to press', async () => {
  const { page, close } = await site.open(path, { javaScriptEnabled: false });
  for (const fold of await page.locator('details.fold summary').all()) await fold.click();
  const text = await page.locator('main').innerText();
  assert.match(text, /78 to 122 bytes\s+2\s+123 bytes\s+3/);
  assert.match(text, /record 3\s+opens, puts are silently missing: \d+ bits\s+opens/);
  assert.match(text, /none\s+\d+\sµs/);
  assert.match(text, /all deleted\s+\d+\sKB/);
  await page.emulateMedia({ media: 'print' });
  assert.equal(
    await page
      .locator('sim-figure :is(.btn, .pick:not([aria-pressed="true"]))')
      .filter({ visible: true })
      .count(),
    0,
  );
  await close();
});
