/**
 * The Merkle Tree Sync lab's engine in WebAssembly: two replicas loaded, the trees of both built, a run over them, what
 * all that takes of memory, and how soon a root follows when one key changes (merkle_bench.cc).
 *
 *   node tests/bench/wasm-merkle.mjs [ROUNDS] [KEYS] [CHANGES]
 *
 * Prints a line a bar, "ok" or "FAIL", for 1 048 576 keys with the lab's settings: both trees within 1.5 s, the root
 * after a change within 20 µs, less than 300 MB of memory for the whole process. Seconds are the processor's; the bar of
 * the trees holds for the best round, that of a change for the median: what the machine does besides is not the engine's.
 * The spread stands beside it.
 */
import { fileURLToPath } from 'node:url';
import { askedOf, million, setupOf, standard, treeOf } from '../../labs/merkle-sync/settings.js';
import { builtModule, openBuiltEngine } from '../../web/build/engine.mjs';

const [rounds = 5, keys = million, changes = 20_000] = process.argv.slice(2).map(Number);
const built = fileURLToPath(new URL('../../build/wasm/', import.meta.url));
const settings = { ...standard, keys };

/** @param {boolean} met @param {string} what */
const tell = (met, what) => console.log(`${met ? 'ok  ' : 'FAIL'} merkle in wasm, ${keys} keys: ${what}`);

/** @param {number[]} values @param {number} share */
const quantile = (values, share) =>
  [...values].sort((one, other) => one - other)[
    Math.min(values.length - 1, Math.floor(share * values.length))
  ];

const megabytes = () => process.memoryUsage().rss / 2 ** 20;

/** The processor's, on all threads of this process. @param {() => Promise<unknown>} work */
async function secondsOf(work) {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** Before anything else is loaded, so that the memory is that of the lab's engine. */
async function replicas() {
  const before = megabytes();
  const engine = await openBuiltEngine(built);
  let pair = /** @type {import('../../web/engine/replicas.js').Replicas} */ (/** @type {unknown} */ (null));
  const loaded_s = await secondsOf(async () => {
    pair = await engine.replicas(setupOf(settings));
  });
  const loaded_mb = megabytes();
  let most_mb = loaded_mb;
  /** @type {number[]} */
  const trees = [];
  /** @type {number[]} */
  const runs = [];
  for (let round = 0; round < rounds; round++) {
    trees.push(await secondsOf(() => pair.tree(treeOf(settings))));
    const { report } = await pair.run(askedOf(settings));
    if (!report.equal_after) throw new Error('the replicas differ after the run');
    runs.push(await secondsOf(() => pair.run(askedOf(settings))));
    most_mb = Math.max(most_mb, megabytes());
  }
  const run_mb = most_mb;
  for (const method of /** @type {const} */ (['cassandra', 'riak', 'range', 'hashes', 'all'])) {
    await pair.run({ method });
    most_mb = Math.max(most_mb, megabytes());
  }
  engine.close();
  /** @param {number[]} times */
  const spread = (times) =>
    `${Math.min(...times).toFixed(2)} s, median ${quantile(times, 0.5).toFixed(2)}, slowest ${Math.max(...times).toFixed(2)}`;
  tell(Math.min(...trees) < 1.5, `both trees built in ${spread(trees)}; less than 1.5`);
  tell(
    run_mb < 300,
    `${run_mb.toFixed(0)} MB after a run, of which ${before.toFixed(0)} are Node's; less than 300 (loaded ${loaded_mb.toFixed(0)}, after every method ${most_mb.toFixed(0)})`,
  );
  console.log(`     both replicas loaded in ${loaded_s.toFixed(2)} s; a run in ${spread(runs)}`);
}

async function changed() {
  const { glue, wasmBytes } = await builtModule(built, 'merkle-bench');
  const module = /** @type {any} */ (await glue(/** @type {any} */ ({ wasmBinary: wasmBytes })));
  const depth = module._build(keys);
  /** @type {number[]} */
  const times = [];
  for (let at = 0; at < changes; at++) {
    const index = Math.imul(at, 0x9e3779b1) >>> 0; // one after the other, anywhere
    const start = process.hrtime.bigint();
    const hashed = module._change(index % keys);
    times.push(Number(process.hrtime.bigint() - start) / 1000);
    if (hashed !== depth) throw new Error(`${hashed} nodes were hashed, not ${depth}`);
  }
  if (!module._holds()) throw new Error('the root is not that of a tree that is built anew');
  const us = (/** @type {number} */ share) => quantile(times, share).toFixed(2);
  tell(
    quantile(times, 0.5) < 20,
    `a changed key reaches the root in ${us(0.5)} µs, median of ${changes}; less than 20 (5 % within ${us(0.05)}, 95 % within ${us(0.95)}, slowest ${us(1)})`,
  );
}

await replicas();
await changed();
