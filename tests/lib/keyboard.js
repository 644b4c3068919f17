/** A page as somebody without a pointer uses it. */
import assert from 'node:assert/strict';
import { standOf } from './browser.js';

/** @import { Page } from 'playwright-core' */

/** What has the focus, as a screen reader would name it. @param {Page} page */
export const focused = (page) =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    if (!element || element === document.body) return '';
    const label = /** @type {any} */ (element).labels?.[0]?.textContent;
    return (element.getAttribute('aria-label') ?? label ?? element.textContent ?? '')
      .replace(/\s+/g, ' ')
      .trim();
  });

/**
 * Tab until the control of that name has the focus.
 * @param {Page} page
 * @param {RegExp} name
 */
export async function tabTo(page, name) {
  for (let i = 0; i < 80; i++) {
    if (name.test(await focused(page))) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`no way to ${name} by Tab; the focus is on "${await focused(page)}"`);
}

/**
 * Waits for the focus to come to the control of that name; a busy machine may need a while.
 * @param {Page} page
 * @param {RegExp} name
 */
export async function untilFocused(page, name) {
  for (let i = 0; i < 500; i++) {
    if (name.test(await focused(page))) return;
    await page.waitForTimeout(20);
  }
  assert.match(await focused(page), name);
}

/** One event is in view for less than this long. @param {Page} page */
export async function untilStill(page) {
  let before = '';
  for (let i = 0; i < 30; i++) {
    const now = JSON.stringify(await standOf(page));
    if (now === before) return;
    before = now;
    await page.waitForTimeout(1500);
  }
  assert.fail('the run never came to rest');
}
