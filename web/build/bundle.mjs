// The scripts of the site and of the labs, by esbuild.
//
//   assets/page.js, site.js, claims.js, seven.js, lab-quorum.js, lab-merkle.js   modules; what they share is split into chunks
//   assets/engine-, trees-, healing-, jobs-, store-, sync-worker.js   classic scripts: a module's glue and its worker
//   labs bundle, embed script                  classic scripts with the engine inlined ('virtual:engine')
//
// The imported '*.css' are texts (the labs adopt them in their shadow DOM). 'virtual:glue' is the module that
// Emscripten wrote for the engine, from whichever build is being bundled.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

/**
 * @typedef {object} BundleOptions
 * @property {string} engineDir folder with the modules of the engine
 * @property {boolean} debug readable output with source maps
 */

/**
 * Writes the site's scripts into dist/assets.
 * @param {BundleOptions} options
 */
export async function bundleSite(options) {
  const result = await esbuild.build({
    ...common(options),
    entryPoints: {
      page: 'web/page.js',
      site: 'web/site.js',
      claims: 'web/claims.js',
      seven: 'web/seven.js',
      'lab-quorum': 'labs/quorum-playground/site.js',
      'lab-merkle': 'labs/merkle-sync/site.js',
    },
    outdir: 'dist/assets',
    chunkNames: 'chunk-[hash]',
    format: 'esm',
    splitting: true,
    metafile: true,
  });
  for (const [name, module] of /** @type {const} */ ([
    ['engine-worker', 'systemsim'],
    ['trees-worker', 'systemsim-trees'],
    ['healing-worker', 'systemsim-healing'],
    ['jobs-worker', 'systemsim-jobs'],
    ['store-worker', 'systemsim-store'],
    ['sync-worker', 'systemsim-sync'],
  ])) {
    await esbuild.build({
      ...common(options, module),
      ...classic,
      entryPoints: { [name]: 'web/engine/worker.js' },
      outdir: 'dist/assets',
    });
  }
  return importsOf(result.metafile);
}

/**
 * The worker of an embed as one classic script.
 * @param {BundleOptions} options
 * @param {string} [module] of the engine
 */
export async function workerScript(options, module = 'systemsim-embed') {
  const worker = await esbuild.build({
    ...common(options, module),
    ...classic,
    sourcemap: false,
    entryPoints: ['web/engine/worker.js'],
    write: false,
  });
  return worker.outputFiles[0].text;
}

/**
 * The text of one classic script with the engine inside.
 * @param {string} source module source; its imports are resolved from the repository's root
 * @param {BundleOptions} options
 * @param {string} [module] of the engine
 */
export async function bundleStandalone(source, options, module = 'systemsim-embed') {
  const inlineEngine = {
    workerText: await workerScript(options, module),
    wasmBase64: readFileSync(join(options.engineDir, `${module}.wasm`)).toString('base64'),
  };
  const settings = common(options);
  const result = await esbuild.build({
    ...settings,
    ...classic,
    plugins: [...settings.plugins, virtualEngine(inlineEngine)],
    sourcemap: options.debug ? 'inline' : false,
    stdin: { contents: source, resolveDir: process.cwd(), sourcefile: 'standalone.js' },
    write: false,
  });
  return result.outputFiles[0].text;
}

/**
 * A module of the page, imported here: it may import JSON and texts, which Node 18 does not know how to.
 * @param {string} file
 * @param {string} name of the bundle in .cache/
 * @param {BundleOptions} options
 */
export async function bundleForNode(file, name, options) {
  const outfile = resolve('.cache', name);
  await esbuild.build({
    ...common(options),
    entryPoints: [file],
    outfile,
    format: 'esm',
    platform: 'node',
    target: 'node18',
    minify: false,
  });
  return import(`${pathToFileURL(outfile).href}`);
}

/** The style sheets of the pages: one for all, one for those with figures, and each figure's own. */
export async function bundleStyles(/** @type {BundleOptions} */ options) {
  await esbuild.build({
    ...common(options),
    plugins: [],
    external: ['*.woff2'],
    entryPoints: {
      site: 'web/styles/site.css',
      figures: 'web/styles/figures.css',
      ...Object.fromEntries(
        figureStyles().map((name) => [`figure-${name}`, `web/styles/figures/${name}.css`]),
      ),
    },
    outdir: 'dist/assets',
  });
}

/** The figures that have a style sheet of their own, by name. */
export function figureStyles() {
  return readdirSync('web/styles/figures').map((file) => basename(file, '.css'));
}

/**
 * A style sheet's text, minified as the rest.
 * @param {string} file
 * @param {BundleOptions} options
 */
export async function styleText(file, options) {
  const result = await esbuild.build({ ...common(options), plugins: [], entryPoints: [file], write: false });
  return result.outputFiles[0].text.trim();
}

/** The browsers that know light-dark() and everything older than it. */
const targets = ['es2022', 'chrome123', 'firefox121', 'safari17.5'];

/**
 * What a classic script needs: no top-level names. It has no address of its own, and the glue only wants one to build
 * upon: it is always handed the engine.
 */
const classic = /** @type {const} */ ({ format: 'iife', define: { 'import.meta.url': '"file:///"' } });

/**
 * @param {BundleOptions} options
 * @param {string} [module] of the engine, whose glue is 'virtual:glue'
 */
function common({ debug, engineDir }, module = 'systemsim') {
  return {
    bundle: true,
    minify: !debug,
    sourcemap: /** @type {boolean | 'inline'} */ (debug),
    target: targets,
    charset: /** @type {const} */ ('utf8'),
    legalComments: /** @type {const} */ ('none'),
    logLevel: /** @type {const} */ ('warning'),
    plugins: [glue(join(engineDir, `${module}.js`)), styleTexts(!debug)],
  };
}

/**
 * @param {string} file
 * @returns {esbuild.Plugin}
 */
function glue(file) {
  return {
    name: 'engine-glue',
    setup(build) {
      build.onResolve({ filter: /^virtual:glue$/ }, () => ({ path: resolve(file) }));
    },
  };
}

/**
 * A style sheet that a script imports is a text, as small as the rest.
 * @param {boolean} minify
 * @returns {esbuild.Plugin}
 */
function styleTexts(minify) {
  return {
    name: 'style-texts',
    setup(build) {
      build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
        const text = readFileSync(path, 'utf8');
        const { code } = await esbuild.transform(text, { loader: 'css', minify, target: targets });
        return { contents: code, loader: 'text' };
      });
    },
  };
}

/**
 * @param {{workerText: string, wasmBase64: string}} engine
 * @returns {esbuild.Plugin}
 */
function virtualEngine(engine) {
  return {
    name: 'virtual-engine',
    setup(build) {
      build.onResolve({ filter: /^virtual:engine$/ }, ({ path }) => ({ path, namespace: 'engine' }));
      build.onLoad({ filter: /.*/, namespace: 'engine' }, () => ({
        contents: Object.entries(engine)
          .map(([name, text]) => `export const ${name} = ${JSON.stringify(text)};`)
          .join('\n'),
      }));
    },
  };
}

/**
 * Which chunks each entry loads at once: the page asks for them early instead of one after the other. A figure's module
 * is asked for by name only once the page runs, so its own file is among them.
 * @param {esbuild.Metafile} metafile
 * @returns {Record<string, string[]>} file names in assets/, by entry script, and by "figures/name"
 */
function importsOf(metafile) {
  /** @type {Record<string, string[]>} */
  const chunks = {};
  for (const [file, { entryPoint, imports }] of Object.entries(metafile.outputs)) {
    if (!entryPoint) continue;
    const needed = imports
      .filter(({ kind }) => kind === 'import-statement')
      .map(({ path }) => basename(path));
    chunks[basename(file)] = needed;
    const figure = /^web\/figures\/([\w-]+)\.js$/.exec(entryPoint);
    if (figure) chunks[`figures/${figure[1]}`] = [basename(file), ...needed];
  }
  return chunks;
}
