/**
 * The shape of a section's page, where Markdown alone can show it: the question comes before the figure that answers it,
 * and both before the first heading; the page says where the usual sentence is wrong; it is as long as it claims. (What
 * its front matter must have, the build asks for; see web/build/page-data.mjs.)
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText, repositoryFiles } from '../lib/files.js';

const wrong = 'Where the usual sentence is wrong';

/** What a page lacks. @param {string} markdown */
function faults(markdown) {
  const [, front = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(markdown) ?? [];
  const start = body.split(/^## /m)[0];
  const question = start.search(/\{% question "/);
  const figure = start.search(/\{% figure "/);
  const minutes = Number(/^minutes: *(\d+)$/m.exec(front)?.[1]);
  const words = body
    .replace(/\{%.*?%\}/g, ' ')
    .replace(/^#.*$/gm, ' ')
    .match(/\p{L}[\p{L}\p{N}’'-]*/gu);
  const long = words?.length ?? 0;
  return [
    ...(question >= 0 ? [] : ['no question before the first heading']),
    ...(figure > question ? [] : ['no figure between the question and the first heading']),
    ...(body.includes(`\n## ${wrong}\n`) ? [] : [`no heading "${wrong}"`]),
    ...(minutes >= 8 && minutes <= 12 ? [] : [`${minutes} minutes, not 8 to 12`]),
    ...(long >= 600 && long <= 1200 ? [] : [`${long} words, not 600 to 1 200`]),
  ];
}

test('every section’s page has its question, its figure, its wrong sentence, and its length', () => {
  for (const path of repositoryFiles().filter((path) => /^content\/\d\d-[\w-]+\.md$/.test(path))) {
    assert.deepEqual(faults(readText(path)), [], path);
  }
});

test('this lint sees a planted fault', () => {
  const prose = 'One word after another. '.repeat(160);
  const page = (/** @type {string} */ start, minutes = 9, text = prose) =>
    `---\nminutes: ${minutes}\n---\n\n${start}\n\n## More\n\n${text}\n\n## ${wrong}\n\nHere.\n`;
  const good = page('{% question "q" %}\n\n{% figure "f" %}');
  assert.deepEqual(faults(good), []);
  for (const bad of [
    page('{% figure "f" %}\n\n{% question "q" %}'),
    page('{% question "q" %}'),
    page('{% figure "f" %}'),
    page('{% question "q" %}\n\n{% figure "f" %}', 20),
    page('{% question "q" %}\n\n{% figure "f" %}', 9, 'Too short.'),
    good.replace('usual', 'textbook'),
  ])
    assert.equal(faults(bad).length, 1, bad.slice(0, 80));
});
