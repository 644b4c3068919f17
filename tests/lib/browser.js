/**
 * Headless Chromium over the built site. `need_chromium` in web/build/toolchain.sh finds it; $CHROME names another one.
 * Every page opened here is watched: what it logs as an error and which hosts it asks is for the tests to judge.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { siteServer } from '../../web/build/serve.mjs';
import { axeViolationsInBoth } from './axe.js';
import { root } from './files.js';

/** @import { Server } from 'node:http' */
/** @import { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core' */

export const dist = join(root, 'dist');

/**
 * What a whole browser makes beside each page that is opened and no test looks at: the address bar's pages, and a
 * process kept for the next page. Of several lists the last one counts, so what Playwright turns off is named again.
 */
const unused = [
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup', 'PreloadTopChromeWebUI'],
  ...['InitialWebUI', 'WebUIReloadButton', 'WebUIToolbar', 'SpareRendererForSitePerProcess'],
];
const unusedByPlaywright = [
  ...[
    'AcceptCHFrame',
    'AvoidUnnecessaryBeforeUnloadCheckSync',
    'DestroyProfileOnBrowserClose',
    'PaintHolding',
  ],
  ...[
    'DialMediaRouteProvider',
    'GlobalMediaControls',
    'HttpsUpgrades',
    'LensOverlay',
    'MediaRouter',
    'Translate',
  ],
  ...['ThirdPartyStoragePartitioning', 'AutoDeElevate', 'RenderDocument', 'OptimizationHints'],
];

const flags = [
  `--disable-features=${[...unused, ...unusedByPlaywright]}`,
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

export const launchBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROME ?? '/usr/bin/chromium',
    // The sandbox cannot be had as root.
    args: process.getuid?.() === 0 ? ['--no-sandbox', ...flags] : flags,
  });

/** @typedef {BrowserContextOptions & { before?: (page: Page) => Promise<unknown> }} OpenOptions */

/** A browser and the site, for the tests of one file: it starts before them and ends after them. */
export function useSite() {
  /** @type {Server[]} */
  const servers = [];
  const site = {
    browser: /** @type {Browser} */ (/** @type {unknown} */ (null)),
    origin: '',
    /**
     * A page of somebody else, on another origin.
     * @param {string} body
     * @param {OpenOptions} [options]
     */
    openHost: async (body, options) => {
      const host = createServer((_request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
        response.end(
          `<!doctype html><html lang="en"><title>host</title><link rel="icon" href="data:,"><body>${body}</body></html>`,
        );
      });
      return openPage(site.browser, await listen(host, servers), options);
    },
    /**
     * @param {string} address a path of the site, or a whole address
     * @param {OpenOptions} [options]
     */
    open: (address, options) =>
      openPage(site.browser, address.startsWith('/') ? site.origin + address : address, options),
  };
  before(async () => {
    site.browser = await launchBrowser();
    site.origin = await listen(siteServer(dist), servers);
  });
  after(async () => {
    await site.browser?.close();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });
  return site;
}

/**
 * @param {Server} server
 * @param {Server[]} servers where it is remembered for the end
 */
async function listen(server, servers) {
  servers.push(server);
  await new Promise((resolve) => server.listen(0, () => resolve(null)));
  const address = server.address();
  assert.ok(typeof address === 'object' && address);
  return `http://127.0.0.1:${address.port}`;
}

/**
 * @param {Browser} browser
 * @param {string} address
 * @param {OpenOptions} [options]
 */
async function openPage(browser, address, { before, ...context } = {}) {
  const page = await (
    await browser.newContext({ viewport: { width: 1280, height: 900 }, ...context })
  ).newPage();
  page.setDefaultTimeout(60_000); // ends a wait that would never end; no page is as slow as that
  /** @type {string[]} */
  const errors = [];
  /** @type {string[]} */
  const requests = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.context().on('request', (request) => requests.push(request.url()));
  await before?.(page);
  const answer = await page.goto(address);
  return { page, answer, errors, requests, close: () => page.context().close() };
}

/** Every page that was built, as a path of the site. */
export function builtPages() {
  const files = /** @type {string[]} */ (readdirSync(dist, { recursive: true })).filter((file) =>
    file.endsWith('.html'),
  );
  const paths = files.map((file) => `/${file.replaceAll('\\', '/').replace(/(^|\/)index\.html$/, '$1')}`);
  assert.ok(paths.includes('/') && paths.includes('/labs/quorum-playground/'), 'the site is not built');
  return paths.sort();
}

/**
 * Waits until the page's lab stands, and gives its element.
 * @param {Page} page
 */
export async function readyLab(page) {
  if ((await page.locator('merkle-sync').count()) > 0) return readyMerkle(page);
  const lab = page.locator('quorum-playground');
  await page.waitForFunction(() =>
    Boolean(/** @type {any} */ (document.querySelector('quorum-playground'))?.traceSha256),
  );
  return lab;
}

/** The second lab. @param {Page} page */
export async function readyMerkle(page) {
  await page.waitForFunction(() => /** @type {any} */ (document.querySelector('merkle-sync'))?.isReady);
  return page.locator('merkle-sync');
}

/**
 * Waits until a figure has done all that was asked of it, and shows it.
 * @param {Locator} figure a sim-figure
 */
export const settled = (figure) =>
  figure.evaluate(async (/** @type {any} */ element) => {
    let queue;
    do {
      queue = element.queue;
      await queue;
      await element.updateComplete;
    } while (queue !== element.queue);
  });

/**
 * Position and hash of the page's lab.
 * @param {Page | import('playwright-core').Frame} page
 * @returns {Promise<{ position: number, hash: string }>}
 */
export const standOf = (page) =>
  page.evaluate(() => {
    const lab = /** @type {any} */ (document.querySelector('quorum-playground'));
    return { position: lab.position, hash: lab.traceSha256 };
  });

/**
 * Waits until the page's lab stands at a position.
 * @param {Page} page
 * @param {number} position
 */
export const untilAt = (page, position) =>
  page.waitForFunction(
    (position) => /** @type {any} */ (document.querySelector('quorum-playground')).position === position,
    position,
  );

/**
 * The sizes, in pixels of the screen, of letters smaller than a reader should get.
 * @param {import('playwright-core').Page} page
 * @param {string} selector of what bears letters; in a drawing they shrink with it
 */
export const smallLetters = (page, selector) =>
  page.evaluate(
    (selector) =>
      [...document.querySelectorAll(selector)]
        .map((text) => {
          const drawing = text.closest('svg');
          const scale = drawing ? drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width : 1;
          return Number.parseFloat(getComputedStyle(text).fontSize) * scale;
        })
        .filter((size) => size < 13.99),
    selector,
  );

/**
 * The page at this width has no sideways scrolling, and no figure cuts off what a reader should see.
 * @param {Page} page
 * @param {number} width
 * @param {string} [place] where, for the message
 */
export async function assertFits(page, width, place = '') {
  const at = `${place}${width} px`;
  await page.setViewportSize({ width, height: 800 });
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, at);
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll('figure.sim')].flatMap((figure) => {
      const { right } = figure.getBoundingClientRect();
      return [...figure.querySelectorAll('*')]
        .filter(
          (element) =>
            !element.closest('svg, .twin, .visually-hidden') &&
            element.getBoundingClientRect().right > right + 1,
        )
        .map((element) => element.textContent?.trim());
    }),
  );
  assert.deepEqual(cut, [], at);
}

/**
 * Listens to what a screen reader would say of this figure. The function that comes back presses, and says what was said
 * since: it waits until something is, and a little longer, for it should not be said twice.
 * @param {Locator} figure
 * @returns {Promise<(press: () => Promise<void>) => Promise<string[]>>}
 */
export async function listenTo(figure) {
  await figure.evaluate((element) => {
    /** @type {string[]} */
    const heard = [];
    /** @type {any} */ (window).heard = heard;
    const saying = () =>
      [...element.querySelectorAll('[role="status"], [role="alert"], [aria-live]')].map((region) =>
        (region.textContent ?? '').replace(/\s+/g, ' ').trim(),
      );
    let before = saying();
    new MutationObserver(() => {
      const now = saying();
      heard.push(...now.filter((text) => !before.includes(text)));
      before = now;
    }).observe(element, { childList: true, subtree: true, characterData: true });
  });
  const page = figure.page();
  const count = () => page.evaluate(() => /** @type {any} */ (window).heard.length);
  return async (press) => {
    await press();
    for (let tries = 0; tries < 100 && (await count()) === 0; ++tries) await page.waitForTimeout(100);
    await page.waitForTimeout(400);
    return page.evaluate(() => /** @type {any} */ (window).heard.splice(0));
  };
}

/**
 * A figure as it stands: no axe-core violation in light and in dark, no style attribute in any figure of its page, and
 * the page fits a phone and a tablet, at whose width it is left.
 * @param {Locator} figure
 */
export async function assertSound(figure) {
  assert.deepEqual(await axeViolationsInBoth(figure), []);
  assert.equal(await figure.page().locator('sim-figure [style]').count(), 0);
  for (const width of [320, 360, 768]) await assertFits(figure.page(), width);
}
