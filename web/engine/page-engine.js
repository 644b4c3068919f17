/**
 * The one engine of a page, shared by all its figures and labs, so that a page has one worker, and one more for each
 * further module that is asked for (client.js). It is opened when the first of them asks. On the site it stands beside the scripts; an embed says beforehand what it carries.
 */
import { openEngine } from './client.js';

/** @import { Engine } from './client.js' */
/** @import { EngineSource } from './engine.d.ts' */

/** @type {EngineSource | null} */
let source = null;
/** @type {Engine | null} */
let engine = null;

/** @param {EngineSource} given */
export function setPageEngineSource(given) {
  source = given;
}

export function pageEngine() {
  engine ??= openEngine(source ?? siteSource());
  return engine;
}

/** @returns {EngineSource} */
function siteSource() {
  const asset = (/** @type {string} */ name) => new URL(name, import.meta.url).href;
  return {
    workerUrl: asset('engine-worker.js'),
    wasmUrl: asset('systemsim.wasm'),
    trees: { workerUrl: asset('trees-worker.js'), wasmUrl: asset('systemsim-trees.wasm') },
    healing: { workerUrl: asset('healing-worker.js'), wasmUrl: asset('systemsim-healing.wasm') },
    jobs: { workerUrl: asset('jobs-worker.js'), wasmUrl: asset('systemsim-jobs.wasm') },
    store: { workerUrl: asset('store-worker.js'), wasmUrl: asset('systemsim-store.wasm') },
    sync: { workerUrl: asset('sync-worker.js'), wasmUrl: asset('systemsim-sync.wasm') },
  };
}
