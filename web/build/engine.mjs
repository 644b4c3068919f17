// The engine that was built, opened in Node: the build measures with it.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openEngine } from '../engine/client.js';

/** @import { Glue } from '../engine/engine.d.ts' */

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

/** @param {string} engineDir */
export async function openBuiltEngine(engineDir) {
  const sessions = await builtModule(engineDir, 'systemsim');
  return openEngine({ ...sessions, jobs: await builtModule(engineDir, 'systemsim-jobs') });
}
