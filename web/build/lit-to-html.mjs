// A Lit template as plain HTML: the still picture of a figure is the very template that the page renders later.
// Knows what the figures use (text, nested templates, lists, attributes, boolean attributes, drawings by unsafeHTML);
// listeners and properties are left out, and any other value is escaped.

/**
 * @param {unknown} value a template, a list of them, a text, or nothing
 * @returns {string}
 */
export function litToHtml(value) {
  if (value === null || value === undefined || value === false || typeof value === 'symbol') return '';
  if (Array.isArray(value)) return value.map(litToHtml).join('');
  if (isMarkup(value)) return value.values[0];
  if (!isTemplate(value)) return escapeHtml(String(value));

  let out = '';
  let quoted = false; // a binding inside a quoted attribute that is left out: its closing quote goes too
  value.strings.forEach((text, index) => {
    if (quoted) text = text.replace(/^"/, '');
    quoted = false;
    if (index === value.values.length) {
      out += text;
      return;
    }
    const bound = value.values[index];
    const attribute = text.match(/\s([@.?]?)([\w:-]+)=("?)$/);
    if (!attribute) {
      out += text + (insideTag(out + text) ? escapeHtml(String(bound)) : litToHtml(bound));
      return;
    }
    const [whole, kind, name, quote] = attribute;
    const before = text.slice(0, -whole.length);
    if (kind === '' && !isNothing(bound)) out += `${before} ${name}=${quote}${quoteIfBare(bound, quote)}`;
    else if (kind === '?' && bound) out += `${before} ${name}`;
    else out += before;
    quoted = quote === '"' && (kind !== '' || isNothing(bound));
  });
  return out.replace(/\s*\n\s*/g, ' ');
}

/**
 * @param {unknown} value
 * @returns {value is {strings: string[], values: unknown[]}}
 */
function isTemplate(value) {
  return typeof value === 'object' && value !== null && 'strings' in value && 'values' in value;
}

/**
 * What Lit's unsafeHTML gives: a drawing, which is markup already.
 * @param {unknown} value
 * @returns {value is {values: [string]}}
 */
function isMarkup(value) {
  return typeof value === 'object' && value !== null && '_$litDirective$' in value;
}

/** Lit's `nothing` is a symbol. */
function isNothing(/** @type {unknown} */ value) {
  return typeof value === 'symbol' || value === undefined || value === null;
}

/** @param {unknown} value @param {string} quote */
function quoteIfBare(value, quote) {
  return quote ? escapeHtml(String(value)) : `"${escapeHtml(String(value))}"`;
}

/** Is the end of this text between < and > ? */
function insideTag(/** @type {string} */ text) {
  return text.lastIndexOf('<') > text.lastIndexOf('>');
}

/** @param {string} text */
function escapeHtml(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
