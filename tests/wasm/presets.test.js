/** The published stores: as their schema says, as their sources say, taken by the engine, and open in the lab. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readReferences } from '../../web/build/page-data.mjs';
import { readSystems } from '../../web/build/systems.mjs';
import { decodeLink, encodeLink } from '../../web/engine/link.js';
import { runsOf } from '../../web/engine/links-to-runs.mjs';
import { dayOf, presets } from '../../web/figures/day-parts.js';
import { openTestEngine } from '../lib/engine.js';
import { readText } from '../lib/files.js';
import { openLinked } from '../lib/lab.js';

/** @returns {any} */
const read = (/** @type {string} */ path) => JSON.parse(readText(path));
const ajv = new Ajv2020({ strict: false });
ajv.addSchema(read('content/scenario.schema.json'), 'scenario.schema.json');
ajv.addSchema(read('content/claim.schema.json'), 'claim.schema.json');
const valid = ajv.compile(read('content/preset.schema.json'));

/**
 * What is published: places that have a value, or none; `published` may be otherwise, or null where no source names it,
 * if the preset says beside its mechanism what is ours.
 * @type {{preset: string, fact: string, source: string, has?: Record<string, unknown>, published?: Record<string, unknown>, ours?: string, absent?: string[]}[]}
 */
const facts = read('tests/data/presets.json');

/** What stands at a place; undefined where there is none. @param {any} value @param {string} pointer */
const at = (value, pointer) =>
  pointer
    .split('/')
    .slice(1)
    .reduce((inner, key) => inner?.[key], value);

/** What is no part of a design, and the same in all. */
const common = ['nodes', 'vnodes', 'n', 'ring_seed', 'timeout_ms', 'retries'];
const order = [
  'partition',
  'copies',
  'quorum',
  'coordinator',
  'versions',
  'read-repair',
  'membership',
  'stand-ins',
  'hints',
  'anti-entropy',
  'deletion',
  'storage',
];

test('the presets are the files, each as the schema says, with sources that there are', () => {
  const files = readdirSync(new URL('../../content/presets/', import.meta.url));
  assert.deepEqual(presets.map(({ id }) => `${id}.json`).sort(), files.sort());
  const references = readReferences();
  for (const preset of presets) {
    assert.ok(valid(preset), `${preset.id}: ${JSON.stringify(valid.errors)}`);
    for (const { id } of [...preset.sources, ...preset.mechanisms.map(({ source }) => source)]) {
      assert.ok(Object.hasOwn(references, id), `${preset.id}: ${id}`);
    }
  }
});

test('the page that tells of relatives lists the source of each', () => {
  const page = readText('content/10-wrap-up.md');
  const listed = new Set([...page.matchAll(/^ {2}- id: (\S+)$/gm)].map(([, id]) => id));
  const { relatives } = readSystems();
  assert.ok(relatives.length >= 7);
  for (const { source } of relatives) assert.ok(listed.has(source), source);
});

test('the schema refuses a mechanism that says nothing of the engine, and a thirteenth', () => {
  const [first] = presets;
  const [mechanism] = first.mechanisms;
  const { fields, absent, not_modelled, ...bare } = mechanism;
  assert.equal(valid({ ...first, mechanisms: [bare, ...first.mechanisms.slice(1)] }), false);
  assert.equal(valid({ ...first, mechanisms: [...first.mechanisms, mechanism] }), false);
  assert.equal(valid({ ...first, cluster: { ...first.cluster, nonsense: 1 } }), false);
});

test('each preset tells of every mechanism once, and every field of its cluster is told of', () => {
  for (const preset of presets) {
    assert.deepEqual(
      preset.mechanisms.map(({ id }) => id),
      order,
      preset.id,
    );
    const told = new Set();
    for (const { id, fields = [], absent = [] } of preset.mechanisms) {
      for (const field of fields) {
        assert.notEqual(at(preset, field), undefined, `${preset.id}, ${id}: ${field}`);
        told.add(field.split('/')[2]);
      }
      for (const field of absent) assert.equal(at(preset, field), undefined, `${preset.id}, ${id}: ${field}`);
    }
    const untold = Object.keys(preset.cluster).filter((field) => !told.has(field) && !common.includes(field));
    assert.deepEqual(untold, [], preset.id);
  }
});

test('what is no part of a design is the same in all', () => {
  const shared = (/** @type {any} */ { cluster }) =>
    Object.fromEntries(common.map((name) => [name, cluster[name]]));
  for (const preset of presets) assert.deepEqual(shared(preset), shared(presets[0]), preset.id);
});

test('each preset is what its published sources say', () => {
  for (const { preset, fact, has = {}, published = {}, ours, absent = [] } of facts) {
    const found = presets.find(({ id }) => id === preset) ?? assert.fail(preset);
    for (const [place, value] of Object.entries(has)) {
      assert.deepEqual(at(found, place), value, `${preset}: ${fact} (${place})`);
    }
    for (const [place, value] of Object.entries(published)) {
      if (value !== null && at(found, place) === value) continue;
      assert.notEqual(at(found, place), undefined, `${preset}: ${fact} (${place})`);
      const mechanism = found.mechanisms.find(({ fields = [] }) =>
        fields.some((field) => place.startsWith(field)),
      );
      assert.ok(
        ours && mechanism?.not_modelled?.includes(ours),
        `${preset}: ${fact} (${place}) is ours, unsaid`,
      );
    }
    for (const place of absent) assert.equal(at(found, place), undefined, `${preset}: ${fact} (${place})`);
  }
  for (const { id } of presets) assert.ok(facts.filter(({ preset }) => preset === id).length >= 4, id);
  assert.ok(facts.every(({ source }) => source.length > 10));
});

test('the engine takes each preset, with the day and without', async () => {
  const engine = openTestEngine();
  for (const preset of presets) {
    const { cluster, run } = preset;
    const workload = preset.workload ? { traffic: 'five-records', ...preset.workload } : undefined;
    for (const scenario of [{ cluster, ...run, ...(workload ? { workload } : {}) }, dayOf(preset)]) {
      const session = await engine.create(/** @type {any} */ (scenario));
      await session.close();
    }
  }
  engine.close();
});

test('the stored days are the presets with the day, and nothing else', () => {
  const day = read('content/scenarios/bad-day.json');
  assert.equal(day.cluster, undefined);
  const { title: dayTitle, workload: traffic, ...rest } = day;
  for (const preset of presets) {
    const stored = read(`content/scenarios/bad-day-${preset.id}.json`);
    assert.deepEqual(dayOf(preset), stored, preset.id);
    const { title, cluster, workload, ...others } = stored;
    assert.deepEqual(cluster, preset.cluster);
    assert.deepEqual(workload, { ...traffic, ...preset.workload });
    assert.deepEqual(others, { ...rest, ...preset.run });
    assert.equal(title, `${dayTitle} · ${preset.name}`);
  }
});

test('the day with plain writes is the single owner’s, but for its condition', () => {
  const owner = read('content/scenarios/bad-day-single-owner.json');
  const blind = read('content/scenarios/bad-day-single-owner-blind.json');
  const workload = { ...owner.workload, conditional: false };
  assert.deepEqual(blind, { ...owner, title: `${owner.title}, plain writes`, workload });
});

test('a link to each day opens in the Quorum Playground, without a problem, and stands where it says', async () => {
  for (const preset of presets) {
    const scenario = dayOf(preset);
    const lab = await openLinked(scenario, 2000);
    assert.equal(lab.run?.status.position, 2000, preset.id);
    assert.equal(lab.problem, null);
  }
});

test('the day’s link is short enough for an address, and leads back', () => {
  for (const preset of presets) {
    const link = encodeLink({ scenario: dayOf(preset), position: 0, trace_version: 1, challenge: 'miss-it' });
    assert.ok(link.length < 4000, `${preset.id}: ${link.length}`);
    assert.deepEqual(decodeLink(link).scenario, dayOf(preset));
    assert.deepEqual(runsOf(link).runs[0].scenario, dayOf(preset));
  }
});
