// Fig 6-3's numbers: each is of a run of the job "tiers", as `systemsim tiers` prints it. Nothing here keeps a value or counts a hit.

/** @import { Engine } from '../engine/client.js' */
/** @import { TiersJob, TiersReport } from '../engine/engine.d.ts' */

/** @typedef {'zipf' | 'even'} Traffic which keys are asked for */
/** @typedef {'each' | 'hundred' | 'none'} Safety when a write is safe on the disk: at once, with 99 others, never */
/** @typedef {'ssd' | 'hdd'} Disk */

/**
 * @typedef {object} Setting
 * @property {number} memory for so many per cent of the values
 * @property {Traffic} traffic
 * @property {Safety} safety
 * @property {Disk} disk
 */

/** @type {readonly Traffic[]} */
export const traffics = ['zipf', 'even'];
/** @type {readonly Safety[]} */
export const safeties = ['each', 'hundred', 'none'];
/** @type {readonly Disk[]} */
export const disks = ['ssd', 'hdd'];

/** @type {Setting} */
export const firstSetting = { memory: 0, traffic: 'zipf', safety: 'each', disk: 'ssd' };

export const keys = 100_000;
/** Calls that are counted; twice as many before them are not, so that memory holds what it will hold. */
export const calls = 100_000;
export const group100 = 100;

/** The plug is pulled where the calls that are seen end; when it is in again, as many follow. */
export const jobOf = (
  /** @type {Setting} */ { memory, traffic, safety, disk },
  /** @type {boolean} */ crash,
) =>
  /** @type {TiersJob} */ ({
    job: 'tiers',
    keys,
    traffic,
    disk,
    warm_up: 2 * calls,
    operations: crash ? 2 * calls : calls,
    ...(safety === 'none' ? { log: false } : { memory: memory / 100 }),
    ...(safety === 'hundred' ? { sync_every: group100 } : {}),
    ...(crash ? { crash_at: calls } : {}),
  });

/** Without a log everything has to be in memory. @param {Setting} setting */
export const held = ({ memory, safety }) => (safety === 'none' ? 100 : memory);

/**
 * @param {Engine} engine
 * @param {TiersJob} job
 * @param {{ signal?: AbortSignal, onProgress?: (share: number) => void }} [options]
 * @returns {Promise<TiersReport>}
 */
export async function measure(engine, job, { signal, onProgress } = {}) {
  const report = await engine.runJob(job, {
    signal,
    onProgress: ({ done, total }) => onProgress?.(done / total),
  });
  if (report.error) throw new Error(report.error);
  return report;
}

/** How many times as fast as the disk alone reads are on average; null when none went there. @param {TiersReport} report */
export function timesFaster({ misses, read_ms, read_mean_ms }) {
  return misses > 0 && read_ms.max !== null && read_mean_ms ? read_ms.max / read_mean_ms : null;
}

/** The share of the reads that memory answered in some of the run's windows. @param {TiersReport} report @param {number} from @param {number} to */
export function hitRateIn({ window_hits: hits, window_reads: reads }, from, to) {
  const sum = (/** @type {number[]} */ counts) => counts.slice(from, to).reduce((all, one) => all + one, 0);
  return sum(hits) / sum(reads);
}

/** Back from a link. @param {URLSearchParams} opened @returns {Setting} */
export function settingOf(opened) {
  /** @template {string} T @param {readonly T[]} list @param {string} name @param {T} usual */
  const one = (list, name, usual) => list.find((word) => word === opened.get(name)) ?? usual;
  const memory = Number(opened.get('memory') ?? firstSetting.memory);
  return {
    memory: Number.isInteger(memory) && memory >= 0 && memory <= 100 ? memory : firstSetting.memory,
    traffic: one(traffics, 'traffic', firstSetting.traffic),
    safety: one(safeties, 'safety', firstSetting.safety),
    disk: one(disks, 'disk', firstSetting.disk),
  };
}
