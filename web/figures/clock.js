// Vector clocks as figures show them: a counter for each machine that took a write.
import { html } from 'lit';

/** @typedef {Record<string, number>} Clock how many writes through each machine a version has seen; 0 is left out */

/** "A 1", which no line's end parts. @param {[string, number]} entry */
export const entryText = (entry) => entry.join('\u00a0');

/** "A 2, B 1". @param {Clock} clock */
export const clockText = (clock) => Object.entries(clock).map(entryText).join(', ');

/** @param {string} entry as `entryText` says it */
export const counter = (entry) => html`<b class="counter">${entry}</b> `;

/** @param {Clock} clock */
export const counters = (clock) =>
  html`<p>${Object.entries(clock).map((entry) => counter(entryText(entry)))}</p>`;

/** A version has seen all that another has if none of its counters is smaller. @param {Clock} one @param {Clock} other */
export const hasSeen = (one, other) =>
  Object.entries(other).every(([machine, count]) => (one[machine] ?? 0) >= count);
