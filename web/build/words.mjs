// Words that stand outside of a page's Markdown (in its front matter, in a question): as much Markdown as they need, and
// the shortcodes that stand inside a sentence.

/**
 * @param {string} text
 * @param {Record<string, (first: string, second?: string) => string>} [shortcodes] by name
 */
export function wordsHtml(text, shortcodes = {}) {
  return text
    .split(/(\{%.*?%\})/)
    .map((part) => {
      const code = /^\{%\s*(\w+) "([^"]+)"(?:, "([^"]+)")?\s*%\}$/.exec(part);
      if (!code) return inline(part);
      if (!Object.hasOwn(shortcodes, code[1])) throw new Error(`${part} cannot stand here`);
      return shortcodes[code[1]](code[2], code[3]);
    })
    .join('');
}

/** @param {string} text */
function inline(text) {
  return escapeHtml(text.replaceAll(' = ', '\u00a0=\u00a0'))
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*([^*]+)\*/g, '<em>$1</em>');
}

/** @param {string} text */
export function escapeHtml(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
