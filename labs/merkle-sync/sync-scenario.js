// The lab's settings as a scenario of the engine (cpp/lab/sync_scenario.h), which is what a challenge begins with and what
// is handed in for it, and back.
import { linkOf, setupOf, standard, treeOf } from './settings.js';

/** @import { SyncAction, SyncScenario } from '../../web/engine/engine.d.ts' */
/** @import { Settings } from './settings.js' */

/**
 * @param {Settings} settings
 * @param {SyncScenario} start   what it began with: its title, its method, and what it has to begin with
 * @param {SyncAction[]} actions the reader's
 * @returns {SyncScenario}
 */
export function scenarioOf(settings, start, actions) {
  const { seed, ...replicas } = setupOf(settings);
  return {
    version: 1,
    title: start.title,
    seed,
    replicas,
    sync: {
      method: start.sync?.method ?? 'tree',
      ...treeOf(settings),
      ...linkOf(settings),
      writes: settings.writes,
    },
    actions: [...(start.actions ?? []), ...actions],
  };
}

/** @param {SyncScenario} scenario @returns {Settings} */
export function settingsOf({ seed, replicas, sync = {} }) {
  return {
    ...standard,
    seed: seed ?? standard.seed,
    keys: replicas.keys ?? standard.keys,
    differ: replicas.differ ?? standard.differ,
    clustered: replicas.clustered ?? standard.clustered,
    kinds: replicas.kinds ?? standard.kinds,
    versions: replicas.versions ?? standard.versions,
    fanOut: sync.fan_out ?? standard.fanOut,
    leafKeys: sync.leaf_keys ?? standard.leafKeys,
    depth: sync.depth ?? null,
    rttMs: sync.rtt_ms ?? standard.rttMs,
    mbps: sync.mbps ?? standard.mbps,
    hash: sync.hash ?? standard.hash,
    writes: sync.writes ?? 0,
  };
}
