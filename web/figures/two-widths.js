// A drawing with letters is laid out for the width it gets, so that they keep their size: for a wide place, and for a
// phone. The style sheet shows one of the two.
import { html } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';

const wide = 840;
const narrow = 310;

/** @param {(width: number) => string} draw */
export const twoWidths = (draw) =>
  html`<div class="drawn wide">${unsafeHTML(draw(wide))}</div>
    <div class="drawn narrow">${unsafeHTML(draw(narrow))}</div>`;
