// Fig 6-11's runs: three puts to a real log, which is then damaged, and the database opened again.

/** @import { Engine } from '../engine/client.js' */
/** @import { LogPart, Reopened, TornLogReport } from '../engine/engine.d.ts' */

/** @typedef {Required<Pick<TornLogReport, 'log' | 'records' | 'found_hex' | 'ours' | 'leveldb'>> & TornLogReport} Torn a report that is finished */
/** @typedef {Required<Pick<TornLogReport, 'each_cut' | 'each_flip'>>} EachByte */
/** @typedef {{mode: 'cut', at: number} | {mode: 'flip', at: number, bit: number}} Damage at: the first byte that is gone, or the byte with the bit */

/** @param {Damage} damage */
const optionsOf = (damage) =>
  damage.mode === 'cut' ? { cut: damage.at } : { flip: { byte: damage.at, bit: damage.bit } };

/** @param {Engine} engine @param {Damage | null} damage @returns {Promise<Torn>} */
export async function measureTorn(engine, damage) {
  const options = damage ? optionsOf(damage) : {};
  return /** @type {Torn} */ (await engine.runJob({ job: 'torn_log', ...options }));
}

/** Every cut, and every bit turned, each by itself. @param {Engine} engine @returns {Promise<EachByte>} */
export async function measureEachByte(engine) {
  const { each_cut, each_flip } = await engine.runJob({ job: 'torn_log', each_byte: true });
  if (!each_cut || !each_flip) throw new Error('the engine did not try every byte');
  return { each_cut, each_flip };
}

/** The directory as it is found, as a tar archive in base64. @param {Engine} engine @param {Damage} damage */
export async function archiveOf(engine, damage) {
  const { archive } = await engine.runJob({ job: 'torn_log', ...optionsOf(damage), archive: true });
  return archive ?? '';
}

/** @param {string} hex */
export const bytesOf = (hex) => hex.match(/../g) ?? [];

/** The part in which a byte stands. @param {Torn} torn @param {number} at @returns {LogPart | undefined} */
export const partAt = ({ log: { parts } }, at) => parts.find(({ from, to }) => from <= at && at < to);

/** The middle of the first record's value: where a turned bit is asked about. @param {Torn} torn @returns {Damage} */
export function firstFlip({ log: { parts } }) {
  const value = /** @type {LogPart} */ (parts.find(({ record, part }) => record === 0 && part === 'value'));
  return { mode: 'flip', at: value.from + 1, bit: 3 };
}

/**
 * The edge of a record before or after a place: where a page key leads.
 * @param {Torn} torn
 * @param {number} at
 * @param {1 | -1} way
 */
export function edgeFrom({ records }, at, way) {
  const edges = [0, ...records.map(({ to }) => to)];
  const before = edges.filter((edge) => edge < at);
  const behind = edges.filter((edge) => edge > at);
  return way > 0 ? (behind[0] ?? edges[edges.length - 1]) : (before[before.length - 1] ?? 0);
}

/** What a reader is told of a reopened database: which of the records are there. @param {Reopened} opened @param {number} record */
export const isBack = ({ recovered }, record) => recovered.includes(record);
