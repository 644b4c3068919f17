// Fig 6-11 b's runs: a tree is filled, and keys that are there and keys that are not are read, each number of filter bits
// in a tree of its own.

/** @import { Engine } from '../engine/client.js' */
/** @import { FalsePositives, LookupKind, LookupsReport, ShownLookups, TreeLevel, TreeReads } from '../engine/engine.d.ts' */

/** @typedef {LookupsReport & {hit: LookupKind, miss: LookupKind, shown: ShownLookups, levels: TreeLevel[], false_positives: FalsePositives}} Reads a report that is finished */

/** Bits of a filter for each key, of which a reader chooses. */
export const bitChoices = /** @type {const} */ ([0, 2, 5, 10, 20]);

/** Of each kind. */
const reads = 10_000;

/** @typedef {typeof bitChoices[number]} Bits */

/** @param {Engine} engine @param {{bits: number, show: number}} setting @returns {Promise<Reads>} */
export async function measureReads(engine, { bits, show }) {
  return /** @type {Reads} */ (await engine.runJob({ job: 'lookups', reads, bloom_bits: bits, show }));
}

/**
 * Every number of bits from none on.
 * @param {Engine} engine
 * @param {(share: number) => void} [told]
 * @returns {Promise<TreeReads[]>}
 */
export async function measureEachBits(engine, told) {
  const { each_bits } = await engine.runJob(
    { job: 'lookups', reads, each_bits: true },
    { onProgress: ({ done, total }) => told?.(done / total) },
  );
  if (!each_bits) throw new Error('the engine did not try every number of bits');
  return each_bits;
}
