/** The repository's own files, for the lints: what git knows or would take, and nothing built. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** @returns {string[]} paths from the root, with forward slashes, sorted */
export function repositoryFiles() {
  const options = { cwd: root, encoding: /** @type {const} */ ('utf8'), maxBuffer: 1 << 26 };
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '-z'],
    options,
  );
  const files = [...new Set(listed.split('\0'))].filter((path) => path && existsSync(join(root, path)));
  return files.sort();
}

/** @param {string} path from the root */
export const readText = (path) => readFileSync(join(root, path), 'utf8');

/**
 * Every place where a rule is broken, as "path:line: text".
 * @param {string} path
 * @param {string} text
 * @param {(line: string, index: number, lines: string[]) => boolean} isBroken
 */
export function brokenLines(path, text, isBroken) {
  const lines = text.split('\n');
  return lines.flatMap((line, i) => (isBroken(line, i, lines) ? [`${path}:${i + 1}: ${line.trim()}`] : []));
}
