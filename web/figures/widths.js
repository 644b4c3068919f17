// A drawing with letters is laid out for the width it gets, so that they keep their size: for a phone, a tablet and a
// desk. The style sheet shows one of the three.
import { html } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';

const widths = { narrow: 310, middle: 660, wide: 860 };

/** @param {(width: number) => string} draw */
export const inWidths = (draw) =>
  Object.entries(widths).map(
    ([name, width]) => html`<div class="drawn ${name}">${unsafeHTML(draw(width))}</div>`,
  );
