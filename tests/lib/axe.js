/** axe-core over a page, its shadow roots included. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** @import { Locator, Page } from 'playwright-core' */

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Of a whole page, or of a part alone: looking at a page of text takes seconds, so a figure's states are looked at by
 * themselves where the page has a test of its own.
 * @param {Page | Locator} whole
 * @returns {Promise<string[]>} each broken rule with what breaks it
 */
export async function axeViolations(whole) {
  const part = 'goto' in whole ? whole.locator('html') : whole;
  await part.page().evaluate(source);
  const { violations } = await part.evaluate((node) => /** @type {any} */ (window).axe.run(node));
  return violations.map(
    (/** @type {any} */ { id, nodes }) => `${id}: ${nodes.map((/** @type {any} */ node) => node.html)}`,
  );
}
