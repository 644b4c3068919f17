/**
 * A long computation in the engine, such as many seeded trials: started, carried on in slices until it is finished,
 * and cancelled through an AbortSignal. After an abort elsewhere it starts again from its beginning in the new engine;
 * being seeded, it ends with the same result.
 */
import { heals } from './modules.js';
import { SliceSize } from './slices.js';

/** @import { Job, JobStart, ReportOf } from './engine.d.ts' */
/** @import { Dispatcher, Send } from './dispatcher.js' */

/** What works on a store alone, as the engine lists it (cpp/lab/job_kinds.h). @type {Set<string>} */
const storeKinds = new Set(['torn_log', 'lookups', 'deletions', 'tiers']);
/** What is about two replicas alone. @type {Set<string>} */
const syncKinds = new Set(['replicas', 'merkle', 'sync']);

/**
 * Which module of the site does a job. A claim goes where its experiment goes.
 * @param {Job} job
 * @returns {'jobs' | 'store' | 'healing' | 'sync'}
 */
export function moduleOf(job) {
  const claim = job.job === 'claims' ? job.claims[0] : job.job === 'claim' ? job.claim : null;
  const about = /** @type {any} */ (claim ? claim.experiment : job);
  const kind = claim ? about?.kind : job.job;
  if (storeKinds.has(kind)) return 'store';
  if (syncKinds.has(kind) || (kind === 'grade' && about?.challenge?.lab === 'merkle-sync')) return 'sync';
  return kind === 'rumour' || heals(about?.scenario) ? 'healing' : 'jobs';
}

/** Between two calls of onProgress, but for the last: a page that redrew for each slice would do little else. */
const progressMs = 100;

/**
 * @template {Job} Asked
 * @typedef {{ onProgress?: (progress: ReportOf<Asked>) => void, signal?: AbortSignal }} JobOptions
 */

/**
 * @template {Job} Asked
 * @param {Dispatcher} dispatcher
 * @param {Asked} job
 * @param {JobOptions<Asked>} [options]
 * @returns {Promise<ReportOf<Asked>>}
 */
export async function runJob(dispatcher, job, { onProgress, signal } = {}) {
  signal?.throwIfAborted();
  const text = JSON.stringify(job);
  // From one: a unit of work may be a trial of some microseconds, or a whole run of many milliseconds.
  const slice = new SliceSize({ least: 1, most: 100_000 });
  let id = 0;
  /** @param {string} json */
  const take = (json) => {
    id = /** @type {JobStart} */ (JSON.parse(json)).job;
  };
  const self = {
    /** @param {Send} send */
    restore: async (send) => take(await send('start', [text])),
  };
  await dispatcher.request(
    'start',
    () => [text],
    (json) => {
      take(json);
      dispatcher.alive.add(self);
    },
  );
  try {
    let toldAt = -progressMs;
    for (let done = 0; ; ) {
      const progress = await dispatcher.request(
        'advance',
        () => [id, slice.value],
        (json, ms) => {
          const progress = /** @type {ReportOf<Asked>} */ (JSON.parse(json));
          slice.learn(progress.done - done, ms);
          done = progress.done;
          return progress;
        },
      );
      const now = performance.now();
      if (progress.finished || now - toldAt >= progressMs) {
        toldAt = now;
        onProgress?.(progress);
      }
      if (progress.finished) return progress;
      signal?.throwIfAborted();
    }
  } finally {
    // Until the engine has been told to forget it, the job lives, and moves with the others into a new engine: its
    // number there may be somebody else's otherwise. If it cannot be told, it has forgotten already.
    const forget = () => dispatcher.alive.delete(self);
    dispatcher.request('close', () => [id], forget).catch(forget);
  }
}
