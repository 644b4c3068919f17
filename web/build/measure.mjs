// What the build measures by running the engine here: the numbers in the still pictures, which the figures' own
// drawing functions (bundled for Node) then draw, and the claims.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from './bundle.mjs';
import { measureClaims } from './claims.mjs';

/** @import { Claim } from '../engine/engine.d.ts' */
/** @import * as Still from '../figures/still.js' */

/**
 * @param {Map<string, Claim>} claims
 * @param {import('./bundle.mjs').BundleOptions} options
 * @returns {Promise<{stillFigure: typeof Still.stillFigure, labRunOf: typeof Still.labRunOf, measured: Still.Measured, measuredClaims: Map<string, number>}>}
 */
export async function measureAll(claims, options) {
  const still = await bundleForNode('web/figures/still.js', 'still.mjs', options);
  const client = await bundleForNode('web/engine/client.js', 'client.mjs', options);
  const source = async (/** @type {string} */ module) => ({
    glue: (await import(pathToFileURL(resolve(options.engineDir, `${module}.js`)).href)).default,
    wasmBytes: readFileSync(join(options.engineDir, `${module}.wasm`)),
  });
  const engine = client.openEngine({ ...(await source('systemsim')), jobs: await source('systemsim-jobs') });
  try {
    return {
      stillFigure: still.stillFigure,
      labRunOf: still.labRunOf,
      measured: await still.measure(engine),
      // The engine for debugging is slow, and its numbers are the same.
      measuredClaims: options.debug
        ? new Map()
        : await measureClaims(engine, claims, join(options.engineDir, 'systemsim-jobs.wasm')),
    };
  } finally {
    engine.close();
  }
}
