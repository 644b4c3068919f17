/** The engine as it was built, for tests in Node: on this thread, with no worker. */
import { readFileSync } from 'node:fs';
import { openEngine } from '../../web/engine/client.js';
import { EngineHost } from '../../web/engine/host.js';

/** @import { EngineSource, Glue, RawModule } from '../../web/engine/engine.d.ts' */

const built = new URL('../../build/wasm/', import.meta.url);

/** @type {Glue} */
export const glue = (await import(new URL('systemsim.js', built).href)).default;
export const wasmBytes = readFileSync(new URL('systemsim.wasm', built));

/** @type {EngineSource} */
export const source = { glue, wasmBytes };

export const openTestEngine = () => openEngine(source);

export const loadHost = () => EngineHost.load({ glue, wasmBytes });

/**
 * The module behind a glue that lets `intercept` see each call first: to count it, or to throw as an abort does.
 * @param {(method: string, args: unknown[]) => void} intercept
 * @returns {EngineSource}
 */
export function interceptedSource(intercept) {
  return {
    wasmBytes,
    glue: async (options) => {
      const module = await glue(options);
      return new Proxy(module, {
        get(target, name) {
          const method = Reflect.get(target, name);
          if (typeof method !== 'function') return method;
          return (/** @type {unknown[]} */ ...args) => {
            intercept(String(name), args);
            return Reflect.apply(method, target, args);
          };
        },
      });
    },
  };
}

/** What an abort in wasm looks like from JavaScript. */
export const abort = () => {
  throw new WebAssembly.RuntimeError('unreachable');
};

/** A run with everything in it: traffic, loss, a crash, a partition; some four thousand events. */
export const busyScenario = {
  version: 1,
  seed: 6,
  cluster: { nodes: 5, n: 3, w: 2, r: 2 },
  network: { latency: { profile: 'lnkd-disk' }, loss: 0.02 },
  workload: { clients: 3, duration_ms: 20_000, think_ms: 50 },
  actions: [
    { do: 'crash', node: 'B', at_ms: 2000 },
    {
      do: 'partition',
      groups: [
        ['A', 'C', 'c1'],
        ['D', 'E', 'c2', 'c3'],
      ],
      at_ms: 5000,
    },
    { do: 'restart', node: 'B', at_ms: 7000 },
    { do: 'heal', at_ms: 9000 },
    { do: 'set', w: 1, r: 1, at_ms: 12_000 },
  ],
};
