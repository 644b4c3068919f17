#!/usr/bin/env node
// Every setting that Fig 6-12 b offers, as a grid for `systemsim sweep -`; and which of them give each record what it needs,
// read off the sweep's lines.
//
//   node web/build/records-grid.mjs [--from SEED] [--seeds N] | systemsim sweep - | node web/build/records-grid.mjs --passes
//
// Standard output: the grid; or a line for each record, with the settings that pass. See the settings' names in
// web/figures/records-settings.js.
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { judge } from '../figures/records-grade.js';
import { machines, nameOf, records, scenarioOf, versionNames } from '../figures/records-settings.js';

/** @import { Graded } from '../figures/records-grade.js' */
/** @import { Setting } from '../figures/records-settings.js' */

const upTo = (/** @type {number} */ most) => Array.from({ length: most }, (_, at) => at + 1);

/** All but those with one owner. @returns {Setting[]} */
export const everyLeaderless = () =>
  versionNames.flatMap(({ id: versions }) =>
    upTo(machines).flatMap((n) => upTo(n).flatMap((w) => upTo(n).map((r) => ({ n, w, r, versions })))),
  );

/** @returns {Setting[]} */
export const everyOwned = () => upTo(machines).map((n) => ({ n, w: 1, r: 1, versions: 'lww', owner: true }));

const measures = [
  ...records.map(({ id }) => `/fates/${id}/state`),
  '/ops/total',
  '/ops/timeout',
  '/ops/refused',
  '/fates/feature/reads',
  '/fates/feature/stale',
  '/read_ms/p999',
  '/write_ms/p999',
  '/messages/bytes',
];

/** @param {Setting[]} settings @param {number} from @param {number} seeds */
export function gridOf(settings, from, seeds) {
  const runs = settings.map((setting) => scenarioOf(setting));
  return {
    scenario: runs[0],
    vary: {
      '/cluster': runs.map(({ cluster }) => cluster),
      '/seed': { from, to: from + seeds - 1 },
    },
    measure: measures,
  };
}

/**
 * A setting's runs, as the figure adds them up.
 * @param {Record<string, any>[]} runs what was measured in each
 * @returns {Graded}
 */
export function gradedOf(runs) {
  const sum = (/** @type {string} */ pointer) => runs.reduce((all, run) => all + (run[pointer] ?? 0), 0);
  const mean = (/** @type {string} */ pointer) =>
    runs.some((run) => run[pointer] === null) ? null : sum(pointer) / runs.length;
  const each = (/** @type {(id: string) => any} */ of) =>
    /** @type {any} */ (Object.fromEntries(records.map(({ id }) => [id, of(id)])));
  const inState = (/** @type {string} */ state) =>
    each((id) => runs.filter((run) => run[`/fates/${id}/state`] === state).length);
  return {
    runs: runs.length,
    held: inState('held'),
    broken: inState('broken'),
    brokenSeed: each(() => null),
    calls: sum('/ops/total'),
    unanswered: sum('/ops/timeout') + sum('/ops/refused'),
    featureReads: sum('/fates/feature/reads'),
    featureStale: sum('/fates/feature/stale'),
    readMs: mean('/read_ms/p999'),
    writeMs: mean('/write_ms/p999'),
    bytes: sum('/messages/bytes') / runs.length,
  };
}

/** @param {AsyncIterable<string>} lines of a sweep over everyLeaderless() */
async function printPasses(lines) {
  /** @type {Map<string, Record<string, any>[]>} */
  const found = new Map();
  for await (const line of lines) {
    const { vary, measured } = JSON.parse(line);
    const name = nameOf({ versions: 'lww', ...vary['/cluster'] });
    found.set(name, [...(found.get(name) ?? []), measured]);
  }
  for (const record of records) {
    const passes = [...found].filter(([, runs]) => judge(record, gradedOf(runs)).passed);
    process.stdout.write(
      `${record.id}: ${passes.length} of ${found.size}: ${passes.map(([name]) => name).join(' ')}\n`,
    );
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const after = (/** @type {string} */ name, /** @type {number} */ otherwise) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? otherwise : Number(process.argv[at + 1]);
  };
  if (process.argv.includes('--passes')) await printPasses(createInterface({ input: process.stdin }));
  else
    process.stdout.write(
      `${JSON.stringify(gridOf(everyLeaderless(), after('--from', 1), after('--seeds', 200)))}\n`,
    );
}
