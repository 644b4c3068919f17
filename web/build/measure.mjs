// What the build measures by running the engine here: the numbers in the still pictures, which the figures' own
// drawing functions (bundled for Node) then draw, and the claims.
import { bundleForNode } from './bundle.mjs';
import { measureClaims } from './claims.mjs';
import { openBuiltEngine } from './engine.mjs';

/** @import { Claim } from '../engine/engine.d.ts' */
/** @import * as Still from '../figures/still.js' */

/**
 * @param {Map<string, Claim>} claims
 * @param {import('./bundle.mjs').BundleOptions} options
 * @returns {Promise<{stillFigure: typeof Still.stillFigure, labRunOf: typeof Still.labRunOf, measured: Still.Measured, measuredClaims: Map<string, number>}>}
 */
export async function measureAll(claims, options) {
  const still = await bundleForNode('web/figures/still.js', 'still.mjs', options);
  const engine = await openBuiltEngine(options.engineDir);
  try {
    return {
      stillFigure: still.stillFigure,
      labRunOf: still.labRunOf,
      measured: await still.measure(engine),
      // The engine for debugging is slow, and its numbers are the same.
      measuredClaims: options.debug ? new Map() : await measureClaims(options.engineDir, claims),
    };
  } finally {
    engine.close();
  }
}
