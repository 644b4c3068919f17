// The engine that was built, opened in Node: the build measures with it.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openEngine } from '../engine/client.js';

/** @param {string} engineDir where its modules are */
export async function openBuiltEngine(engineDir) {
  const source = async (/** @type {string} */ module) => ({
    glue: (await import(pathToFileURL(resolve(engineDir, `${module}.js`)).href)).default,
    wasmBytes: readFileSync(join(engineDir, `${module}.wasm`)),
  });
  return openEngine({ ...(await source('systemsim')), jobs: await source('systemsim-jobs') });
}
