/**
 * The text is executable: every claim of content/ stands in the engine, and falls when its number is changed; every
 * wrong option of every question is refuted by its own run, and the right one is not; and what a page prints is the
 * claim's number.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readChapter } from '../../web/build/chapter.mjs';
import { claimHtml, questionHtml, valueHtml } from '../../web/build/claim-html.mjs';
import { keptRuns, readDefinitions } from '../../web/build/claims.mjs';
import { experimentInWords } from '../../web/build/experiment-words.mjs';
import { recallSeedOffset } from '../../web/build/page-data.mjs';
import { quantityInWords } from '../../web/build/quantity-words.mjs';
import {
  distanceInWords,
  formatMark,
  isNear,
  optionAt,
  rightOption,
  stepsOf,
  valueAt,
} from '../../web/claims/mark.js';
import { boundsInWords, formatShown, seedsInWords, statedNumber } from '../../web/claims/shown.js';
import { openTestEngine } from '../lib/engine.js';
import { readText, repositoryFiles, root } from '../lib/files.js';

/** @import { Claim, Expectation } from '../../web/engine/engine.d.ts' */
/** @import { Option, Question } from '../../web/claims/definitions.js' */

const content = join(root, 'content');
const claims = /** @type {Map<string, Claim>} */ (readDefinitions('claims', content));
const questions = /** @type {Map<string, Question>} */ (readDefinitions('questions', content));
const engine = openTestEngine();

const kept = keptRuns(join(root, 'build/wasm'));

/**
 * Runs a claim; what the build has run with this engine a moment ago is not run again.
 * @param {Claim} claim
 * @param {number} [seed_offset]
 */
const run = async (claim, seed_offset = 0) =>
  (seed_offset === 0 && kept.of(claim)) || runNow(claim, seed_offset);

/** @param {Claim} claim @param {number} seed_offset */
async function runNow(claim, seed_offset) {
  const report = await engine.runJob({ job: 'claim', claim, seed_offset });
  assert.equal(report.done, report.total);
  return report;
}

/** Within its bounds, as the engine should judge it. @param {Expectation} expect @param {number} measured */
const within = (expect, measured) =>
  'value' in expect
    ? Math.abs(measured - expect.value) <= expect.within
    : (expect.at_least ?? Number.NEGATIVE_INFINITY) <= measured &&
      measured <= (expect.at_most ?? Number.POSITIVE_INFINITY);

/** What came of an experiment, by itself, its measure and its seeds. @type {Map<string, number>} */
const known = new Map();

/**
 * Whether what an option expects holds. Options that guess at one number share its run: it is run for the first of them,
 * where the engine's own word is held against the number as well.
 * @param {Claim} claim
 * @param {number} [seed_offset]
 */
async function outcome(claim, seed_offset = 0) {
  const key = JSON.stringify([claim.experiment, claim.measure, seed_offset]);
  const before = known.get(key);
  if (before !== undefined) return { holds: within(claim.expect, before), measured: before };
  const { holds, measured } = await runNow(claim, seed_offset);
  assert.ok(measured !== null, claim.sentence);
  assert.equal(holds, within(claim.expect, measured), `${claim.sentence}: ${measured}`);
  known.set(key, measured);
  return { holds, measured };
}

/** The option as the page runs it. @param {Question} question @param {Option} option @returns {Claim} */
const asClaim = (question, option) => ({
  id: question.id,
  sentence: option.text,
  experiment: /** @type {any} */ (option.experiment ?? question.experiment),
  measure: /** @type {any} */ (option.measure ?? question.measure),
  expect: option.expect,
  source: question.source,
});

/** An expectation that what was measured is far from. @param {Expectation} expect @param {number} measured @returns {Expectation} */
function changed(expect, measured) {
  const far = Math.max(Math.abs(measured), 1);
  if ('value' in expect) return { ...expect, value: expect.value + 3 * expect.within + far / 100 };
  return expect.at_least === undefined
    ? { at_most: measured - far / 100 }
    : { at_least: measured + far / 100 };
}

for (const claim of claims.values()) {
  test(`it stands: ${claim.id}`, async (t) => {
    const { stands, holds, measured } = await run(claim);
    t.diagnostic(
      `measured ${measured}, expected ${claim.fails ? 'not ' : ''}${JSON.stringify(claim.expect)}`,
    );
    assert.equal(stands, true, `measured ${measured}`);
    assert.equal(holds, !claim.fails);
    // A reader who opens the sentence finds the number that it says.
    if (claim.show && !claim.fails)
      assert.equal(
        formatShown(statedNumber(claim.expect), claim.show),
        formatShown(Number(measured), claim.show),
      );
  });
}

test('with other seeds they stand as well', async () => {
  for (const id of ['disk-fresh-at-once', 'ring-200-points-five-percent', 'seven-lamps-stale']) {
    const claim = /** @type {Claim} */ (claims.get(id));
    const [first, other] = [await run(claim), await run(claim, 1_000_000)];
    assert.equal(other.stands, true, `${id}: ${other.measured}`);
    assert.notEqual(other.measured, first.measured, 'they are other seeds');
  }
});

test('a changed number makes a claim fall, and a textbook error that is mended stands no more', async () => {
  for (const id of ['ring-one-point-busiest', 'seven-lamps-quorum', 'cut-answered']) {
    const claim = /** @type {Claim} */ (claims.get(id));
    const { measured } = await run(claim);
    const { stands } = await run({ ...claim, expect: changed(claim.expect, Number(measured)) });
    assert.equal(stands, false, id);
  }
  const wrong = /** @type {Claim} */ (claims.get('ring-200-points-five-percent'));
  assert.equal((await run({ ...wrong, expect: { value: 0.067, within: 0.005 } })).stands, false);
});

test('of every question one option is right, and the engine refutes all others', async () => {
  assert.ok(questions.size > 0);
  for (const question of questions.values()) {
    for (const option of question.options) {
      const { holds, measured } = await outcome(asClaim(question, option));
      assert.equal(holds, option.right, `${question.id}, “${option.text}”: measured ${measured}`);
    }
  }
});

test('on a line every mark is somebody’s, the truth is on it, and whoever marks it best holds no wrong belief', async () => {
  const lines = [...questions.values()].filter(({ line }) => line);
  assert.ok(lines.length > 0);
  for (const question of lines) {
    const line = /** @type {import('../../web/claims/definitions.js').Line} */ (question.line);
    const { measured } = await outcome(asClaim(question, question.options[rightOption(question)]));
    const truth = Number(measured);
    assert.ok(line.from <= truth && truth <= line.to, `${question.id}: ${truth}`);
    const marks = Array.from({ length: stepsOf(line) + 1 }, (_, step) => valueAt(line, step));
    assert.equal(marks.at(-1), line.to, `${question.id}: its steps end where it does`);
    const near = marks.filter((mark) => isNear(line, mark, truth));
    assert.ok(near.length >= 1 && near.length <= 3, `${question.id}: ${near}`);
    const best = near.sort((a, b) => Math.abs(a - truth) - Math.abs(b - truth))[0];
    assert.equal(optionAt(question, best), rightOption(question), `${question.id}: ${best}`);
    // Every belief can be marked.
    const marked = new Set(marks.map((mark) => optionAt(question, mark)));
    assert.equal(marked.size, question.options.length, question.id);
  }
});

test('marks and their distances are written as the question’s numbers are', () => {
  const percent = /** @type {const} */ ({ as: 'percent', digits: 1 });
  const line = { from: 0, to: 1, step: 0.05 };
  assert.equal(valueAt(line, 6), 0.3);
  assert.equal(formatMark(percent, line, 0.3), '30\u00a0%');
  assert.equal(formatMark(percent, { ...line, step: 0.025 }, 0.325), '32.5\u00a0%');
  assert.equal(distanceInWords(0.9, 0.4354, percent), '46.5\u00a0percentage points too much');
  assert.equal(distanceInWords(1.5, 2.93, { as: 'times', digits: 1 }), '1.4\u00a0times too little');
});

test('a question that a later section asks again has the same right answer with that section’s seeds', async () => {
  const recalls = repositoryFiles()
    .map((path) => ({ section: Number(/^content\/(\d\d)-.*\.md$/.exec(path)?.[1]), path }))
    .filter(({ section }) => section > 0)
    .map(({ section, path }) => ({ section, id: /^recall: *(\S+)$/m.exec(readText(path))?.[1] }));
  // Whatever the pages ask so far: this one can be asked anywhere.
  const { seven, sections } = readChapter(content);
  const last = seven.map((/** @type {string} */ id) => ({ section: sections.length, id }));
  for (const { section, id } of [...recalls, { section: 3, id: 'how-many-plugs' }, ...last]) {
    if (!id) continue;
    const question = questions.get(id) ?? assert.fail(`no question ${id}`);
    for (const option of question.options) {
      const { holds, measured } = await outcome(asClaim(question, option), recallSeedOffset(section));
      assert.equal(holds, option.right, `${id} in ${section}, “${option.text}”: measured ${measured}`);
    }
  }
});

/** Every page as it was built, by file. */
const pages = /** @type {string[]} */ (readdirSync(join(root, 'dist'), { recursive: true }))
  .filter((file) => file.endsWith('index.html'))
  .map((file) => readFileSync(join(root, 'dist', file), 'utf8'));

test('what a page prints is the claim’s own number, as the claim says how to write it', () => {
  const printed = pages.flatMap((html) => [
    ...html.matchAll(/<data value="([^"]*)" data-claim="([^"]*)">([^<]*)<\/data>/g),
  ]);
  assert.ok(printed.length >= 8, `${printed.length} numbers`);
  for (const [, value, id, text] of printed) {
    const { expect, show } = claims.get(id) ?? assert.fail(`no claim ${id}`);
    assert.equal(Number(value), statedNumber(expect), id);
    assert.equal(text, formatShown(statedNumber(expect), /** @type {any} */ (show)), id);
  }
});

test('a page’s claims and questions have their runs beside them, with what was measured', () => {
  const ids = pages.flatMap((html) => [...html.matchAll(/<sim-(claim|question) \w+="([^"]+)"/g)]);
  assert.ok(ids.length >= 3);
  for (const [, kind, id] of ids) {
    const file = JSON.parse(readFileSync(join(root, `dist/assets/${kind}s/${id}.json`), 'utf8'));
    if (kind === 'question') assert.deepEqual(file, questions.get(id));
    else {
      assert.deepEqual(file.claim, claims.get(id));
      const { value, within, at_least = value - within, at_most = value + within } = file.claim.expect;
      const holds = !(file.measured < at_least) && !(file.measured > at_most);
      assert.equal(holds, !file.claim.fails, id);
    }
  }
});

test('without a script a page says the sentence, and of a textbook error that it is one', () => {
  const claim = /** @type {Claim} */ (claims.get('ring-200-points'));
  const words = (/** @type {string} */ html) => html.replace(/<[^>]*>/g, '');
  assert.equal(
    words(claimHtml(claim)),
    'With 200 points for each of ten servers, the standard deviation of their loads is 6.7\u00a0% of the average.',
  );
  assert.equal(words(valueHtml(claim)), '6.7\u00a0%');
  const wrong = /** @type {Claim} */ (claims.get('ring-200-points-five-percent'));
  assert.match(words(claimHtml(wrong)), /between 5\u00a0% \(200 virtual nodes\) .* not so$/);
  assert.throws(() => valueHtml(wrong), /is a mistake/);
  const question = /** @type {Question} */ (questions.get('how-many-plugs'));
  const still = questionHtml(question);
  for (const { text } of question.options) assert.ok(still.includes(`>${text}</button>`), text);
  assert.match(still, /<noscript>.*runs each of these answers.*<\/noscript>/);
  const line = questionHtml(/** @type {Question} */ (questions.get('fresh-at-once')));
  assert.match(line, /<ol class="scale even" aria-hidden="true"><li>0\u00a0%<\/li><li>25\u00a0%<\/li>/);
  assert.match(line, /<noscript>.*runs your guess.*<\/noscript>/);
  assert.doesNotMatch(line, /a third/, 'what others believe is not given away');
});

test('what was run is told in plain words, of one ring, of none, and of a standard deviation', () => {
  const claim = (/** @type {string} */ id) => /** @type {Claim} */ (claims.get(id));
  const modulo = claim('modulo-eleventh-moves');
  assert.match(
    experimentInWords(modulo.experiment, modulo.measure),
    /^10 machines and then one more, .* hash mod /,
  );
  assert.match(experimentInWords(modulo.experiment), /^One ring of 10 machines/);
  assert.equal(seedsInWords(modulo.experiment, 0), 'seed 1');
  const right = claim('ring-200-points');
  const wrong = claim('ring-200-points-five-percent');
  assert.deepEqual(
    [wrong.experiment, wrong.measure],
    [right.experiment, right.measure],
    'both say the same number',
  );
  assert.match(quantityInWords(right), /standard deviation/);
  assert.equal(
    boundsInWords({ value: 0.5, within: 0.1 }, { as: 'percent', digits: 0 }),
    'between 40.0\u00a0% and 60.0\u00a0%',
  );
});

test('of every claim it is said what its number counts, with its unit', () => {
  for (const claim of claims.values()) {
    const words = quantityInWords(claim);
    assert.match(words, /[a-z]{3}/, claim.id);
    // A share is called one, and what is no share is not.
    if (claim.show?.as === 'percent' && !/, as a share of|over that of|chance/.test(words))
      assert.match(words, /^the share of/, claim.id);
    if (claim.show?.as === 'number') assert.doesNotMatch(words, /^the share of runs/, claim.id);
    if (String(claim.section) < '05') assert.doesNotMatch(words, /\b[WR]\b/, claim.id);
  }
  const hints = /** @type {Claim} */ (claims.get('four-hours-hints'));
  assert.equal(quantityInWords(hints), 'changes that hints brought, for one run on average');
  const other = { ...hints, measure: { of: '/healing/brought/nothing' } };
  assert.throws(() => quantityInWords(other), /no words for/);
});

test('N, W and R are said in words before the section that names them, and machines are told from copies', () => {
  const words = (/** @type {string} */ id) => {
    const { experiment, measure, section } = /** @type {Claim} */ (claims.get(id));
    return experimentInWords(experiment, measure, section);
  };
  assert.match(
    words('answering-answers'),
    /3 machines, a write needs 2 of them and a read 2, delays from 1 ms to 3 ms, after 200\sms one answer is enough\.$/,
  );
  assert.match(
    words('disk-fresh-at-once'),
    /5 machines, each key on 3 of them, N\u00a0=\u00a03, W\u00a0=\u00a01/,
  );
  for (const { id, section } of claims.values())
    if (String(section) < '05') assert.doesNotMatch(words(id).replace(/“.*?”/, ''), /\b[NWR]\u00a0=/, id);
});

test('a number is written as it is shown', () => {
  const as = (/** @type {any} */ as, /** @type {number} */ digits) => ({ as, digits });
  assert.equal(formatShown(0.436, as('percent', 1)), '43.6\u00a0%');
  assert.equal(formatShown(0.436, as('percent', 1), 1), '43.60\u00a0%');
  assert.equal(formatShown(1, as('percent', 0)), '100\u00a0%');
  assert.equal(formatShown(14.1, as('ms', 0)), '14\u00a0ms');
  assert.equal(formatShown(2.93, as('times', 1)), '2.9\u00a0times');
  assert.equal(formatShown(50_000, as('number', 0)), '50\u202f000');
  assert.equal(formatShown(1234.5, as('number', 1)), '1\u202f234.5');
});

test('bounds in words are numbers that can be measured: no share below nothing or above all', () => {
  /** @type {[Expectation, 'percent' | 'ms', number, string][]} */
  const cases = [
    [{ value: 0, within: 0.005 }, 'percent', 0, 'at most 0.5\u00a0%'],
    [{ value: 0.99, within: 0.02 }, 'percent', 0, 'at least 97.0\u00a0%'],
    [{ value: 0.0545, within: 0.003 }, 'percent', 1, 'between 5.15\u00a0% and 5.75\u00a0%'],
    [{ at_most: 0.0074 }, 'percent', 1, 'at most 0.7\u00a0%'],
    [{ at_most: 0 }, 'percent', 0, 'exactly 0'],
    [{ value: 2, within: 0 }, 'ms', 0, 'exactly 2\u00a0ms'],
    [{ value: 2, within: 0.5 }, 'ms', 1, 'between 1.50\u00a0ms and 2.50\u00a0ms'],
  ];
  for (const [expect, as, digits, words] of cases) assert.equal(boundsInWords(expect, { as, digits }), words);
});

test('a store that answers without W or R copies says so beside them', () => {
  const words = (/** @type {object} */ cluster) =>
    experimentInWords(
      /** @type {any} */ ({ kind: 'run', scenario: { cluster: { n: 3, w: 2, r: 2, ...cluster } } }),
    );
  assert.match(words({ patience_ms: 50, without_quorum: 'answer' }), /, after 50 ms one answer is enough\.$/);
  assert.doesNotMatch(words({ patience_ms: 50, without_quorum: 'refuse' }), /enough/);
  assert.doesNotMatch(words({}), /enough/);
});
