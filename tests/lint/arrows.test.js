/**
 * Who may know whom. C++: store -> base; cluster -> store, base; sim -> cluster and what it stands on; check -> base;
 * lab -> all of these; wasm, cli -> lab (and base); the
 * command has the storage engine of its own right (`db`). JavaScript: the engine is known through web/engine alone, and
 * nothing of the site imports a lab. A folder that this file does not know is an error: say first where it stands.
 */
import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { brokenLines, readText, repositoryFiles } from '../lib/files.js';

/** @type {Record<string, string[]>} */
const arrows = {
  base: [],
  store: ['base'],
  cluster: ['store', 'base'],
  sim: ['cluster', 'store', 'base'],
  check: ['base'],
  lab: ['base', 'store', 'cluster', 'sim', 'check'],
  wasm: ['lab', 'base'],
  cli: ['lab', 'store', 'base'],
};

const cppFiles = repositoryFiles().filter((path) => /^cpp\/.*\.(h|cc)$/.test(path));
const scriptFiles = repositoryFiles().filter((path) => /^(web|labs)\/.*\.(js|mjs|d\.ts)$/.test(path));

/**
 * @param {string} path
 * @param {string} text
 */
function brokenIncludes(path, text) {
  const from = path.split('/')[1];
  return brokenLines(path, text, (line) => {
    const own = /^\s*#\s*include\s*"([^"]+)"/.exec(line)?.[1];
    if (own === undefined) return false;
    const to = own.split('/')[0];
    return !own.includes('/') || !(to === from || arrows[from]?.includes(to));
  });
}

/**
 * @param {string} path
 * @param {string} text
 */
function brokenLibraries(path, text) {
  const from = path.split('/')[1];
  return brokenLines(path, text, (line) => {
    const library = /^\s*#\s*include\s*[<"]((nlohmann|emscripten)[^>"]*)/.exec(line)?.[2];
    if (library === 'nlohmann') return from !== 'lab' && from !== 'cli';
    if (library === 'emscripten') return from !== 'wasm';
    return false;
  });
}

/**
 * Each import of a module, as the path from the root, or as it stands when it is not relative.
 * @param {string} path
 * @param {string} line
 */
function importsOf(path, line) {
  return [...line.matchAll(/\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g)].map(
    ([, a, b]) => {
      const target = a ?? b;
      return target.startsWith('.') ? posix.join(posix.dirname(path), target) : target;
    },
  );
}

/**
 * The bundler in web/build handles the built files by their names; a lab's embed entry hands the inlined engine on to
 * web/engine. Nobody else sees more of the engine than web/engine shows.
 * @param {string} path
 * @param {string} text
 */
function brokenImports(path, text) {
  if (path.startsWith('web/build/')) return [];
  const lab = /^labs\/([^/]+)\//.exec(path)?.[1];
  return brokenLines(path, text, (line) =>
    importsOf(path, line).some((target) => {
      if (/^virtual:glue$|^build\/|systemsim\.(js|wasm)$/.test(target))
        return !path.startsWith('web/engine/');
      if (target === 'virtual:engine') return !/^labs\/[^/]+\/embed\.js$/.test(path);
      if (path.startsWith('web/engine/'))
        return /^(web|labs)\//.test(target) && !target.startsWith('web/engine/');
      const targetLab = /^labs\/([^/]+)\//.exec(target)?.[1];
      return targetLab !== undefined && targetLab !== lab;
    }),
  );
}

test('each folder of cpp/ includes only what stands below it', () => {
  assert.ok(cppFiles.length > 0);
  for (const path of cppFiles)
    assert.ok(path.split('/')[1] in arrows, `${path}: where does this folder stand?`);
  assert.deepEqual(
    cppFiles.flatMap((path) => brokenIncludes(path, readText(path))),
    [],
  );
});

test('only lab and cli include nlohmann/json, only wasm the headers of Emscripten', () => {
  assert.ok(cppFiles.some((path) => /nlohmann/.test(readText(path))));
  assert.deepEqual(
    cppFiles.flatMap((path) => brokenLibraries(path, readText(path))),
    [],
  );
});

test('the engine is known through web/engine alone, and nothing imports a lab but itself', () => {
  assert.ok(scriptFiles.length > 0);
  assert.deepEqual(
    scriptFiles.flatMap((path) => brokenImports(path, readText(path))),
    [],
  );
});

test('these lints see a planted fault', () => {
  assert.equal(brokenIncludes('cpp/store/x.h', '#include "sim/world.h"').length, 1);
  assert.equal(brokenIncludes('cpp/check/x.h', '#include "cluster/ring.h"').length, 1);
  assert.equal(brokenIncludes('cpp/cli/x.cc', '#include "sim/world.h"').length, 1);
  assert.equal(brokenIncludes('cpp/sim/x.cc', '#include "world.h"').length, 1);
  assert.equal(brokenIncludes('cpp/sim/x.cc', '#include "store/store.h"\n#include "sim/world.h"').length, 0);
  assert.equal(brokenLibraries('cpp/sim/x.cc', '#include <nlohmann/json.hpp>').length, 1);
  assert.equal(brokenLibraries('cpp/lab/x.cc', '#include <emscripten/bind.h>').length, 1);
  assert.equal(brokenImports('web/figures/x.js', "import a from '../../build/wasm/systemsim.js';").length, 1);
  assert.equal(brokenImports('web/ui/x.js', "import a from 'virtual:glue';").length, 1);
  assert.equal(
    brokenImports('web/figures/x.js', "import '../../labs/quorum-playground/stage.js';").length,
    1,
  );
  assert.equal(brokenImports('labs/a/x.js', "import { b } from '../b/y.js';").length, 1);
  assert.equal(brokenImports('web/engine/x.js', "import { b } from '../ui/y.js';").length, 1);
  assert.equal(brokenImports('labs/a/x.js', "import { b } from './y.js';").length, 0);
});
