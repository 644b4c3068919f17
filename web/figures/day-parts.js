// One bad day and the five stores that live through it: each store is a preset (content/presets), the day is a scenario
// without a cluster, and a store's day is the day laid over its preset, with nothing added.
import cassandraOne from '../../content/presets/cassandra-one.json' with { type: 'json' };
import cassandraQuorum from '../../content/presets/cassandra-quorum.json' with { type: 'json' };
import dynamo from '../../content/presets/dynamo-2007.json' with { type: 'json' };
import riak from '../../content/presets/riak.json' with { type: 'json' };
import singleOwner from '../../content/presets/single-owner.json' with { type: 'json' };
import day from '../../content/scenarios/bad-day.json' with { type: 'json' };

/** @import { Scenario } from '../engine/engine.d.ts' */

/**
 * @typedef {object} Mechanism
 * @property {string} id
 * @property {string} does
 * @property {{id: string, where: string}} source
 * @property {string[]} [fields] places of the preset that say it
 * @property {string[]} [absent] places that it has not got
 * @property {string} [not_modelled]
 */

/**
 * @typedef {object} Preset
 * @property {string} id
 * @property {string} name
 * @property {string} describes
 * @property {{id: string, where: string}[]} sources
 * @property {Record<string, any>} cluster
 * @property {{conditional?: boolean}} [workload]
 * @property {{skip_idle?: boolean, settle_ms?: number}} [run]
 * @property {Mechanism[]} mechanisms
 */

/** In the order of the table. @type {Preset[]} */
export const presets = /** @type {any[]} */ ([dynamo, riak, cassandraOne, cassandraQuorum, singleOwner]);

/** @param {string} id @returns {Preset} */
export function presetOf(id) {
  const found = presets.find((preset) => preset.id === id);
  if (!found) throw new Error(`There is no preset “${id}”.`);
  return found;
}

/** What happens in the day. */
export const dayActions = day.actions;
export const dayMachines = dynamo.cluster.nodes;
export const daySeed = day.seed;
/** An hour of the day is a minute of the run. */
export const hourMs = 60_000;
export const dayHours = day.workload.duration_ms / hourMs;

/**
 * @param {Preset} preset
 * @param {number} [seed]
 * @returns {Scenario}
 */
export function dayOf({ name, cluster, workload, run }, seed = day.seed) {
  const { version, title, network, records, actions, workload: traffic } = day;
  return /** @type {any} */ ({
    version,
    title: `${title} · ${name}`,
    seed,
    cluster,
    network,
    records,
    workload: { ...traffic, ...workload },
    ...run,
    actions,
  });
}
