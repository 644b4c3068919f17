/**
 * No term before its section. Every page as it was built, with its figures, questions and sentences that run, is read as
 * its reader reads it; the overview, navigation, titles of sections and titles of sources aside. A word may stand early
 * inside a link to a later section. And the page of that section marks its first use.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readChapter } from '../../web/build/chapter.mjs';
import { readDefinitions } from '../../web/build/claims.mjs';
import { readTerms, termHtml, termPattern } from '../../web/build/terms.mjs';
import { readText, root } from '../lib/files.js';

/** @import { Term } from '../../web/build/terms.mjs' */

const content = join(root, 'content');
const terms = readTerms(content);
const chapter = readChapter(content);

/** Each lab is opened at the end of a section, and may use what the chapter has brought in until then. */
const labSections = /** @type {Record<string, string>} */ ({ A: '05', B: '07' });

/** The terms that a text may not use yet, with what was found. @param {string} text @param {string} section */
const tooEarly = (text, section) =>
  terms
    .filter((term) => term.section > section)
    .flatMap((term) => [...text.matchAll(termPattern(term))].map(([found]) => `${found} (${term.section})`));

/**
 * What a reader reads in the text of a page.
 * @param {string} html
 * @param {string} section
 */
function readerText(html, section) {
  let main = html.slice(html.indexOf('<main'), html.indexOf('</main>'));
  for (const { number, slug } of chapter.sections) {
    if (number > section) main = main.replace(new RegExp(`<a [^>]*href="[^"]*${slug}/.*?</a>`, 'gs'), ' ');
  }
  return main
    .replace(/<(nav|h1|noscript)\b.*?<\/\1>|<section class="sources".*?<\/section>/gs, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&nbsp;', ' ')
    .replace(/\s+/g, ' ');
}

const pages = [
  ...chapter.sections.map((/** @type {any} */ { slug, number }) => ({ path: slug, section: number })),
  ...chapter.labs.map((/** @type {any} */ { slug, letter }) => ({
    path: `labs/${slug}`,
    section: labSections[letter],
  })),
].filter(({ path }) => existsSync(join(content, `${path}.md`)));

for (const { path, section } of pages) {
  test(`${path} uses no term before its section`, () => {
    const html = readFileSync(join(root, 'dist', path, 'index.html'), 'utf8');
    const text = readerText(html, section);
    assert.ok(text.length > 500);
    assert.deepEqual(tooEarly(text, section), []);
  });
}

test('what is said once a question is answered or a sentence is run uses no term before its section', () => {
  for (const kind of /** @type {const} */ (['questions', 'claims'])) {
    for (const { id, section, prompt, sentence, options = [] } of readDefinitions(kind, content).values()) {
      if (section === '00') continue;
      const words = options.flatMap((/** @type {any} */ { text, misconception, answer }) => [
        text,
        misconception,
        answer,
      ]);
      assert.deepEqual(tooEarly([prompt, sentence, ...words].join('\n'), section), [], id);
    }
  }
});

/**
 * Terms of a section that its page does not mark at their first use.
 * @param {string} markdown
 * @param {Term[]} own
 */
function unmarked(markdown, own) {
  // A title is not the place, and a figure, claim or question is only named here.
  const prose = markdown
    .replace(/^(description|title|interview|sources|recall):.*\n(?: .*\n)*/gm, '')
    .replace(/^#.*$/gm, '')
    .replace(/\{%(?!\s*term\b).*?%\}/g, '');
  return own
    .filter((term) => {
      const marked = new RegExp(`\\{%\\s*term "${term.term}"`).exec(prose);
      const first = termPattern(term).exec(prose);
      return !marked || !first || first.index < marked.index;
    })
    .map(({ term }) => term);
}

test('the page of a section marks each of its terms at the first use, once', () => {
  for (const { slug, number } of chapter.sections) {
    if (!existsSync(join(content, `${slug}.md`))) continue;
    const own = terms.filter(({ section }) => section === number);
    const markdown = readText(`content/${slug}.md`);
    assert.deepEqual(unmarked(markdown, own), [], slug);
    const marked = [...markdown.matchAll(/\{%\s*term "([^"]+)"/g)].map(([, name]) => name);
    assert.deepEqual(marked.sort(), own.map(({ term }) => term).sort(), slug);
  }
});

test('terms are listed by section, each once, each with a meaning that uses no later term', () => {
  assert.deepEqual(
    terms.map(({ section }) => section),
    terms.map(({ section }) => section).sort(),
  );
  const forms = terms.flatMap(({ term, variants }) => [term, ...variants]);
  assert.equal(new Set(forms).size, forms.length);
  for (const { term, section, means } of terms) {
    assert.ok(
      chapter.sections.some((/** @type {any} */ { number }) => number === section),
      term,
    );
    assert.match(means, /^[^.]{20,140}$/, term);
    assert.deepEqual(tooEarly(means, section), [], term);
  }
});

test('this test sees a planted fault', () => {
  const page = (/** @type {string} */ words) =>
    readerText(`<nav>Quorum</nav><main><h1>Quorum</h1><p>${words}</p></main>`, '03');
  assert.deepEqual(tooEarly(page('Both siblings <em>gossip</em>.'), '03'), ['siblings (06)', 'gossip (07)']);
  assert.deepEqual(tooEarly(page('vector\n<b>clocks</b>, an LSM&nbsp;tree'), '03'), [
    'vector clocks (06)',
    'LSM tree (09)',
  ]);
  assert.deepEqual(tooEarly(page('W = 2 and R&nbsp;= 1'), '03'), ['W (05)', 'R (05)']);
  assert.deepEqual(tooEarly(page('virtual nodes, w = 2, quorumless'), '03'), []);
  assert.deepEqual(tooEarly(page('see <a href="../07-failure-handling/#x">gossip</a>'), '03'), []);
  assert.deepEqual(tooEarly(page('see <a href="../06-vector-clocks/">gossip</a>'), '03'), []);
  const own = terms.filter(({ term }) => term === 'virtual node');
  assert.deepEqual(unmarked('A {% term "virtual node" %}. Virtual nodes.', own), []);
  assert.deepEqual(unmarked('# Virtual nodes\nA {% term "virtual node", "vnode" %}.', own), []);
  assert.deepEqual(unmarked('Vnodes are {% term "virtual node" %}s.', own), ['virtual node']);
  assert.deepEqual(unmarked('A virtual node.', own), ['virtual node']);
  assert.throws(() => termHtml(terms, 'virtual noun'), /no term "virtual noun"/);
  assert.throws(() => termHtml(terms, 'virtual node', 'node'), /no form/);
});
