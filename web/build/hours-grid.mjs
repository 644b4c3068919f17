#!/usr/bin/env node
// The grid of Fig 6-10 for `systemsim sweep -`: a bad hour (or with --quiet the quiet one) without each part alone, or
// without every set of parts. The filters are not in it: they have no part in these runs (web/figures/hours-parts.js).
//
//   node web/build/hours-grid.mjs [--quiet] [--every-set] [--seeds N] | systemsim sweep -
//
// Standard output: the grid. What is out in a cell, outOf() reads off its /cluster.
import { pathToFileURL } from 'node:url';
import { parts, scenarioFor, settingOf } from '../figures/hours-parts.js';

/** @import { Hour, PartId } from '../figures/hours-parts.js' */

export const measures = [
  '/ops/ok',
  '/ops/total',
  '/ops/fresh',
  '/ops/stale',
  '/fates/session/state',
  '/fates/cart/state',
  '/verdict/no_lost_write/state',
  '/verdict/convergence/state',
];

/** The parts that a run of the cluster knows of. */
export const inRuns = parts.map(({ id }) => id).filter((id) => id !== 'filter');

/** Each part alone, and none. @returns {PartId[][]} */
export const singles = () => [[], ...inRuns.map((id) => [id])];

/** Every set; without gossip there are no hints to take out. @returns {PartId[][]} */
export function everySet() {
  const sets = Array.from({ length: 2 ** inRuns.length }, (_, bits) =>
    inRuns.filter((__, at) => bits & (1 << at)),
  );
  return sets.filter((out) => !(out.includes('gossip') && out.includes('hints')));
}

/** Where nothing comes round by itself, a grid still needs a round to skip: it would come in a year. */
const never = { every_ms: 31_536_000_000 };

/**
 * @param {Hour} hour
 * @param {PartId[][]} sets
 * @param {number} seeds
 */
export function gridOf(hour, sets, seeds) {
  const clusters = sets.map((out) => {
    const { cluster } = /** @type {any} */ (scenarioFor(new Set(out), hour));
    return cluster.gossip || cluster.anti_entropy ? cluster : { ...cluster, anti_entropy: never };
  });
  return {
    scenario: scenarioFor(new Set(), hour),
    vary: { '/cluster': clusters, '/seed': { from: 1, to: seeds } },
    measure: measures,
  };
}

/** The parts that are out in a cell. @param {any} cluster @returns {PartId[]} */
export function outOf(cluster) {
  const { out } = settingOf({ cluster });
  if (cluster.anti_entropy?.every_ms === never.every_ms) out.add('trees');
  return inRuns.filter((id) => out.has(id));
}

/** @param {string[]} args */
function main(args) {
  const every = args.includes('--every-set');
  const given = args.includes('--seeds') ? Number(args[args.indexOf('--seeds') + 1]) : 20;
  if (!Number.isInteger(given) || given < 1) throw new Error('--seeds: expected a whole number from 1 on');
  const hour = args.includes('--quiet') ? 'quiet' : 'bad';
  process.stdout.write(`${JSON.stringify(gridOf(hour, every ? everySet() : singles(), given))}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
