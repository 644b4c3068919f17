// The words of the field that the chapter uses: content/terms.json says which section brings each of them in and what it
// means. On that section's page {% term "virtual node" %} marks the place; no earlier page may use the word, which
// tests/wasm/terms.test.js sees to.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeHtml } from './words.mjs';

/**
 * @typedef {object} Term
 * @property {string} term
 * @property {string[]} variants other forms in which it stands in a sentence
 * @property {string} section two digits
 * @property {string} means fit to stand in parentheses behind the term
 */

/**
 * @param {string} [content]
 * @returns {Term[]}
 */
export function readTerms(content = 'content') {
  return JSON.parse(readFileSync(join(content, 'terms.json'), 'utf8'));
}

/**
 * The place where a term is brought in. The meaning opens at a press, and stands in parentheses on paper and where there
 * are no scripts.
 * @param {Term[]} terms
 * @param {string} name
 * @param {string} [form] one of its variants, where the sentence needs it
 */
export function termHtml(terms, name, form = name) {
  const term = terms.find((one) => one.term === name);
  if (!term) throw new Error(`content/terms.json has no term "${name}"`);
  if (!formsOf(term).includes(form)) throw new Error(`"${form}" is no form of the term "${name}"`);
  const id = `term-${name.toLowerCase().replace(/\W+/g, '-')}`;
  const parts = [
    `<dfn class="term"><button type="button" aria-expanded="false" aria-controls="${id}">${escapeHtml(form)}</button>`,
    `<span class="meaning" id="${id}" hidden><span class="parenthesis"> (</span>${escapeHtml(term.means)}`,
    '<span class="parenthesis">)</span></span></dfn>',
  ];
  return parts.join('');
}

/** @param {Term} term */
export function formsOf({ term, variants }) {
  return [term, ...variants];
}

/**
 * Finds a term in any of its forms. Capitals alone ("LSM", "W") count only as capitals.
 * @param {Term} term
 */
export function termPattern(term) {
  const forms = formsOf(term).sort((a, b) => b.length - a.length);
  const pattern = forms.map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const flags = /^[A-Z]+$/.test(term.term) ? 'gu' : 'giu';
  return new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${pattern})(?![\\p{L}\\p{N}_-])`, flags);
}
