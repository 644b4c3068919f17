/**
 * WebAssembly beside native code: the trials of the WARS model that each makes a second, in turns, in one run.
 *
 *   node tests/bench/wasm-beside-native.mjs SYSTEMSIM [ROUNDS] [TRIALS]
 *
 * SYSTEMSIM: the native command. Prints a line a profile: medians, spread, and the ratio (the bar: 0.6).
 */
import { execFileSync } from 'node:child_process';
import { openTestEngine } from '../lib/engine.js';

const [native, rounds = '7', trials = '4000000'] = process.argv.slice(2);
const engine = openTestEngine();

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
/** @param {number[]} rates trials a second */
const words = (rates) => {
  const [low, mid, high] = [Math.min(...rates), median(rates), Math.max(...rates)].map((rate) =>
    (rate / 1e6).toFixed(2),
  );
  return `${mid} M/s (${low} to ${high})`;
};
/** @param {() => unknown} work @returns {Promise<number>} trials a second */
async function rate(work) {
  const start = performance.now();
  await work();
  return Number(trials) / ((performance.now() - start) / 1000);
}

for (const profile of /** @type {const} */ (['lnkd-disk', 'ymmr'])) {
  /** @type {{ wasm: number[], native: number[] }} */
  const rates = { wasm: [], native: [] };
  /** @type {import('../../web/engine/engine.d.ts').PbsJob} */
  const job = { job: 'pbs', profile, trials: Number(trials) };
  await engine.runJob({ ...job, trials: 200_000 }); // V8's better code is there from now on
  for (let round = 0; round < Number(rounds); round++) {
    rates.wasm.push(await rate(() => engine.runJob(job)));
    rates.native.push(
      await rate(() => execFileSync(native, ['pbs', '--profile', profile, '--trials', trials])),
    );
  }
  const ratio = median(rates.wasm) / median(rates.native);
  console.log(
    `pbs ${profile}: wasm ${words(rates.wasm)}, native ${words(rates.native)}, ratio ${ratio.toFixed(2)}`,
  );
}
