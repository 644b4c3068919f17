/** axe-core over a page, its shadow roots included. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** @import { Locator, Page } from 'playwright-core' */

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Of a whole page, or of a part alone: looking at a page of text takes seconds, so a figure's states are looked at by
 * themselves where the page has a test of its own.
 * @param {Page | Locator} whole
 * @param {string[]} [rules] these alone
 * @returns {Promise<string[]>} each broken rule with what breaks it
 */
export async function axeViolations(whole, rules) {
  const part = 'goto' in whole ? whole.locator('html') : whole;
  await part.page().evaluate(source);
  const { violations } = await part.evaluate(
    (node, rules) => /** @type {any} */ (window).axe.run(node, rules ? { runOnly: rules } : {}),
    rules,
  );
  return violations.map(
    (/** @type {any} */ { id, nodes }) => `${id}: ${nodes.map((/** @type {any} */ node) => node.html)}`,
  );
}

/**
 * The same in light and in dark, which differ in colours alone.
 * @param {Page | Locator} whole
 */
export async function axeViolationsInBoth(whole) {
  const page = 'goto' in whole ? whole : whole.page();
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await axeViolations(whole);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await axeViolations(whole, ['color-contrast']);
  await page.emulateMedia({ colorScheme: null });
  return [...light, ...dark.map((violation) => `dark: ${violation}`)];
}
