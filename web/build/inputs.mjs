// "Has anything changed?": one digest over everything the site is made from, kept beside the last build.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const stampFile = '.cache/site-stamp';

/**
 * @param {string[]} paths files and folders; a missing one counts as empty
 * @param {string} settings whatever else decides the output
 */
export function digestOf(paths, settings) {
  const hash = createHash('sha256').update(settings);
  for (const path of paths.flatMap(filesUnder)) {
    const bytes = readFileSync(path);
    hash.update(`\n${path} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}

/** @param {string} digest */
export function isUpToDate(digest) {
  return existsSync('dist/index.html') && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === digest;
}

/** @param {string} digest */
export function remember(digest) {
  mkdirSync('.cache', { recursive: true });
  writeFileSync(stampFile, digest);
}

/**
 * @param {string} path
 * @returns {string[]} sorted, so that the digest does not depend on the file system
 */
function filesUnder(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { withFileTypes: true })
      .map((entry) => join(path, entry.name))
      .sort()
      .flatMap(filesUnder);
  } catch {
    return [path];
  }
}
