/**
 * The LSM tree in WebAssembly beside native code, on a disk in memory: the processor's seconds that each row of the
 * workload takes, in turns, in one run. What the machine does besides is not the engine's; both have one thread.
 *
 *   node tests/bench/store-beside-native.mjs STORE-BENCH [ROUNDS] [ENTRIES]
 *
 * STORE-BENCH: the native program of store_bench.cc; the module is its twin. Prints a line a row with the median of the
 * rounds' ratios, and one with their geometric mean, "ok" or "FAIL": the bar is 1.6.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { builtModule } from '../../web/build/engine.mjs';

const [native, rounds = '7', entries = '200000'] = process.argv.slice(2);
const bar = 1.6;
const names = ['fillseq', 'fillrandom', 'overwrite', 'readrandom', 'readmissing', 'readseq', 'seekrandom'];
const walks = 5; // kWalks of db_workload.h

const { glue, wasmBytes } = await builtModule(
  fileURLToPath(new URL('../../build/wasm/', import.meta.url)),
  'store-bench',
);
const module = /** @type {any} */ (await glue(/** @type {any} */ ({ wasmBinary: wasmBytes })));

/**
 * A row in slices, as a page asks: V8 has its better code for the second call at the latest.
 * @param {number} row @returns {{ seconds: number, result: number }}
 */
function inWasm(row) {
  const calls = names[row] === 'readseq' ? walks : Number(entries);
  const slice = names[row] === 'readseq' ? 1 : 2000;
  const start = process.cpuUsage();
  let result = 0;
  for (let first = 0; first < calls; first += slice) {
    result += module._run(row, Number(entries), first, Math.min(first + slice, calls));
  }
  const { user, system } = process.cpuUsage(start);
  return { seconds: (user + system) / 1e6, result };
}

const nativeRows = () =>
  execFileSync(native, [entries], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([, seconds, result]) => ({ seconds: Number(seconds), result: Number(result) }));

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

for (let row = 0; row < names.length; row++) inWasm(row);
/** @type {{ wasm: number, native: number }[][]} */
const times = names.map(() => []);
for (let round = 0; round < Number(rounds); round++) {
  const wasmRows = names.map((_, row) => inWasm(row));
  nativeRows().forEach(({ seconds, result }, row) => {
    if (wasmRows[row].result !== result)
      throw new Error(`${names[row]}: ${wasmRows[row].result}, natively ${result}`);
    times[row].push({ wasm: wasmRows[row].seconds, native: seconds });
  });
}
const ratios = times.map((row, index) => {
  const ratio = median(row.map((time) => time.wasm / time.native));
  /** @param {'wasm' | 'native'} side */
  const ms = (side) => (median(row.map((time) => time[side])) * 1000).toFixed(1);
  console.log(
    `     store ${names[index]}: wasm ${ms('wasm')} ms, native ${ms('native')} ms, ratio ${ratio.toFixed(2)}`,
  );
  return ratio;
});
const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
console.log(
  `${mean <= bar ? 'ok  ' : 'FAIL'} store in wasm over native, geometric mean: ratio ${mean.toFixed(2)}, at most ${bar}`,
);
