// A drawing of the page as a file of its own. Colours and letters, which the page's style sheets give it, are written onto
// its shapes, always in the light ones: so it looks the same in a document, on paper, and in programs without style sheets.

const shapes = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray'];
const letters = ['fill', 'font-size', 'font-weight'];
/** What a shape has anyway. @type {Record<string, string>} */
const usual = { 'fill-opacity': '1', 'stroke-dasharray': 'none' };
const margin = 16;

/**
 * @param {SVGSVGElement} drawing as it stands in the page
 * @param {string} title
 * @returns {string}
 */
export function svgFile(drawing, title) {
  const light = document.createElement('div');
  for (const [name, value] of Object.entries({
    'color-scheme': 'light',
    position: 'absolute',
    visibility: 'hidden',
    'background-color': 'var(--panel)',
  })) {
    light.style.setProperty(name, value);
  }
  const file = /** @type {SVGSVGElement} */ (drawing.cloneNode(true));
  light.append(file);
  /** @type {Element} */ (drawing.parentElement).append(light);
  try {
    const hex = hexIn(light);
    for (const part of file.querySelectorAll('*')) writeLooks(part, hex);
    const text = file.querySelector('text');
    if (text) set(file, { 'font-family': getComputedStyle(text).fontFamily.replaceAll('"', "'") });
    const { width, height } = drawing.viewBox.baseVal;
    const paper = { x: -margin, y: -margin, width: width + 2 * margin, height: height + 2 * margin };
    file.prepend(
      make('title', {}, title),
      make('desc', {}, drawing.getAttribute('aria-label') ?? ''),
      make('rect', { ...paper, fill: hex(getComputedStyle(light).backgroundColor) }),
    );
    set(file, {
      viewBox: Object.values(paper).join(' '),
      width: paper.width,
      height: paper.height,
    });
    for (const part of [file, ...file.querySelectorAll('*')]) part.removeAttribute('class');
    file.removeAttribute('aria-label');
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(file)}\n`;
  } finally {
    light.remove();
  }
}

/** @param {Element} part @param {(colour: string) => string} hex */
function writeLooks(part, hex) {
  const looks = getComputedStyle(part);
  for (const name of part.localName === 'text' ? letters : shapes) {
    const value = looks.getPropertyValue(name);
    if (value === usual[name] || (name.startsWith('stroke-') && looks.stroke === 'none')) continue;
    const isColour = (name === 'fill' || name === 'stroke') && value !== 'none';
    part.setAttribute(name, isColour ? hex(value) : value);
  }
}

/** Any colour that a browser computes, as the six digits that every program reads. @param {HTMLElement} beside */
function hexIn(beside) {
  const probe = beside.appendChild(document.createElement('i'));
  /** @type {Map<string, string>} */
  const known = new Map();
  return (/** @type {string} */ colour) => {
    const before = known.get(colour);
    if (before) return before;
    // Mixed with itself in sRGB, it is given as red, green and blue from 0 to 1.
    probe.style.setProperty('color', `color-mix(in srgb, ${colour}, ${colour})`);
    const parts = /srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)/.exec(getComputedStyle(probe).color);
    if (!parts) throw new Error(`no colour: ${colour}`);
    const found = `#${parts.slice(1).map(twoDigits).join('')}`;
    known.set(colour, found);
    return found;
  };
}

/** @param {string} part from 0 to 1 */
const twoDigits = (part) =>
  Math.round(255 * Math.max(0, Math.min(1, Number(part))))
    .toString(16)
    .padStart(2, '0');

/** @param {string} tag @param {Record<string, string | number>} attributes @param {string} [inside] */
function make(tag, attributes, inside = '') {
  const part = document.createElementNS('http://www.w3.org/2000/svg', tag);
  set(part, attributes);
  part.textContent = inside;
  return part;
}

/** @param {Element} part @param {Record<string, string | number>} attributes */
function set(part, attributes) {
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, String(value));
}
