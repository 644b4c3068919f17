// The engine that was built, opened in Node: the build measures with it.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openEngine } from '../engine/client.js';

/** @import { Glue } from '../engine/engine.d.ts' */

/**
 * The modules that the site loads: sessions, those with LSM trees, clusters that heal themselves, jobs about others,
 * jobs about a store alone, two replicas that are made equal.
 */
export const siteModules = [
  'systemsim',
  'systemsim-trees',
  'systemsim-healing',
  'systemsim-jobs',
  'systemsim-store',
  'systemsim-sync',
];

/**
 * A module of the engine, by the name of its files.
 * @param {string} engineDir
 * @param {string} name
 * @returns {Promise<{ glue: Glue, wasmBytes: Uint8Array }>}
 */
export const builtModule = async (engineDir, name) => ({
  glue: (await import(pathToFileURL(resolve(engineDir, `${name}.js`)).href)).default,
  wasmBytes: readFileSync(join(engineDir, `${name}.wasm`)),
});

/**
 * The site's modules as one source.
 * @template {object} Module
 * @param {(name: string) => Promise<Module>} open
 */
export async function builtSource(open) {
  const [sessions, trees, healing, jobs, store, sync] = await Promise.all(siteModules.map(open));
  return { ...sessions, trees, healing, jobs, store, sync };
}

/** @param {string} engineDir */
export async function openBuiltEngine(engineDir) {
  return openEngine(await builtSource((name) => builtModule(engineDir, name)));
}
