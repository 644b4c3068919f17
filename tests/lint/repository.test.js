/** What must not be in any file: the paths of somebody's machine, and the addresses of package registries. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenLines, readText, repositoryFiles } from '../lib/files.js';

const isBinary = /\.(png|jpe?g|gif|webp|ico|woff2?|wasm|zip|gz)$/;

// Written with a class of one letter, so that this file does not name what it looks for.
const machinePath = /(^|[\s"'`(=:])\/([w]ork|[h]ome|[r]oot|[U]sers|[f]arm|[m]nt|[t]mp)\/[\w.-]/;
const registry = /https?:\/\/([r]egistry|[d]eb|[s]ecurity|[s]napshot)\.|\b[n]pmjs\.(org|com)\b|"[r]esolved":/;

/**
 * @param {string} path
 * @param {string} text
 */
const broken = (path, text) =>
  brokenLines(path, text, (line) => machinePath.test(line) || registry.test(line));

test('no file names a path of a machine or a package registry', () => {
  const files = repositoryFiles().filter((path) => !isBinary.test(path));
  assert.ok(files.length > 0);
  assert.deepEqual(
    files.flatMap((path) => broken(path, readText(path))),
    [],
  );
});

test('this lint sees a planted fault', () => {
  for (const word of ['work', 'home', 'root', 'tmp'])
    assert.equal(broken('x', `cd /${word}/here`).length, 1, word);
  assert.equal(broken('x', `https://${'registry'}.example.org/a`).length, 1);
  assert.equal(broken('x', `"${'resolved'}": "a"`).length, 1);
  assert.equal(broken('x', `see web/${'work'}/notes and the /09-storage-engine/ page`).length, 0);
});
