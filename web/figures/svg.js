// Small helpers for drawings that are text: a figure is a pure function from a view to an SVG string, so that the same
// code draws the still picture when the site is built and the live one in the page.
// Rules: every text is escaped; classes and presentation attributes only, never a style attribute; the drawing is laid
// out for the width it gets, so letters keep their size. Colours and type are in figures.css.

/** @param {unknown} text */
export function escapeText(text) {
  return String(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {string} [inside] markup that is already safe
 */
export function element(tag, attributes, inside = '') {
  const list = Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeText(typeof value === 'number' ? round(value) : value)}"`)
    .join('');
  return `<${tag}${list}>${inside}</${tag}>`;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {unknown} content
 * @param {Record<string, string | number>} [attributes]
 */
export function text(x, y, content, attributes = {}) {
  return element('text', { x, y, ...attributes }, escapeText(content));
}

/**
 * @param {number} x1
 * @param {number} y1
 * @param {number} x2
 * @param {number} y2
 * @param {string} className
 */
export function line(x1, y1, x2, y2, className) {
  return element('path', { d: `M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}`, class: className });
}

/**
 * @param {{width: number, height: number, label: string, className: string}} frame
 * @param {string[]} parts
 */
export function picture({ width, height, label, className }, parts) {
  return element(
    'svg',
    {
      class: `figure-svg ${className}`,
      viewBox: `0 0 ${round(width)} ${round(height)}`,
      width,
      height,
      role: 'img',
      'aria-label': label,
    },
    parts.join(''),
  );
}

/** Two digits are enough for a pixel. @param {number} value */
export function round(value) {
  return Math.round(value * 100) / 100;
}
