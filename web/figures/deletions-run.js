// Fig 6-11 c's run: a database is filled, every key is deleted, and it is compacted.

/** @import { Engine } from '../engine/client.js' */
/** @import { DeletionsReport, DirectoryState } from '../engine/engine.d.ts' */

/** @typedef {'filled' | 'deleted' | 'compacted'} Part */
/** @typedef {DeletionsReport & Record<Part, DirectoryState> & {most_bytes: number, grew: number}} Emptied a report that is finished */

export const parts = /** @type {const} */ (['filled', 'deleted', 'compacted']);

/** Short values, as flags and counters are: what a deletion writes then weighs as much as the record. */
const setting = /** @type {const} */ ({ job: 'deletions', keys: 5000, value_bytes: 20 });

/** @param {Engine} engine @returns {Promise<Emptied>} */
export async function measureDeletions(engine) {
  return /** @type {Emptied} */ (await engine.runJob(setting));
}

/** The directory then, as a tar archive in base64. @param {Engine} engine @param {Part} part */
export async function archiveOf(engine, part) {
  const { archive } = await engine.runJob({ ...setting, archive: part });
  return archive ?? '';
}
