/**
 * The published schemas of claims, questions and challenges, against what stands in content/ and against the engine:
 * what the schema refuses in the parts that the engine reads, the engine refuses too.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readDefinitions } from '../../web/build/claims.mjs';
import { openTestEngine } from '../lib/engine.js';
import { root } from '../lib/files.js';

const content = new URL('../../content/', import.meta.url);
/** @returns {any} */
const read = (/** @type {string} */ path) => JSON.parse(readFileSync(new URL(path, content), 'utf8'));
const ajv = new Ajv2020({ strictSchema: false });
ajv.addSchema(read('scenario.schema.json'), 'scenario.schema.json');
const valid = {
  claims: ajv.compile(read('claim.schema.json')),
  questions: ajv.compile(read('question.schema.json')),
  challenges: ajv.compile(read('challenge.schema.json')),
};
const engine = openTestEngine();

for (const kind of /** @type {const} */ (['claims', 'questions', 'challenges'])) {
  test(`all ${kind} are as their schema says, with the names of scenarios and with the scenarios`, () => {
    if (!existsSync(new URL(kind, content))) return;
    const check = valid[kind];
    for (const name of readdirSync(new URL(kind, content))) {
      assert.ok(check(read(`${kind}/${name}`)), `${name}: ${JSON.stringify(check.errors)}`);
    }
    for (const [id, definition] of readDefinitions(kind, `${root}content`)) {
      assert.ok(check(definition), `${id}: ${JSON.stringify(check.errors)}`);
    }
  });
}

const ringClaim = {
  id: 'two-rings',
  section: '03',
  sentence: 'A sentence with {value} in it.',
  experiment: { kind: 'ring', nodes: 3, vnodes: 2, n: 1, seeds: { from: 1, to: 2 } },
  measure: { of: '/max_over_mean', as: 'max' },
  expect: { at_least: 1, at_most: 9 },
  show: { as: 'times', digits: 1 },
  source: 'made up for this test',
};

/** Why the engine refuses a claim; null when it takes it. @param {any} claim */
async function refusal(claim) {
  return engine.runJob({ job: 'claim', claim }).then(
    () => null,
    (error) => `${error.path}: ${error.message}`,
  );
}

/** Every place in a value. @param {any} value @param {string[]} path @returns {string[][]} */
const places = (value, path = []) =>
  value === null || typeof value !== 'object'
    ? [path]
    : [path, ...Object.keys(value).flatMap((key) => places(value[key], [...path, key]))];

/** @param {any} value @param {string[]} path @param {(parent: any, key: string) => void} change */
function changed(value, path, change) {
  const copy = structuredClone(value);
  change(
    path.slice(0, -1).reduce((at, key) => at[key], copy),
    path[path.length - 1],
  );
  return copy;
}

for (const [name, claim] of /** @type {[string, any][]} */ ([
  ['rings', ringClaim],
  ...Object.entries({
    logs: { kind: 'torn_log', records: [{ key: 'a', value: '1', sync: true }], flip: { byte: 1, bit: 2 } },
    reads: {
      kind: 'lookups',
      keys: 200,
      value_bytes: 9,
      seed: 1,
      reads: 10,
      bloom_bits: 4,
      each_bits: false,
    },
    deletions: { kind: 'deletions', keys: 200, value_bytes: 9, seed: 1 },
  }).map(([name, experiment]) => [name, { ...ringClaim, experiment }]),
]))
  test(`what the claim’s schema refuses in experiment, measure and expectation, the engine refuses: ${name}`, async () => {
    assert.ok(valid.claims(claim), JSON.stringify(valid.claims.errors));
    assert.equal(await refusal(claim), null);
    let refused = 0;
    const mutants = [];
    for (const part of ['experiment', 'measure', 'expect']) {
      for (const path of places(/** @type {any} */ (claim)[part], [part])) {
        for (const wrong of [null, true, -1, 'nonsense', [], { nonsense: 1 }]) {
          mutants.push(
            changed(claim, path, (parent, key) => {
              parent[key] = wrong;
            }),
          );
        }
        mutants.push(
          changed(claim, path, (parent, key) => {
            parent[`${key}_x`] = 1;
          }),
        );
      }
    }
    for (const mutant of mutants) {
      if (valid.claims(mutant)) continue;
      refused += 1;
      assert.notEqual(await refusal(mutant), null, JSON.stringify(mutant));
    }
    assert.ok(refused > 60, `${refused} mutants were refused`);
  });

test('a claim that cannot say its number, a question with two right answers, a wrong one without a reason: refused', () => {
  const { show, ...silent } = ringClaim;
  assert.equal(valid.claims(silent), false);
  assert.ok(valid.claims({ ...silent, sentence: 'A sentence without a number in it.' }));
  assert.equal(valid.claims({ ...ringClaim, fails: false }), false);
  const question = read('questions/how-many-plugs.json');
  const [first, ...others] = question.options;
  assert.equal(valid.questions({ ...question, options: [{ ...first, right: true }, ...others] }), false);
  const { misconception, ...bare } = first;
  assert.equal(valid.questions({ ...question, options: [bare, ...others] }), false);
  assert.equal(valid.questions({ ...question, options: others.slice(0, 2) }), false);
  const line = { from: 0, to: 1, step: 0.1 };
  assert.ok(valid.questions({ ...question, line }));
  for (const wrong of [
    { from: 0, to: 1 },
    { ...line, step: 0 },
    { ...line, by: 1 },
  ])
    assert.equal(valid.questions({ ...question, line: wrong }), false, JSON.stringify(wrong));
});

test('a challenge is described as its schema says', () => {
  const challenge = {
    id: 'miss-it',
    lab: 'quorum-playground',
    title: 'Miss it',
    text: 'Make a read miss a finished write.',
    scenario: 'quorum-playground',
    seed: 'student',
    allowed_actions: ['hold', 'release'],
    max_actions: 3,
    free: ['/cluster/w', '/cluster/r'],
    goal: [
      {
        says: 'some read is stale',
        experiment: { kind: 'run' },
        measure: { share: '/verdict/regular/state', equals: 'broken' },
        expect: { at_least: 1 },
      },
      {
        says: 'W + R is at most 3',
        experiment: { kind: 'scenario' },
        measure: { sum: ['/cluster/w', '/cluster/r'] },
        expect: { at_most: 3 },
      },
    ],
    cost: { experiment: { kind: 'run' }, measure: { of: '/write_ms/max' }, unit: 'ms' },
    stars: [
      { says: 'one action', actions_at_most: 1 },
      { says: 'under 20 ms', cost_at_most: 20 },
    ],
    solution: { seed: 1 },
  };
  assert.ok(valid.challenges(challenge), JSON.stringify(valid.challenges.errors));
  for (const broken of [
    { ...challenge, seed: 'mine' },
    { ...challenge, goal: [] },
    { ...challenge, stars: [{ says: 'nothing is asked' }] },
    { ...challenge, hint: 'x' },
  ]) {
    assert.equal(valid.challenges(broken), false, JSON.stringify(broken));
  }
});
