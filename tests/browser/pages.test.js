/** What holds for every page that was built: quiet, self-sufficient, under its policy, accessible, on any screen. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { axeViolationsInBoth } from '../lib/axe.js';
import { builtPages, dist, readyLab, useSite } from '../lib/browser.js';

const site = useSite();
const pages = builtPages();

/**
 * Opens a page and lets it come to rest, its lab and figures live.
 * @param {string} path
 * @param {Parameters<typeof site.open>[1]} [options]
 */
async function quiet(path, options) {
  const opened = await site.open(path, options);
  if ((await opened.page.locator('quorum-playground').count()) > 0) await readyLab(opened.page);
  // Figures become live when they come near the screen.
  for (const figure of await opened.page.locator('sim-figure').all()) await figure.scrollIntoViewIfNeeded();
  await opened.page.waitForLoadState('networkidle');
  return opened;
}

for (const path of pages) {
  const isEmbed = path.startsWith('/embed/');
  const isSheet = path === '/interview/';
  const isSection = !isSheet && !/^\/(embed|labs)\//.test(path);

  describe(`${path}, as it is opened`, () => {
    /** @type {Awaited<ReturnType<typeof quiet>>} */
    let visit;
    before(async () => {
      visit = await quiet(path);
    });
    after(() => visit?.close());

    test(`${path} logs no error, asks no other host, and has one worker at most`, () => {
      const { page, errors, requests } = visit;
      assert.deepEqual(errors, []);
      assert.ok(requests.length > 0);
      const own = new RegExp(`^(${site.origin}/|data:|blob:${site.origin}/)`);
      assert.deepEqual(
        requests.filter((url) => !own.test(url)),
        [],
      );
      assert.ok(page.workers().length <= 1, `${page.workers().length} workers`);
    });

    test(`${path} never scrolls sideways, from 320 to 1920 px`, async () => {
      const { page } = visit;
      for (const width of [320, 360, 768, 1280, 1920]) {
        await page.setViewportSize({ width, height: 800 });
        const needed = await page.evaluate(async () => {
          await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          return document.documentElement.scrollWidth;
        });
        assert.ok(needed <= width, `at ${width} px it needs ${needed} px`);
      }
    });

    if (!isEmbed)
      test(`${path} has a header of one line on a phone`, async () => {
        const { page } = visit;
        await page.setViewportSize({ width: 360, height: 740 });
        const summary = page.locator('.contents summary');
        const section = /^\/(\d\d)-/.exec(path)?.[1];
        const words = section ? `Contents · ${Number(section)} of 10` : 'Contents';
        assert.equal((await summary.innerText()).trim(), words);
        for (const part of [summary, page.locator('.brand')])
          assert.ok(((await part.boundingBox())?.height ?? 99) < 50);
      });

    // Last, since what it tries stays in the page.
    test(`${path} has its policy in force: no inline script, no eval, no style attribute, no other host`, async () => {
      const { page, answer, errors } = visit;
      assert.deepEqual(errors, []);
      const header = answer?.headers()['content-security-policy'];
      const meta = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
      assert.match(meta ?? '', /^default-src 'none'; script-src /);
      assert.doesNotMatch(meta ?? '', /unsafe-inline|'unsafe-eval'|https?:|\*/);
      // An embed is one file for any host, so its policy travels inside it.
      if (!isEmbed) assert.equal(header, meta);
      const tried = await page.evaluate(async () => {
        const script = document.createElement('script');
        script.textContent = 'window.inlineRan = true';
        document.body.append(script);
        const styled = document.createElement('p');
        styled.setAttribute('style', 'color: rgb(1, 2, 3)');
        document.body.append(styled);
        // In a task of its own: what a debugger evaluates is excused from the policy.
        const evaluated = await new Promise((resolve) => {
          setTimeout(() => {
            try {
              resolve(new Function('return 1')());
            } catch (error) {
              resolve(/** @type {Error} */ (error).name);
            }
          });
        });
        const fetched = await fetch('https://example.org/').then(
          () => 'arrived',
          () => 'blocked',
        );
        return {
          inline: Boolean(/** @type {any} */ (window).inlineRan),
          color: getComputedStyle(styled).color,
          evaluated,
          fetched,
        };
      });
      assert.equal(tried.inline, false);
      assert.notEqual(tried.color, 'rgb(1, 2, 3)');
      assert.equal(tried.evaluated, 'EvalError');
      assert.equal(tried.fetched, 'blocked');
    });
  });

  describe(`${path}, with reduced motion`, () => {
    /** @type {Awaited<ReturnType<typeof quiet>>} */
    let visit;
    before(async () => {
      visit = await quiet(path, { reducedMotion: 'reduce' });
    });
    after(() => visit?.close());

    test(`${path} has no axe-core violation`, async () => {
      assert.deepEqual(await axeViolationsInBoth(visit.page), []);
    });

    if (isSection || isSheet)
      test(`${path} on paper is its text and its pictures; what waits for a press is not there`, async () => {
        const { page } = visit;
        await page.emulateMedia({ media: 'print' });
        for (const gone of ['.rail', '.contents', '.foot', '.tools', '.btn', '.claim-mark', '.skip'])
          assert.equal(await page.locator(`${gone}:visible`).count(), 0, gone);
        assert.equal(await page.locator('.segmented [aria-pressed=false]:visible').count(), 0);
        for (const kept of isSheet ? ['h1', 'h2', '.said'] : ['h1', '.lede', 'figure.sim', '.sources a'])
          assert.ok((await page.locator(`${kept}:visible`).count()) > 0, kept);
        for (const source of await page.locator('.sources a').all())
          assert.equal(`https://${await source.innerText()}`, await source.getAttribute('href'));
        const paper = 170 * (96 / 25.4);
        await page.setViewportSize({ width: Math.floor(paper), height: 1000 });
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= paper);
      });
  });

  test(`${path} has no style attribute as built`, () => {
    const file = join(dist, path.endsWith('/') ? `${path}index.html` : path);
    const html = readFileSync(file, 'utf8').replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, '');
    assert.deepEqual(html.match(/<[a-z][^>]*\sstyle\s*=[^>]*>/gi) ?? [], []);
  });

  if (!isEmbed)
    test(`${path} has its words without any script`, async () => {
      const still = await site.open(path, { javaScriptEnabled: false });
      assert.match((await still.page.locator('h1').textContent()) ?? '', /\w/);
      await still.close();
    });
}

test('the lab with all its controls and tables has no axe-core violation either, and fits 320 px', async () => {
  const { page, errors, close } = await quiet('/labs/quorum-playground/', { reducedMotion: 'reduce' });
  await page.getByRole('switch', { name: 'all controls' }).click();
  await page.getByRole('button', { name: 'as a table' }).click();
  await page.getByRole('button', { name: 'Forward one event' }).click();
  await page
    .getByRole('button', { name: /Menu of machine/ })
    .first()
    .click();
  await page.getByRole('menuitem', { name: /crash/ }).waitFor();
  assert.deepEqual(await axeViolationsInBoth(page), []);
  await page.setViewportSize({ width: 320, height: 800 });
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
  assert.deepEqual(errors, []);
  await close();
});
