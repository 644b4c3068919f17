// Many lucks of the story's experiment: a hundred to look at, many more for the price, and the same at many ages for the
// curve. Results are kept for each setting, since a seeded trial never changes. One job runs at a time.
import { OneJob } from '../../web/engine/one-job.js';
import { experimentIn, getAction } from './scenario.js';

/** @import { Scenario, Trials as Result } from '../../web/engine/engine.d.ts' */
/** @import { Engine } from '../../web/engine/client.js' */
/** @import { Quorum } from './scenario.js' */

/** @typedef {'lucks' | 'price' | 'curve'} Kind */
/** @typedef {{kind: Kind, done: number, total: number}} Progress */

const ages_us = [
  0, 500, 1000, 2000, 3000, 4000, 6000, 8000, 10_000, 12_500, 15_000, 17_500, 20_000, 25_000, 30_000, 35_000,
  40_000, 44_000, 48_000, 52_000, 56_000, 60_000, 66_000, 72_000,
];

/**
 * `part`: so many seeds are one job of the engine. The curve is measured in parts, and grows while one looks on.
 * @type {Record<Kind, {trials: number, part: number, ages_us: number[]}>}
 */
const sizes = {
  lucks: { trials: 100, part: 100, ages_us: [0] },
  price: { trials: 10_000, part: 10_000, ages_us: [0] },
  curve: { trials: 10_000, part: 500, ages_us },
};

export const luckCount = sizes.lucks.trials;
export const priceTrials = sizes.price.trials;
export const curveTrials = sizes.curve.trials;

export class Trials {
  /** Whole results, and those still growing. @type {Map<string, Result>} */
  #results = new Map();
  /** @type {OneJob<Progress>} */
  #job;

  /**
   * @param {Engine} engine
   * @param {Scenario} scenario whose cluster and network are tried
   * @param {() => void} onProgress
   */
  constructor(engine, scenario, onProgress) {
    this.engine = engine;
    this.scenario = scenario;
    this.#job = new OneJob(onProgress);
  }

  /** What is being computed now. */
  get progress() {
    return this.#job.progress;
  }

  /**
   * @param {Kind} kind
   * @param {Quorum} quorum
   */
  result(kind, quorum) {
    const result = this.partial(kind, quorum);
    return result?.finished ? result : null;
  }

  /**
   * As much as there is; `done` says how many trials that are.
   * @param {Kind} kind
   * @param {Quorum} quorum
   */
  partial(kind, quorum) {
    return this.#results.get(nameOf(kind, quorum)) ?? null;
  }

  /**
   * @param {Kind} kind
   * @param {Quorum} quorum
   * @returns {Promise<Result | null>} null when it was cancelled
   */
  async run(kind, quorum) {
    const known = this.result(kind, quorum);
    if (known) return known;
    const start = { kind, done: this.partial(kind, quorum)?.done ?? 0, total: sizes[kind].trials };
    return this.#job.run(start, (signal, report) => this.#runParts(kind, quorum, signal, report));
  }

  /** What is there already stays. */
  cancel() {
    this.#job.stop();
  }

  /**
   * @param {Kind} kind
   * @param {Quorum} quorum
   * @param {AbortSignal} signal
   * @param {(progress: Progress) => void} report
   */
  async #runParts(kind, quorum, signal, report) {
    const { trials: total, part, ages_us: ages } = sizes[kind];
    const scenario = experimentIn(this.scenario, quorum);
    const name = nameOf(kind, quorum);
    let sum = this.#results.get(name) ?? null;
    while (!sum?.finished) {
      const before = sum?.done ?? 0;
      const result = await this.engine.runJob(
        {
          job: 'trials',
          scenario,
          seeds: { from: before + 1, to: before + part },
          probe: getAction,
          ages_us: ages,
        },
        {
          signal,
          onProgress: ({ done }) => report({ kind, done: before + done, total }),
        },
      );
      signal.throwIfAborted();
      sum = added(sum, result, total);
      this.#results.set(name, sum);
    }
    return sum;
  }
}

/**
 * Counts add up; a percentile does not, so it is right only for a kind that is measured in one part.
 * @param {Result | null} sum
 * @param {Result} part
 * @param {number} total
 * @returns {Result}
 */
function added(sum, part, total) {
  const done = (sum?.done ?? 0) + part.done;
  /** @param {'fresh' | 'stale' | 'unanswered'} name */
  const counts = (name) => part[name].map((count, index) => count + (sum?.[name][index] ?? 0));
  return {
    ...part,
    done,
    total,
    finished: done >= total,
    fresh: counts('fresh'),
    stale: counts('stale'),
    unanswered: counts('unanswered'),
  };
}

/** @param {Kind} kind @param {Quorum} quorum */
function nameOf(kind, { n, w, r }) {
  return `${kind} ${n} ${w} ${r}`;
}
