/** The address is the experiment: a copied link reaches the same hash elsewhere, and frames have no say in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeLink } from '../../web/engine/link.js';
import { readyLab, standOf, untilAt, useSite } from '../lib/browser.js';
import { makeRun } from '../lib/run-link.js';

const site = useSite();
const lab = '/labs/quorum-playground/';
const run = await makeRun();

test('a link made elsewhere opens at its position with its hash', async () => {
  const { page, errors, close } = await site.open(lab + run.middle);
  await readyLab(page);
  assert.deepEqual(await standOf(page), run.stand);
  assert.deepEqual(errors, []);
  await close();
});

test('a link copied in the lab, after actions by hand, reaches the same hash in a new page', async () => {
  const { page, close } = await site.open(lab, { permissions: ['clipboard-read', 'clipboard-write'] });
  await readyLab(page);
  await page.getByRole('switch', { name: 'all controls' }).click();
  await page.getByRole('button', { name: 'put, as client 1' }).click();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page
    .getByRole('button', { name: /Menu of machine/ })
    .first()
    .click();
  await page.getByRole('menuitem', { name: /crash/ }).click();
  await page.getByText('down', { exact: true }).waitFor();
  let before = await standOf(page);
  for (let i = 0; i < 3; i++) {
    await page.getByRole('button', { name: 'Forward one event' }).click();
    await untilAt(page, before.position + 1);
    before = await standOf(page);
  }
  await page.getByRole('button', { name: 'copy link' }).click();
  await page.getByText('copied', { exact: true }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /#run=1\.[\w-]+$/);
  const other = await site.open(link);
  await readyLab(other.page);
  assert.deepEqual(await standOf(other.page), before);
  assert.ok(before.position > 3);
  await other.close();
  await close();
});

test('a link of an older engine opens, with a note', async () => {
  const scenario = { workload: { clients: 2 }, actions: [{ do: 'put', client: 'c1', key: 'x', value: '1' }] };
  const { page, close } = await site.open(
    `${lab}#run=${encodeLink({ scenario, position: 1, trace_version: 0 })}`,
  );
  await readyLab(page);
  await page.getByRole('region', { name: 'Task' }).getByText('made by an older engine').waitFor();
  assert.equal((await standOf(page)).position, 1);
  await close();
});

test('a damaged link is explained, and the lab opens with its own run', async () => {
  const { page, errors, close } = await site.open(`${lab}#run=1.AAAAAAAA`);
  await readyLab(page);
  await page.getByText('This link is damaged', { exact: false }).first().waitFor();
  assert.deepEqual(errors, []);
  await close();
});

test('a link whose scenario the engine refuses is explained as well', async () => {
  const link = encodeLink({ scenario: { cluster: { n: 3, w: 4 } }, position: 0, trace_version: 1 });
  const { page, close } = await site.open(`${lab}#run=${link}`);
  await readyLab(page);
  await page.getByText('4 is more than n, which is 3', { exact: false }).first().waitFor();
  await close();
});

for (const fps of [5, 60, 144]) {
  test(`played by the page at ${fps} frames a second, the run ends with the hash of the run without frames`, async () => {
    const { page, close } = await site.open(lab + run.start, {
      before: (page) =>
        page.addInitScript((fps) => {
          window.requestAnimationFrame = (callback) =>
            /** @type {any} */ (setTimeout(() => callback(performance.now()), 1000 / fps));
          window.cancelAnimationFrame = clearTimeout;
        }, fps),
    });
    await readyLab(page);
    await page.getByLabel('Speed').selectOption('fast');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.waitForFunction(
      (position) => /** @type {any} */ (document.querySelector('quorum-playground')).position >= position,
      run.end.position,
      { timeout: 60_000 },
    );
    assert.deepEqual(await standOf(page), run.end);
    await close();
  });
}

test('where no worker can be made, the same engine runs on the page with the same hash', async () => {
  const { page, errors, close } = await site.open(lab + run.middle, {
    before: (page) => page.addInitScript(() => Reflect.deleteProperty(window, 'Worker')),
  });
  await readyLab(page);
  assert.deepEqual(await standOf(page), run.stand);
  assert.equal(page.workers().length, 0);
  assert.deepEqual(errors, []);
  await close();
});
