/**
 * The frame of a section's page, from its front matter to its foot, on a page that is made up here; and what stops the
 * build. The pages of content/ are looked at where they are built, in tests/browser.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { pathOf, placeOf, readChapter } from '../../web/build/chapter.mjs';
import { readDefinitions } from '../../web/build/claims.mjs';
import { readReferences } from '../../web/build/page-data.mjs';
import { writePages } from '../../web/build/pages.mjs';
import { readTerms } from '../../web/build/terms.mjs';
import { root } from '../lib/files.js';

process.chdir(root);
const folder = mkdtempSync(join(tmpdir(), 'systemsim-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The chapter as it will be: 02, and nothing else yet. */
const chapter = readChapter();
for (const section of chapter.sections) section.written = section.number === '02';

const figures = /** @type {any} */ ({
  measured: {},
  labRunOf: (/** @type {string} */ name) => `1.${name}`,
  stillFigure: (/** @type {string} */ name) => ({ id: `fig-${name}`, picture: 'still', withoutScript: '' }),
});

const fold = '{% fold "Another way", 3 %}\nWith *weight* inside.\n{% endfold %}';

const front = {
  minutes: 'minutes: 9',
  lede: 'lede: Two sentences with `code`, *weight* and {% value "ring-200-points" %}. The second.',
  interview: 'interview: { fails: "pick two < three", better: "say which", seen: goals }',
  sources: 'sources: [karger-1997, { id: dynamo-2007, for: Where it began. }]',
};

const door = '{% lab "A", "goals" %}Change `w`.{% endlab %}';

/**
 * Section 02 as Eleventy writes it.
 * @param {Record<string, string>} [matter]
 * @param {string} [end] of its text
 */
async function build(matter = front, end = door) {
  // Eleventy remembers what it has read, by its path: each build has a folder of its own.
  const here = mkdtempSync(join(folder, 'site-'));
  const [input, output] = [join(here, 'content'), join(here, 'dist')];
  mkdirSync(input);
  const page = `---\n${Object.values(matter).join('\n')}\n---\n\nFirst words.\n\n{% figure "goals" %}\n\n${fold}\n\n${end}\n`;
  writeFileSync(join(input, '02-cap-theorem.md'), page);
  await writePages({
    chapter,
    references: readReferences(),
    terms: readTerms(),
    figures,
    claims: readDefinitions('claims'),
    questions: readDefinitions('questions'),
    systems: { presets: {}, systems: { columns: [], parts: [] }, relatives: [] },
    chunks: { 'page.js': [], 'site.js': ['a.js'], 'claims.js': [], 'figures/goals': ['goals.js', 'a.js'] },
    fonts: [],
    // Eleventy knows folders by the way to them from where it runs.
    input: relative(root, input),
    output: relative(root, output),
  });
  return readFileSync(join(output, '02-cap-theorem/index.html'), 'utf8');
}

/** What Eleventy says about a page that cannot be built. @param {Record<string, string>} matter @param {string} [end] */
async function failure(matter, end) {
  const { error } = console;
  console.error = () => {};
  try {
    await build(matter, end);
  } catch (/** @type {any} */ problem) {
    const messages = [];
    for (let at = problem; at; at = at.originalError ?? at.cause) messages.push(at.message);
    return messages.join('\n');
  } finally {
    console.error = error;
  }
  return assert.fail('it was built');
}

const words = (/** @type {string} */ html) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

test('a section’s page has its parts in their order', async () => {
  const html = await build({ ...front, recall: 'recall: how-many-plugs' });
  const text = words(html.slice(html.indexOf('<main'), html.indexOf('</main>')));
  let at = 0;
  for (const part of [
    'Section · 02 · 9 minutes',
    'CAP theorem',
    'Before you go on: a question again from Overview, with another seed',
    'How many plugs',
    'Two sentences with code , weight and 6.7 % . The second.',
    'First words.',
    'still',
    'Another way 3&nbsp;minutes With weight inside.',
    'Lab A, with this run Quorum Playground Change w . open the lab',
    'Said in an interview fails pick two &lt; three better say which You saw it in Fig goals .',
    'Sources D. Karger',
    'G. DeCandia',
    'doi.org/10.1145/1294261.1294281 Where it began.',
    'previous · not written yet 01 · Single-server baseline back to Overview',
    'next · not written yet 03 · Data partition on to Lab A · Quorum Playground',
  ]) {
    const found = text.indexOf(part, at);
    assert.ok(found >= 0, `${part} is not behind ${text.slice(0, at).slice(-60)} in ${text}`);
    at = found;
  }
  assert.match(html, /<sim-question question="how-many-plugs" seed-offset="2000000">/);
  assert.match(
    html,
    /<details class="fold"><summary>Before you go on[^/]*<small>.*<\/small><\/summary><div><sim-question/,
  );
  assert.match(html, /<details class="fold">[\s\S]*<p>With <em>weight<\/em> inside\.<\/p>\s*<\/details>/);
  assert.match(html, /<a class="lab" href="\.\.\/labs\/quorum-playground\/#run=1\.goals">/);
  assert.match(html, /<summary>Contents · 2 of 10</);
  assert.match(html, /<title>CAP theorem · SYSTEMSIM<\/title>/);
});

test('a page loads what it shows and nothing else', async () => {
  const html = await build();
  assert.match(html, /figures\.css/);
  assert.match(html, /figure-goals\.css/);
  assert.doesNotMatch(html, /figure-contract\.css|claims\.js/);
  assert.deepEqual(
    [...html.matchAll(/modulepreload" href="\.\.\/assets\/([^"]+)"/g)].map(([, name]) => name),
    ['a.js', 'goals.js'],
  );
});

test('what is missing or unknown stops the build and is named with its page', async () => {
  for (const [part, name] of /** @type {const} */ ([
    ['minutes', /minutes/],
    ['lede', /lede/],
    ['interview', /interview with fails and better/],
    ['sources', /sources/],
  ])) {
    const { [part]: left, ...rest } = front;
    assert.match(await failure(rest), name);
  }
  assert.match(
    await failure({ ...front, sources: 'sources: [nobody-1900]' }),
    /02-cap-theorem\.md: content\/references\.json has no "nobody-1900"/,
  );
  assert.match(await failure({ ...front, recall: 'recall: never-asked' }), /no "never-asked" to recall/);
  assert.match(
    await failure({ ...front, recall: 'recall: fresh-at-once' }),
    /"fresh-at-once" belongs to 05, which is no earlier section/,
  );
});

test('the shorter way takes forty minutes, over pages that are written', () => {
  const path = pathOf(readChapter());
  assert.equal(
    path.reduce((sum, { minutes }) => sum + minutes, 0),
    40,
  );
  for (const { name, written } of path) assert.ok(written, name);
});

test('a door leads to a lab that is there', async () => {
  const problem = await failure(front, '{% lab "Q", "goals" %}Try.{% endlab %}');
  assert.match(problem, /no written lab "Q"/);
});

test('every page of the row has its neighbours, and the ends have one', () => {
  assert.equal(placeOf(chapter, '/')?.previous, null);
  assert.equal(placeOf(chapter, '/')?.next?.instead?.name, '02 · CAP theorem');
  assert.equal(placeOf(chapter, '/01-single-server/')?.next?.instead, null);
  assert.equal(placeOf(chapter, '/10-wrap-up/')?.next?.stop.name, 'Lab A · Quorum Playground');
  assert.equal(placeOf(chapter, '/labs/merkle-sync/')?.next, null);
  assert.equal(placeOf(chapter, '/embedding/'), null);
});

test('every reference is complete', () => {
  for (const [id, reference] of Object.entries(readReferences())) {
    assert.match(id, /^[a-z]+-\d{4}$/);
    assert.match(reference.in, new RegExp(`\\b${id.slice(-4)}$`), id);
    assert.ok(reference.authors && reference.title, id);
    assert.match(reference.url ?? 'https://', /^https:\/\//, id);
  }
});
