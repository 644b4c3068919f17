// The scenario of the story, and what may be changed in it: the seed and N, W, R.
import story from '../../content/scenarios/quorum-playground.json' with { type: 'json' };

/** @import { Action, Scenario } from '../../web/engine/engine.d.ts' */

/** @typedef {import('../../web/figures/overlap.js').Quorum} Quorum */

/** In the story's list of actions: client 1's put, and client 2's get. */
export const putAction = 0;
export const getAction = 1;

/** @type {Quorum} */
export const storyQuorum = { n: story.cluster.n, w: story.cluster.w, r: story.cluster.r };
export const storySeed = story.seed;
export const storyKey = story.actions[putAction].key;
export const storyOld = story.records[0].value;
export const storyNew = /** @type {string} */ (story.actions[putAction].value);
export const storyMachines = story.cluster.nodes;

/**
 * @param {Quorum} quorum
 * @param {number} [seed]
 * @returns {Scenario}
 */
export function storyScenario(quorum, seed = story.seed) {
  return { ...story, seed, cluster: { ...story.cluster, ...quorum } };
}

/**
 * The story's experiment in the world of another scenario: its cluster and network, this write and this read.
 * @param {Scenario} scenario
 * @param {Quorum} quorum
 * @returns {Scenario}
 */
export function experimentIn(scenario, quorum) {
  return {
    ...story,
    cluster: { .../** @type {object} */ (scenario.cluster), ...quorum },
    network: scenario.network,
    disk: scenario.disk,
  };
}

/**
 * The same run from the start with another N, W, R: same seed, same actions. Changes of W and R on the way are left
 * out, because the new setting holds from the start; a `set` without anything else stays, since `after` counts it.
 * @param {Scenario} scenario
 * @param {Quorum} quorum
 * @returns {Scenario}
 */
export function withQuorum(scenario, quorum) {
  const actions = /** @type {Action[]} */ (scenario.actions ?? []);
  return {
    ...scenario,
    cluster: { .../** @type {object} */ (scenario.cluster), ...quorum },
    actions: actions.map((action) => {
      if (action.do !== 'set') return action;
      const { w: _w, r: _r, ...kept } = action;
      return kept;
    }),
  };
}

/**
 * W and R can never be more than N, nor N more than there are machines.
 * @param {Quorum} quorum
 * @param {number} machines
 * @returns {Quorum}
 */
export function withinLimits({ n, w, r }, machines) {
  const copies = between(1, n, machines);
  return { n: copies, w: between(1, w, copies), r: between(1, r, copies) };
}

/** @param {Quorum} left @param {Quorum} right */
export function sameQuorum(left, right) {
  return left.n === right.n && left.w === right.w && left.r === right.r;
}

/** @param {number} low @param {number} value @param {number} high */
function between(low, value, high) {
  return Math.max(low, Math.min(high, Math.round(value)));
}
