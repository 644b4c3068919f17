/** The engine as it was built, for tests in Node: on this thread, with no worker. */
import { fileURLToPath } from 'node:url';
import { builtModule, builtSource } from '../../web/build/engine.mjs';
import { openEngine } from '../../web/engine/client.js';
import { EngineHost } from '../../web/engine/host.js';

/** @import { EngineSource, Glue, GlueOptions, RawModule } from '../../web/engine/engine.d.ts' */

const built = fileURLToPath(new URL('../../build/wasm/', import.meta.url));

/** @typedef {Awaited<ReturnType<typeof builtModule>>} Module */

/** A module of the engine, by the name of its files. @param {string} name */
export const moduleOf = (name) => builtModule(built, name);

const embed = await moduleOf('systemsim-embed');

/** As the site has it: a module at first, and others when they are needed. @type {EngineSource} */
export const source = await builtSource(moduleOf);

export const openTestEngine = () => openEngine(source);

/** The seam itself, of an embed's module. */
export const loadHost = () => EngineHost.load(embed);

/** The same, of a module of the site. @param {string} name */
export const loadHostOf = async (name) => EngineHost.load(await moduleOf(name));

/**
 * An embed's module, with sessions and jobs in one, behind a glue that lets `intercept` see each call first: to count
 * it, or to throw as an abort does.
 * @param {(method: string, args: unknown[]) => void} intercept
 * @returns {EngineSource}
 */
export const interceptedSource = (intercept) => intercepted(embed, intercept);

/**
 * The same for the site's modules.
 * @param {(method: string, args: unknown[]) => void} intercept
 * @returns {Promise<EngineSource>}
 */
export const interceptedSiteSource = (intercept) =>
  builtSource(async (name) => intercepted(await moduleOf(name), intercept));

/**
 * @param {Module} module
 * @param {(method: string, args: unknown[]) => void} intercept
 */
export function intercepted({ glue, wasmBytes }, intercept) {
  return {
    wasmBytes,
    glue: async (/** @type {GlueOptions} */ options) => {
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
