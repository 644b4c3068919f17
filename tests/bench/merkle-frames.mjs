/**
 * Frames of the Merkle Tree Sync lab at a million keys, in headless Chromium over the built site: a step with every frame,
 * on to the end and back, by message and by round, and playing.
 *
 *   node tests/bench/merkle-frames.mjs [FRAMES] [KEYS]
 *
 * Prints a line for each, "ok" or "FAIL": of the intervals between frames, 95 % are under 17 ms. Beside it, without a
 * bar, the same page while nothing happens, which is the machine's own, what a step takes until the lab is drawn, and the
 * same where 10 000 keys differ.
 */
import { million } from '../../labs/merkle-sync/settings.js';
import { siteServer } from '../../web/build/serve.mjs';
import { dist, launchBrowser, readyMerkle } from '../lib/browser.js';

const [frames = 300, keys = million] = process.argv.slice(2).map(Number);

const server = siteServer(dist);
await new Promise((resolve) => server.listen(0, () => resolve(null)));
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
const browser = await launchBrowser();
try {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.setDefaultTimeout(120_000);
  await page.addInitScript(() => localStorage.setItem('systemsim.merkle-sync.seen', 'true'));
  await page.goto(`http://127.0.0.1:${port}/labs/merkle-sync/`);
  await readyMerkle(page);
  for (const [name, change] of /** @type {const} */ ([
    ['as it opens', {}],
    ['2 children', { fanOut: 2 }],
    ['2 children, 10 000 differ', { fanOut: 2, differ: 10_000 }],
  ])) {
    await page.evaluate(
      async (change) => {
        const { lab } = /** @type {any} */ (document.querySelector('merkle-sync'));
        await lab.set(change);
      },
      /** @type {any} */ ({ keys, ...change }),
    );
    await page.waitForFunction(
      () => /** @type {any} */ (document.querySelector('merkle-sync')).lab.bill.reports.size === 5,
    );
    await measure(page, name, 'nothing');
    for (const way of ['message', 'round', 'play']) await measure(page, name, way);
  }
} finally {
  await browser.close();
  server.close();
}

/** @param {import('playwright-core').Page} page @param {string} name @param {string} way */
async function measure(page, name, way) {
  const { intervals, works } = await page.evaluate(watchFrames, { way, frames });
  /** @param {number[]} values @param {number} share */
  const at = (values, share) =>
    [...values]
      .sort((one, other) => one - other)
      [Math.min(values.length - 1, Math.floor(share * values.length))].toFixed(1);
  /** @param {number[]} values */
  const all = (values) => `${at(values, 0.5)}, 95 % within ${at(values, 0.95)}, longest ${at(values, 1)} ms`;
  const barred = way !== 'nothing' && !name.includes('differ');
  const met = !barred ? '    ' : Number(at(intervals, 0.95)) < 17 ? 'ok  ' : 'FAIL';
  const what = way === 'nothing' ? 'nothing happens' : way === 'play' ? 'playing' : `a ${way} a frame`;
  const work = works.length > 0 ? `; a step and its drawing ${all(works)}` : '';
  console.log(`${met} merkle frames, ${name}, ${what}: ${all(intervals)} of ${intervals.length}${work}`);
}

/**
 * In the page: presses the lab's own buttons, one press a frame.
 * @param {{ way: string, frames: number }} asked
 * @returns {Promise<{ intervals: number[], works: number[] }>}
 */
async function watchFrames({ way, frames }) {
  const element = /** @type {any} */ (document.querySelector('merkle-sync'));
  const { lab } = element;
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  lab.pause();
  lab.byMessage = way === 'message';
  await lab.scrub(way === 'nothing' ? lab.last : 0);
  await element.updateComplete;
  for (let i = 0; i < 30; i++) await nextFrame();
  if (way === 'play') lab.play();
  /** @type {number[]} */
  const intervals = [];
  /** @type {number[]} */
  const works = [];
  let forward = true;
  let before = await nextFrame();
  while (way === 'play' ? lab.playing.on : intervals.length < frames) {
    if (way === 'message' || way === 'round') {
      if (lab.hop === (forward ? lab.last : 0)) forward = !forward;
      const label = `${forward ? 'Forward' : 'Back'} one ${way}`;
      const start = performance.now();
      element.shadowRoot.querySelector(`[aria-label="${label}"]`).click();
      await element.updateComplete;
      works.push(performance.now() - start);
    }
    const now = await nextFrame();
    intervals.push(now - before);
    before = now;
  }
  return { intervals, works };
}
