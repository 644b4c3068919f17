// The single switches of a run: what a scenario would be with one of its settings other than it is. Which of them the
// engine takes, and what comes of it, the engine says.

/** @import { Action, Scenario } from '../../web/engine/engine.d.ts' */

/** @typedef {{words: string, scenario: Scenario}} Switched */
/** @typedef {Record<string, any>} Cluster */

/**
 * @param {Scenario} scenario
 * @returns {Switched[]}
 */
export function switchesOf(scenario) {
  const cluster = /** @type {Cluster} */ (scenario.cluster ?? {});
  const workload = /** @type {Cluster} */ (scenario.workload ?? {});
  const { n = 3, w = 2, r = 2, read_repair: repair = 'off', versions = 'lww', mode = 'leaderless' } = cluster;
  const writeBack = cluster.write_back ?? false;
  const quorums = mode === 'leaderless';
  /** @param {string} words @param {Cluster} change */
  const other = (words, change) => ({ words, scenario: { ...scenario, cluster: { ...cluster, ...change } } });
  return [
    quorums && w < n && { words: `W = ${w + 1}`, scenario: withMore(scenario, cluster, 'w', w + 1) },
    quorums && r < n && { words: `R = ${r + 1}`, scenario: withMore(scenario, cluster, 'r', r + 1) },
    quorums &&
      !writeBack &&
      repair !== 'blocking' &&
      other('read repair before the answer', { read_repair: 'blocking' }),
    quorums && !writeBack && other('write-back', { write_back: true, read_repair: 'off' }),
    cluster.sloppy && other('a strict quorum', { sloppy: false }),
    quorums && versions === 'lww' && other('versions by number, not by clock', { versions: 'logical' }),
    quorums && versions === 'lww' && other('versions by what they had seen', { versions: 'dotted' }),
    hasWrongClocks(scenario, cluster) && {
      words: 'right clocks',
      scenario: withRightClocks(scenario, cluster),
    },
    cluster.gc_grace_ms !== undefined &&
      other('the marker of a deletion kept for ever', { gc_grace_ms: undefined }),
    cluster.rebuild === false && other('rebuild before serving', { rebuild: true }),
    cluster.pending_writes === false &&
      other('pending writes while the ring changes', { pending_writes: true }),
    cluster.epoch_fence === false && other('the epoch fence', { epoch_fence: true }),
    mode === 'single_owner' &&
      workload.traffic === 'five-records' &&
      !workload.conditional && {
        words: 'conditional writes',
        scenario: { ...scenario, workload: { ...workload, conditional: true } },
      },
  ].filter((one) => typeof one === 'object');
}

/**
 * One more must answer: also where a call, or a change on the way, says its own. A read that names fewer machines than
 * must answer asks them all.
 * @param {Scenario} scenario
 * @param {Cluster} cluster
 * @param {'w' | 'r'} name
 * @param {number} value
 * @returns {Scenario}
 */
function withMore(scenario, cluster, name, value) {
  const actions = /** @type {Action[]} */ (scenario.actions ?? []);
  return {
    ...scenario,
    cluster: { ...cluster, [name]: value },
    actions: actions.map((action) => {
      const more = name in action ? { ...action, [name]: Math.max(Number(action[name]), value) } : action;
      if (name === 'w' || !Array.isArray(more.from) || more.from.length >= value) return more;
      const { from: _from, ...asksAll } = more;
      return asksAll;
    }),
  };
}

/** @param {Scenario} scenario @param {Cluster} cluster */
function hasWrongClocks(scenario, cluster) {
  const actions = /** @type {Action[]} */ (scenario.actions ?? []);
  return (cluster.clocks ?? []).length > 0 || actions.some(({ do: verb }) => verb === 'skew');
}

/** An action that is counted by others keeps its place, as a change of nothing. @param {Scenario} scenario @param {Cluster} cluster @returns {Scenario} */
function withRightClocks(scenario, { clocks: _clocks, ...cluster }) {
  const actions = /** @type {Action[]} */ (scenario.actions ?? []);
  return {
    ...scenario,
    cluster,
    actions: actions.map((action) => {
      if (action.do !== 'skew') return action;
      const { node: _node, skew_ms: _skew, drift_ppm: _drift, ...kept } = action;
      return { ...kept, do: 'set' };
    }),
  };
}
