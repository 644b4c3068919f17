/** The Merkle Tree Sync lab in the browser: its first minute by keyboard, free play, its link, small screens, axe. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { readRows } from '../../web/engine/csv.mjs';
import { axeViolationsInBoth } from '../lib/axe.js';
import { assertFits, dist, readyMerkle, smallLetters, useSite } from '../lib/browser.js';
import { focused, tabTo, untilFocused } from '../lib/keyboard.js';

/** @import { Locator, Page } from 'playwright-core' */

const site = useSite();
const path = '/labs/merkle-sync/';
const seen = 'systemsim.merkle-sync.seen';

/** The lab in free play. @param {Parameters<typeof site.open>[1]} [options] */
async function openFree(options) {
  const opened = await site.open(path, {
    ...options,
    before: (page) => page.addInitScript((seen) => localStorage.setItem(seen, 'true'), seen),
  });
  const lab = await readyMerkle(opened.page);
  await filled(opened.page);
  return { ...opened, lab };
}

/** The bill has every method. @param {Page} page */
const filled = (page) =>
  page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('merkle-sync')).lab.bill.reports.size === 5,
  );

/** @param {Locator} lab @param {string} group @param {string} name */
const choose = (lab, group, name) =>
  lab.getByRole('group', { name: group, exact: true }).getByRole('button', { name, exact: true });

/** @param {Page} page @param {string} phase */
const untilPhase = (page, phase) =>
  page.waitForFunction(
    (phase) => /** @type {any} */ (document.querySelector('merkle-sync')).lab.phase === phase,
    phase,
  );

/**
 * What a screen reader is told after a press; the region is inside the element. @param {Page} page @param {() => Promise<void>} press
 */
async function heardAfter(page, press) {
  await page.evaluate(() => {
    /** @type {string[]} */
    const heard = [];
    Object.assign(window, { heard });
    const region = /** @type {any} */ (document.querySelector('merkle-sync')).shadowRoot.querySelector(
      '[role="status"]',
    );
    new MutationObserver(() => heard.push(region.textContent.trim())).observe(region, {
      childList: true,
      subtree: true,
      characterData: true,
    });
  });
  await press();
  await page.waitForFunction(() => /** @type {any} */ (window).heard.length > 0);
  await page.waitForTimeout(300);
  return page.evaluate(() => /** @type {any} */ (window).heard);
}

test('the first minute by keyboard: asked, found, shown, and a way past it at every step', async () => {
  const { page, errors, close } = await site.open(path, { reducedMotion: 'reduce' });
  const lab = await readyMerkle(page);
  assert.match(await lab.locator('.task').innerText(), /One of the 16 keys differs/);
  await tabTo(page, /^Level 0, hash 1 of 1: face down/);
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowDown');
  const heard = await heardAfter(page, () => page.keyboard.press('Enter'));
  assert.deepEqual(heard, ['It is equal: 15 of 16 may still be the one.']);
  for (let i = 0; i < 16; i++) {
    if (
      await page.evaluate(
        () => /** @type {any} */ (document.querySelector('merkle-sync')).lab.phase !== 'hand',
      )
    )
      break;
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(60);
  }
  await untilPhase(page, 'found');
  assert.match(await lab.locator('.task').innerText(), /You used \d+\. It can be done in 4\./);
  await tabTo(page, /^Show me$/);
  await page.keyboard.press('Enter');
  await untilPhase(page, 'shown');
  assert.match(await lab.locator('.task').innerText(), /^4 hashes\./);
  await tabTo(page, /^Now a million keys$/);
  await page.keyboard.press('Enter');
  await untilPhase(page, 'zoom');
  assert.equal(await lab.locator('.answer').count(), 4);
  await tabTo(page, /^skip$/);
  await page.keyboard.press('Enter');
  await untilPhase(page, 'free');
  await untilFocused(page, /Make the tree lose/);
  assert.deepEqual(errors, []);
  // Whoever comes back begins with free play.
  await page.reload();
  await readyMerkle(page);
  await untilPhase(page, 'free');
  await close();
});

test('a million keys: loaded with progress, stopped, asked again, and answered by two runs', async () => {
  const { page, close } = await site.open(path, { reducedMotion: 'reduce' });
  const lab = await readyMerkle(page);
  await page.evaluate(() =>
    /** @type {any} */ (document.querySelector('merkle-sync')).lab.story.askMillion(),
  );
  await lab.getByRole('button', { name: 'about 80' }).click();
  await lab.getByRole('button', { name: 'Stop' }).click();
  await untilPhase(page, 'zoom');
  await lab.getByRole('button', { name: 'about 80' }).click();
  await lab.getByText('And if many differ?').waitFor();
  await page.waitForFunction(() =>
    /** @type {any} */ (document.querySelector('merkle-sync')).lab.story.zoomed.every(Boolean),
  );
  await lab.getByText('with 2 children, 41', { exact: false }).waitFor();
  assert.match(await lab.locator('.task').innerText(), /81 hashes crossed; with 2 children, 41/);
  await close();
});

test('steps are said once, arrows walk on the stage, and the tables say the same', async () => {
  const { page, lab, close } = await openFree({ reducedMotion: 'reduce' });
  await lab.getByLabel('Messages').fill('0');
  await lab.getByRole('button', { name: 'Forward one round' }).click();
  const heard = await heardAfter(page, () => lab.getByRole('button', { name: 'Forward one round' }).click());
  assert.equal(heard.length, 1);
  assert.match(heard[0], /^Level 1: 15 of 16 equal, one differs; \d+ bytes\.$/);
  await lab.locator('.cell').focus();
  await page.keyboard.press('ArrowDown');
  await page.waitForTimeout(100);
  assert.match(await focused(page), /^Level 1, node \d+: differs/);
  await page.keyboard.press('ArrowLeft');
  await page.waitForTimeout(100);
  assert.match(await focused(page), /: equal\.$/);
  // One stop for Tab in the whole stage.
  assert.equal(await lab.locator('.board [tabindex], .board button').count(), 1);
  await lab.getByRole('button', { name: 'as a table' }).click();
  assert.match(await lab.locator('#tables').innerText(), /1\s+16\s+15\s+1\s+136/);
  await close();
});

test('a setting makes a new run and a new bill, and what cannot be chosen is off', async () => {
  const { page, lab, close } = await openFree({ reducedMotion: 'reduce' });
  await choose(lab, 'keys', '16').click();
  await filled(page);
  assert.ok(await choose(lab, 'keys that differ', '100').isDisabled());
  await choose(lab, 'keys that differ', '0').click();
  await lab.getByText('one hash was enough').waitFor();
  await choose(lab, 'keys', '1 k').click();
  await choose(lab, 'keys that differ', '10').click();
  await filled(page);
  assert.match(await lab.locator('.verdict').innerText(), /Both replicas agree\.[\s\S]*10 keys were needed/);
  await lab.getByRole('button', { name: 'Measure it' }).click();
  await lab.locator('.curve-says', { hasText: 'the hash of every key' }).waitFor();
  // The upright line is dragged to another number, and the panel follows.
  const board = lab.locator('.curve-board');
  await board.scrollIntoViewIfNeeded();
  const { width } = /** @type {{width: number}} */ (await board.boundingBox());
  await board.click({ position: { x: width - 100, y: 100 } });
  await page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('merkle-sync')).lab.shown.settings.differ === 1000,
  );
  assert.equal(await choose(lab, 'keys that differ', '1 k').getAttribute('aria-pressed'), 'true');
  await close();
});

test('a link brings back the settings, the edits and the position', async () => {
  const first = await openFree({
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await choose(first.lab, 'keys', '16').click();
  await filled(first.page);
  await first.lab
    .getByRole('button', { name: /^Change / })
    .first()
    .click();
  await first.lab.getByRole('button', { name: 'delete', exact: true }).click();
  await first.page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('merkle-sync')).lab.shown.settings.edits.length === 1,
  );
  await first.lab.getByLabel('Messages').fill('4');
  await first.lab.getByRole('button', { name: 'copy link' }).click();
  await first.lab.getByText('copied', { exact: true }).waitFor();
  const address = await first.page.evaluate(() => navigator.clipboard.readText());
  const place = () => {
    const { lab } = /** @type {any} */ (document.querySelector('merkle-sync'));
    return { hop: lab.hop, settings: lab.shown.settings, roots: lab.shown.tree.roots };
  };
  const before = await first.page.evaluate(place);
  await first.close();
  const second = await site.open(address.replace(/^[^#]*\/labs/, '/labs'));
  await readyMerkle(second.page);
  assert.deepEqual(await second.page.evaluate(place), before);
  assert.equal(before.hop, 4);
  await second.close();
  const broken = await site.open(`${path}#run=1.nothing`);
  const lab = await readyMerkle(broken.page);
  assert.match(await lab.getByRole('alert').innerText(), /damaged/);
  await broken.close();
});

test('the run can be taken away as files, by keyboard, and each says what the stage says', async () => {
  const { page, lab, errors, close } = await openFree({ reducedMotion: 'reduce', colorScheme: 'dark' });
  await choose(lab, 'keys that differ', '10').click();
  await filled(page);
  /** @param {string} words @param {string} name */
  async function saved(words, name) {
    await lab.getByRole('group', { name: 'Download' }).getByRole('button', { name: words }).focus();
    const coming = page.waitForEvent('download');
    const heard = await heardAfter(page, () => page.keyboard.press('Enter'));
    const file = await coming;
    assert.equal(file.suggestedFilename(), name);
    assert.deepEqual(heard, [`The browser saves ${name}.`]);
    return readFileSync(await file.path(), 'utf8');
  }
  const { rows, run, bill, label } = await page.evaluate(() => {
    const element = /** @type {any} */ (document.querySelector('merkle-sync'));
    const { rows, shown, bill } = element.lab;
    return {
      rows: rows.map((/** @type {any} */ row) => ({ ...row, differing: [...row.differing] })),
      run: shown.run,
      bill: bill.rows(shown.run.report),
      label: element.shadowRoot.querySelector('.board svg').getAttribute('aria-label'),
    };
  });

  const [first, ...log] = (await saved('log', 'merkle-sync-log.jsonl'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(first.report, run.report);
  assert.deepEqual(log, run.log);
  assert.equal(log.length, first.report.messages);
  const sum = log.reduce((bytes, message) => bytes + message.bytes, 0);
  assert.equal(sum, first.report.bytes + first.report.bytes_records);
  assert.equal(first.replicas.differ, 10);

  const [head, ...levels] = readRows(await saved('levels', 'merkle-sync-levels.csv')).map(
    ({ cells }) => cells,
  );
  assert.deepEqual(head.slice(0, 5), ['level', 'hashes_asked', 'equal', 'differ', 'bytes']);
  assert.deepEqual(
    levels,
    rows.map((/** @type {any} */ { level, asked, differing, bytes }) => [
      ...[level, asked, asked - differing.length, differing.length, bytes].map(String),
      differing.map((/** @type {number} */ index) => index + 1).join(' '),
    ]),
  );
  assert.equal(
    levels.reduce((hashes, cells) => hashes + Number(cells[1]), 0),
    first.report.hashes,
  );

  const methods = readRows(await saved('bill', 'merkle-sync-bill.csv')).map(({ cells }) => cells);
  assert.equal(methods.length, 7);
  assert.deepEqual(
    methods.slice(1).map(([name, bytes]) => [name, Number(bytes)]),
    bill.map((/** @type {any} */ { name, report }) => [name, report.bytes]),
  );

  const svg = await saved('stage', 'merkle-sync-stage.svg');
  const drawn = await page.evaluate((svg) => {
    const { documentElement: root } = new DOMParser().parseFromString(svg, 'image/svg+xml');
    return {
      name: root.localName,
      says: root.querySelector('desc')?.textContent,
      paper: root.querySelector('rect')?.getAttribute('fill'),
      signs: [...root.querySelectorAll('text')].filter((text) => text.textContent === '≠').length,
      bare: [...root.querySelectorAll('rect, path, polygon, text')].filter(
        (part) => !/^(none|#[\da-f]{6})$/.test(part.getAttribute('fill') ?? ''),
      ).length,
    };
  }, svg);
  // The page is dark; the file never is, and needs no style sheet.
  assert.deepEqual({ ...drawn, signs: 0 }, { name: 'svg', says: label, paper: '#ffffff', signs: 0, bare: 0 });
  assert.equal(drawn.signs, await lab.locator('.board .sign-differs').count());
  assert.doesNotMatch(svg, /class=|style=|var\(|light-dark/);
  assert.deepEqual(errors, []);
  await close();
});

test('it fits a phone and a tablet, with letters that can be read, and axe finds nothing in both themes', async () => {
  const { page, lab, close } = await openFree({ reducedMotion: 'reduce' });
  for (const differ of ['1', '1 k']) {
    await choose(lab, 'keys that differ', differ).click();
    await filled(page);
    for (const width of [320, 360, 768, 1280]) {
      await assertFits(page, width);
      const cut = await page.evaluate((width) => {
        const root = /** @type {any} */ (document.querySelector('merkle-sync')).shadowRoot;
        return [...root.querySelectorAll('.lab *')]
          .filter(
            (/** @type {Element} */ part) =>
              !part.closest('.twin, .leaf, .visually-hidden, details:not([open]) > :not(summary)'),
          )
          .filter((/** @type {Element} */ part) => part.getBoundingClientRect().right > width + 0.5)
          .map((/** @type {Element} */ part) => `${part.tagName} ${part.textContent?.slice(0, 40)}`);
      }, width);
      assert.deepEqual(cut, [], `${differ} at ${width} px`);
    }
  }
  await lab.getByRole('button', { name: 'as a table' }).click();
  for (const summary of await lab.locator('summary').all()) await summary.click();
  assert.deepEqual(await axeViolationsInBoth(lab), []);
  assert.equal(await lab.locator('svg [style]').count(), 0);
  assert.deepEqual(await smallLetters(page, 'merkle-sync .strips text'), []);
  await close();
  const story = await site.open(path, { viewport: { width: 360, height: 800 } });
  const first = await readyMerkle(story.page);
  assert.deepEqual(await axeViolationsInBoth(first), []);
  await assertFits(story.page, 320);
  await story.close();
});

test('on a phone a tap makes a row larger, and the bill, its curve and the proof are tabs', async () => {
  const { page, lab, errors, close } = await openFree({
    reducedMotion: 'reduce',
    viewport: { width: 360, height: 740 },
    hasTouch: true,
  });
  const tab = (/** @type {string} */ name) =>
    lab.getByRole('group', { name: 'Show' }).getByRole('button', { name });
  const parts = { Bill: '.bill-part', 'Where it loses': '.curve-part', Proof: '.verdict' };
  for (const name of ['Proof', 'Where it loses', 'Bill']) {
    await tab(name).tap();
    assert.equal(await tab(name).getAttribute('aria-pressed'), 'true');
    for (const [other, part] of Object.entries(parts)) {
      assert.equal(await lab.locator(part).isVisible(), other === name, `${part} under ${name}`);
    }
  }
  const board = lab.locator('.board');
  await board.scrollIntoViewIfNeeded();
  const before = /** @type {{height: number}} */ (await board.boundingBox()).height;
  const heard = await heardAfter(page, () => board.tap({ position: { x: 60, y: before - 60 } }));
  assert.match(heard[0], /^Level \d, larger\.$/);
  const after = /** @type {{height: number}} */ (await board.boundingBox()).height;
  assert.ok(after > before + 100, `${before} to ${after} px`);
  await assertFits(page, 360);
  // The cell that can be reached by keyboard stands on the same line.
  const cell = /** @type {{width: number}} */ (await lab.locator('.cell').boundingBox());
  assert.ok(cell.width >= 44, `${cell.width} px`);
  assert.deepEqual(await axeViolationsInBoth(lab), []);
  assert.deepEqual(await smallLetters(page, 'merkle-sync .strips text'), []);
  const label = await page.evaluate(() => {
    const root = /** @type {any} */ (document.querySelector('merkle-sync')).shadowRoot;
    const board = root.querySelector('.board').getBoundingClientRect();
    const sign = [...root.querySelectorAll('.zoom-sign')].at(-1).getBoundingClientRect();
    return { x: sign.x - board.x + sign.width / 2, y: sign.y - board.y + sign.height / 2 };
  });
  await board.tap({ position: label });
  await page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('merkle-sync')).ui.zoomed === null,
  );
  assert.deepEqual(errors, []);
  await close();
});

test('the page about failures ends inside this lab, with the run of its figure', async () => {
  const { page, errors, close } = await site.open('/07-failure-handling/', { reducedMotion: 'reduce' });
  const door = page.locator('a.lab').last();
  assert.match(await door.innerText(), /with this run/i);
  await door.click();
  const lab = await readyMerkle(page);
  await filled(page);
  assert.match(
    await lab.locator('.task').innerText(),
    /From Failure handling: replica B was away for longer than hints are kept, and missed 20 changes\./,
  );
  assert.match(await lab.locator('.verdict').innerText(), /Both replicas agree\.[\s\S]* 20 keys were needed/);
  const { settings, hop, last } = await page.evaluate(() => {
    const { lab } = /** @type {any} */ (document.querySelector('merkle-sync'));
    return { settings: lab.shown.settings, hop: lab.hop, last: lab.last };
  });
  assert.deepEqual([settings.past, settings.keys, settings.differ, hop], ['away', 32_768, 0, last]);
  await lab.getByText('Make them differ').click();
  assert.equal(
    await lab.getByRole('button', { name: 'B was down for hours' }).getAttribute('aria-pressed'),
    'true',
  );
  await lab.getByRole('button', { name: 'B’s disk was replaced' }).click();
  await lab.getByText('B has a new disk, with nothing on it; A has all 1 024 keys.').waitFor();
  assert.deepEqual(errors, []);
  await close();
});

test('the embed works from a file and in a sandboxed frame, its engine inside', async () => {
  const file = await site.open(pathToFileURL(join(dist, 'embed/merkle-sync.html')).href);
  const lab = await readyMerkle(file.page);
  await lab.getByRole('button', { name: 'skip' }).click();
  await lab.getByText('Both replicas agree.').first().waitFor();
  assert.deepEqual(file.errors, []);
  await file.close();
  const host = await site.openHost(
    `<iframe sandbox="allow-scripts" src="${site.origin}/embed/merkle-sync.html" width="360" height="640"></iframe>`,
  );
  const frame = host.page.frameLocator('iframe').locator('merkle-sync');
  await frame.getByText('One of the 16 keys differs.').waitFor();
  await frame.locator('.cell').click();
  await frame.getByText('1 asked').waitFor();
  assert.deepEqual(host.errors, []);
  // Such a frame may not save: the file is text to copy.
  await frame.getByRole('button', { name: 'skip' }).click();
  await frame.getByRole('button', { name: 'levels (CSV)' }).click();
  assert.match(await frame.getByLabel('Copy this text:').inputValue(), /^level,hashes_asked,.*\r?\n0,1,0,1,/);
  await host.close();
});

test('a challenge by keyboard: chosen, begun, met, its link copied; and left', async () => {
  const { page, lab, errors, close } = await openFree({ reducedMotion: 'reduce' });
  await tabTo(page, /^Challenges$/);
  await page.keyboard.press('Enter');
  await untilPhase(page, 'choosing');
  await assertFits(page, 320);
  assert.deepEqual(await axeViolationsInBoth(lab), []);
  await tabTo(page, /^Start: Make the tree lose$/);
  await page.keyboard.press('Enter');
  await untilPhase(page, 'challenge');
  await lab.getByText('not met').first().waitFor();
  assert.equal(await lab.getByRole('group', { name: 'keys', exact: true }).count(), 0);
  await tabTo(page, /^256$/);
  await page.keyboard.press('Enter');
  await lab.getByLabel('or exactly').fill('200');
  await page.keyboard.press('Tab');
  await choose(lab, 'keys in a leaf, at most', '1').focus();
  const heard = await heardAfter(page, async () => {
    await page.keyboard.press('Enter');
    await lab.getByRole('group', { name: 'Goal met' }).waitFor();
  });
  assert.ok(
    heard.some((/** @type {string} */ sentence) =>
      /^Goal met\. It costs 200 differing keys\. Stars: 2 of 3\.$/.test(sentence),
    ),
    heard.join(' | '),
  );
  await tabTo(page, /^Now as many in one stretch$/);
  await page.keyboard.press('Enter');
  await lab.locator('.goal-result .stars li.is-earned').nth(2).waitFor();
  for (const width of [320, 768, 1280]) await assertFits(page, width);
  assert.deepEqual(await axeViolationsInBoth(lab), []);
  await page.context().grantPermissions(['clipboard-write']);
  await tabTo(page, /^Copy the link to hand in$/);
  await page.keyboard.press('Enter');
  await lab.getByText('copied', { exact: true }).waitFor();
  const address = page.url();
  assert.match(address, /#run=/);
  await tabTo(page, /^Leave$/);
  await page.keyboard.press('Enter');
  await untilPhase(page, 'free');
  assert.deepEqual(errors, []);
  await close();
  // Whoever opens the link finds the run, judged.
  const other = await site.open(address, { reducedMotion: 'reduce' });
  const opened = await readyMerkle(other.page);
  await opened.getByRole('group', { name: 'Goal met' }).waitFor();
  assert.equal(await opened.locator('.goal-result .stars li.is-earned').count(), 3);
  await other.close();
});

test('by hand in a tree of a million keys: a hash is asked by Enter, and the next level opens', async () => {
  const { page, lab, close } = await openFree({ reducedMotion: 'reduce' });
  await page.evaluate(() =>
    /** @type {any} */ (document.querySelector('merkle-sync')).lab.assignment.start('you-are-the-protocol'),
  );
  await lab.getByText('levels 2 to 20', { exact: false }).waitFor();
  await lab.locator('.cell').focus();
  await page.keyboard.press('ArrowDown');
  await page.waitForTimeout(100);
  assert.match(await focused(page), /^Level 1, node 1: face down; Enter asks for it/);
  const heard = await heardAfter(page, () => page.keyboard.press('Enter'));
  assert.match(heard[0], /^(It differs\.|It is equal\. So the other one differs\.)$/);
  await lab.getByText('Asked: 1 hash.').waitFor();
  await lab.getByText('levels 3 to 20', { exact: false }).waitFor();
  assert.deepEqual(await axeViolationsInBoth(lab), []);
  await assertFits(page, 320);
  await close();
});
