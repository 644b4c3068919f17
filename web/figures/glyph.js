// A state's shape beside its word. Decoration for the ear: the word says it all.
import { html, svg } from 'lit';
import { shapePaths } from './shapes.js';

/** @param {string} name a shape of shapes.js */
export function glyph(name) {
  const { line, fill } = shapePaths[name];
  return html`<svg class="glyph is-${name}" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
    ${fill ? svg`<path class="shape-fill" d=${fill} />` : ''}${line ? svg`<path class="shape-line" d=${line} />` : ''}
  </svg>`;
}
