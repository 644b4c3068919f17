// Fig 6-11 b in words: what each step of a read is, and what came of the reads.
import { formatShare, group } from '../ui/format.js';

/** @import { LookupStep, ShownLookup } from '../engine/engine.d.ts' */
/** @import { LookupsPicture } from './lookups-view.js' */

/** 2.7 µs, 105 µs. @param {number} us */
export const microseconds = (us) => `${us.toFixed(us > 0 && us < 10 ? 1 : 0)}\u00a0µs`;

/** A file and its level. @param {LookupStep} step */
const fileOf = ({ file, level }) => `file ${file}, level ${level}`;

/**
 * A read, step by step: where it looked, what was said there, whether that took a block from the disk.
 * @param {ShownLookup} read
 * @returns {{where: string, said: string, block: boolean}[]}
 */
export function stepsOf({ steps }) {
  const rows = [];
  for (const [at, step] of steps.entries()) {
    if (step.step === 'memtable') {
      rows.push({ where: 'memtable', said: step.found ? 'there' : 'not there', block: false });
    } else if (step.step === 'filter') {
      rows.push({
        where: fileOf(step),
        said: step.maybe ? 'filter: perhaps' : 'filter: certainly not',
        block: false,
      });
    } else if (step.step === 'block') {
      const table = steps.slice(at).find((later) => later.step === 'table' && later.file === step.file);
      rows.push({
        where: fileOf(step),
        said: `block read: ${table?.found ? 'there' : 'not there'}`,
        block: true,
      });
    }
  }
  return rows;
}

/** @param {number} bits */
export const bitsWords = (bits) => (bits === 0 ? 'no filters' : `${bits} bits a key`);

/** @param {LookupsPicture} picture */
export function newsOf({ reads, guess, bits, each, progress }) {
  if (guess === null) return 'Both keys are about to be read. Neither is in a cache.';
  if (progress !== null) return 'A tree is filled and read for every number of bits …';
  const { hit, miss } = reads;
  const [slow, fast] = hit.us_a_read > miss.us_a_read ? [hit, miss] : [miss, hit];
  const faster = fast === miss ? 'A miss is faster' : 'A hit is faster';
  const times = `${faster}: ${microseconds(fast.us_a_read)} a read on average, against ${microseconds(slow.us_a_read)}.`;
  if (each) return `${times} ${curveWords(each)}`;
  const share = formatShare(miss.reads_by_blocks[0] ?? 0, miss.reads);
  const why =
    bits === 0
      ? `Without filters a miss fetches a block from every file that could hold its key, ${perRead(miss.blocks_a_read)} on average; a hit stops where it finds it.`
      : `${share} of ${group(miss.reads)} misses fetched nothing at all: every filter said “certainly not”.`;
  return `${times} ${why}`;
}

/** @param {number} blocks */
export const perRead = (blocks) => `${blocks.toFixed(blocks < 0.1 ? 3 : 2)} blocks`;

/** Where a miss becomes the faster one. @param {import('../engine/engine.d.ts').TreeReads[]} each */
function curveWords(each) {
  const first = each.find(({ hit, miss }) => miss.us_a_read < hit.us_a_read);
  return first
    ? `From ${first.bloom_bits === 1 ? 'one bit' : `${first.bloom_bits} bits`} a key on, misses are the faster reads. A hit has to fetch the block with its value, unless the value is still in the memtable.`
    : 'No number of bits makes misses the faster reads.';
}
