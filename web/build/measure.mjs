// The figures' side of the build: their drawing functions, bundled for Node, and the numbers in the still pictures,
// measured by running the engine here.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from './bundle.mjs';

/** @import * as Still from '../figures/still.js' */

/**
 * @param {import('./bundle.mjs').BundleOptions} options
 * @returns {Promise<{stillFigure: typeof Still.stillFigure, measured: Still.Measured}>}
 */
export async function measureFigures(options) {
  const still = await bundleForNode('web/figures/still.js', 'still.mjs', options);
  const client = await bundleForNode('web/engine/client.js', 'client.mjs', options);
  const glue = await import(pathToFileURL(resolve(options.engineDir, 'systemsim.js')).href);
  const wasmBytes = readFileSync(join(options.engineDir, 'systemsim.wasm'));
  const engine = client.openEngine({ glue: glue.default, wasmBytes });
  try {
    return { stillFigure: still.stillFigure, measured: await still.measure(engine) };
  } finally {
    engine.close();
  }
}
