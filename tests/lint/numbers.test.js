/**
 * Nobody types a measured number. In the pages' Markdown a share, a time or a factor comes from a claim ({% claim %},
 * {% value %}); in a claim's sentence it is {value}, and what else is typed there is a setting of its experiment; figures
 * and labs say only what they have just measured. And there is at most one thin mark a paragraph.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDefinitions } from '../../web/build/claims.mjs';
import { readText, repositoryFiles, root } from '../lib/files.js';

/** @import { Claim } from '../../web/engine/engine.d.ts' */

/** A number with a unit in which things are measured. */
const measured = /\d[\d.,\s\u202f]*(?:&nbsp;)?(?:%|percent\b|ms\b|µs\b|seconds?\b|times\b|×)/g;

/**
 * Typed numbers that are no measurements, each with the reason.
 * @type {{text: string, why: string}[]}
 */
const exceptions = [
  {
    text: 'the reader waits for 10&nbsp;ms',
    why: 'a setting: the age in disk-fresh-after-10-ms, named to tell two values apart',
  },
];

/** The parts of a page that a reader sees as text, the front matter's lede and card among them. @param {string} markdown */
const prose = (markdown) => markdown.replace(/\{%.*?%\}/g, '').replace(/`[^`\n]*`/g, '');

/** @param {string} markdown */
function typedNumbers(markdown) {
  const excepted = exceptions.reduce((text, { text: known }) => text.replaceAll(known, ''), prose(markdown));
  return [...excepted.matchAll(measured)].map(([found]) => found.trim());
}

/** Numbers with a unit in what a script says to the reader: outside of its comments. @param {string} script */
const spokenNumbers = (script) =>
  [
    ...script
      .replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '')
      .matchAll(/\d[\d.]*(?: |\u00a0|\\u00a0|&nbsp;)(?:%|percent\b|ms\b|times\b)/g),
  ].map(([found]) => found);

/** Paragraphs with more than one mark. @param {string} markdown */
const crowded = (markdown) =>
  markdown.split(/\n\s*\n/).filter((paragraph) => (paragraph.match(/\{%\s*claim\b/g)?.length ?? 0) > 1);

/** Every number in an experiment, times in milliseconds as well. @param {unknown} value @returns {number[]} */
function settings(value) {
  if (typeof value === 'number') return [value, value / 1000];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(settings) : [];
}

/** Numbers in a claim's sentence that its experiment does not know. @param {Claim} claim */
const strayNumbers = ({ sentence, experiment }) =>
  [...sentence.matchAll(measured)]
    .map(([found]) => Number.parseFloat(found))
    .filter((number) => !settings(experiment).includes(number));

const pages = repositoryFiles().filter((path) => /^content\/.*\.md$/.test(path));
const claims = /** @type {Map<string, Claim>} */ (readDefinitions('claims', join(root, 'content')));

test('no page has a typed number where a claim could stand, and no paragraph two marks', () => {
  assert.ok(pages.length > 0);
  for (const path of pages) {
    assert.deepEqual(typedNumbers(readText(path)), [], path);
    assert.deepEqual(crowded(readText(path)), [], path);
  }
});

test('every exception is still needed, and says why', () => {
  const all = pages.map((path) => prose(readText(path))).join('\n');
  for (const { text, why } of exceptions) {
    assert.ok(all.includes(text), `"${text}" is nowhere`);
    assert.ok(why.length > 10, text);
  }
});

test('figures and labs type no measured number', () => {
  const scripts = repositoryFiles().filter((path) => /^(web\/(figures|claims|ui)|labs)\/.*\.js$/.test(path));
  assert.ok(scripts.length > 20);
  const known = [{ path: 'web/figures/stale-curve.js', text: '0 ms', why: 'the beginning of an axis' }];
  for (const path of scripts) {
    const allowed = known.filter((one) => one.path === path).map(({ text }) => text);
    assert.deepEqual(spokenNumbers(readText(path)), allowed, path);
  }
});

test('what a claim’s sentence types is a setting of its experiment', () => {
  assert.ok(claims.size > 0);
  for (const claim of claims.values()) assert.deepEqual(strayNumbers(claim), [], claim.id);
});

test('a question’s own words type no measured number either', () => {
  for (const { id, prompt, options } of readDefinitions('questions', join(root, 'content')).values()) {
    const words = [
      prompt,
      ...options.map((/** @type {any} */ { answer, misconception }) => [answer, misconception]),
    ];
    assert.deepEqual(typedNumbers(words.flat().join('\n')), [], id);
  }
});

test('this lint sees a planted fault', () => {
  for (const text of [
    'about 44 % of reads',
    'after 14\u00a0ms',
    '2.9 times the mean',
    '4 ×',
    '1\u202f000 ms',
  ])
    assert.equal(typedNumbers(text).length, 1, text);
  for (const text of ['five records', '`sleep 10 ms`', '{% value "x-10-ms" %}', 'W = 2', 'pages 205–220'])
    assert.deepEqual(typedNumbers(text), [], text);
  assert.equal(spokenNumbers('html`<p>44 % of reads</p>` // 56 % more').length, 1);
  assert.equal(crowded('{% claim "a" %} and\n{% claim "b" %}\n\n{% claim "c" %}').length, 1);
  const claim = /** @type {Claim} */ (claims.values().next().value);
  assert.deepEqual(strayNumbers({ ...claim, sentence: 'It takes 1.234 ms.' }), [1.234]);
});
