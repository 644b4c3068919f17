// Where a tree loses: the bytes of this tree and of its two plain rivals, by how many keys differ or by how many there
// are. Each point is a run of its own.
import { OneJob } from '../../web/engine/one-job.js';
import { setupOf, treeOf } from './settings.js';

/** @import { Engine } from '../../web/engine/client.js' */
/** @import { SyncMethod } from '../../web/engine/engine.d.ts' */
/** @import { Settings } from './settings.js' */

/** @typedef {'differ' | 'keys'} Axis */
/** @typedef {{x: number, bytes: Partial<Record<SyncMethod, number>>}} Point */

/** More keys than this take too long to be drawn anew for each point. */
export const mostKeys = 32_768;

/** @type {[SyncMethod, string][]} */
export const lines = [
  ['tree', 'this tree'],
  ['hashes', 'all hashes'],
  ['range', 'range-based'],
];

export class Curve {
  /** @type {Axis} */
  axis = 'differ';
  /** @type {Point[]} */
  points = [];
  /** What the points are of. */
  #of = '';
  /** @type {OneJob} */
  #job;

  /** @param {() => void} draw */
  constructor(draw) {
    this.#job = new OneJob(draw);
  }

  get progress() {
    return this.#job.progress;
  }

  /** @param {Settings} settings */
  keysOf = (settings) => Math.min(settings.keys, mostKeys);

  /** What was measured belongs to these settings. @param {Settings} settings */
  fits(settings) {
    return this.#of === this.#name(settings);
  }

  /** @param {Settings} settings */
  #name(settings) {
    const { clustered, kinds, fanOut, leafKeys, depth, hash, differ } = settings;
    const n = this.keysOf(settings);
    const rest = this.axis === 'keys' ? differ : n;
    return JSON.stringify([this.axis, rest, clustered, kinds, fanOut, leafKeys, depth, hash]);
  }

  /** @param {Settings} settings */
  places(settings) {
    const most = this.keysOf(settings);
    const steps =
      this.axis === 'differ'
        ? [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000]
        : [16, 64, 256, 1024, 4096, 16_384];
    const least = this.axis === 'keys' ? Math.max(1, settings.differ) : 1;
    return [...steps.filter((n) => n >= least && n < most), most];
  }

  stop() {
    this.#job.stop();
  }

  /** @param {Engine} engine @param {Settings} settings */
  async measure(engine, settings) {
    this.#of = this.#name(settings);
    this.points = [];
    const places = this.places(settings);
    const total = places.length * lines.length;
    let done = 0;
    await this.#job.run({ done, total }, async (signal, report) => {
      for (const x of places) {
        /** @type {Point} */
        const point = { x, bytes: {} };
        for (const [method] of lines) {
          point.bytes[method] = await this.#bytesOf(engine, settings, method, x, signal);
          signal.throwIfAborted();
          done += 1;
          if (method === 'tree') this.points = [...this.points, point];
          report({ done, total });
        }
      }
    });
  }

  /**
   * @param {Engine} engine
   * @param {Settings} settings
   * @param {SyncMethod} method
   * @param {number} x place on the axis
   * @param {AbortSignal} signal
   */
  async #bytesOf(engine, settings, method, x, signal) {
    const size = this.axis === 'differ' ? { keys: this.keysOf(settings), differ: x } : { keys: x };
    const tree = method === 'tree' ? treeOf(settings) : {};
    const setup = setupOf({ ...settings, ...size });
    const { bytes } = await engine.runJob({ job: 'merkle', method, ...setup, ...tree }, { signal });
    return bytes;
  }
}

/**
 * Where one line passes another, between two points that were measured; straight on paper with two logarithmic axes.
 * @param {Point[]} points
 * @param {SyncMethod} one
 * @param {SyncMethod} other
 * @returns {{x: number, bytes: number}[]}
 */
export function crossings(points, one, other) {
  const found = [];
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    const [a1, a2, b1, b2] = [a.bytes[one], a.bytes[other], b.bytes[one], b.bytes[other]].map((n) =>
      Math.log(n ?? 0),
    );
    if (![a1, a2, b1, b2].every(Number.isFinite)) continue;
    const [before, after] = [a1 - a2, b1 - b2];
    if (before === 0 || before * after >= 0) continue;
    const part = before / (before - after);
    found.push({
      x: Math.exp(Math.log(a.x) + part * Math.log(b.x / a.x)),
      bytes: Math.exp(a1 + part * (b1 - a1)),
    });
  }
  return found;
}
