#!/usr/bin/env node
// A column of links, as students hand them in, becomes the lines that `systemsim grade` reads.
//
//   node web/engine/links-to-runs.mjs [FILE] > runs.jsonl        without FILE: standard input
//
// FILE has one link a line, or is a CSV with a link in one column and the student's name in the first other column
// that is filled. A link is a whole address, or the text after "run=". A row without any link is refused, but for a
// first row, which may hold the names of the columns.
//
// Standard output: {"challenge": id, "student": name, "scenario": {…}} a line, "student" only where there is a name.
// Standard error: "line 3: why" for each row that could not be taken. Exit 0 if all were, 1 if some were not, 2 if
// there was nothing to read.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { readRows } from './csv.mjs';
import { decodeLink } from './link.js';

/** @typedef {{challenge: string, student?: string, scenario: object}} Run */

/**
 * @param {string} text
 * @returns {{runs: Run[], problems: string[]}}
 */
export function runsOf(text) {
  /** @type {Run[]} */
  const runs = [];
  /** @type {string[]} */
  const problems = [];
  readRows(text).forEach(({ line, cells }, at) => {
    const link = cells.find((cell) => linkIn(cell) !== null);
    if (link === undefined) {
      if (at > 0 || cells.length === 1) problems.push(`line ${line}: there is no link to a run in it`);
      return;
    }
    try {
      const { challenge, scenario } = decodeLink(/** @type {string} */ (linkIn(link)));
      if (!challenge) throw new Error('This link is of a run in free play: it answers no challenge.');
      const student = cells.find((cell) => cell !== link && cell !== '');
      runs.push({ challenge, ...(student ? { student } : {}), scenario });
    } catch (error) {
      problems.push(`line ${line}: ${/** @type {Error} */ (error).message}`);
    }
  });
  return { runs, problems };
}

/**
 * The run in a cell: what follows "run=", or the whole cell where it looks like one.
 * @param {string} cell
 */
function linkIn(cell) {
  return /[#&]run=([^&\s]*)/.exec(cell)?.[1] ?? (/^\d+\.[\w-]*$/.test(cell) ? cell : null);
}

function main() {
  const { runs, problems } = runsOf(readFileSync(process.argv[2] ?? 0, 'utf8'));
  for (const run of runs) console.log(JSON.stringify(run));
  for (const problem of problems) console.error(problem);
  if (runs.length + problems.length === 0) {
    console.error('links-to-runs: there is no line in this file');
    process.exitCode = 2;
  } else if (problems.length > 0) process.exitCode = 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    main();
  } catch (error) {
    console.error(`links-to-runs: ${/** @type {Error} */ (error).message}`);
    process.exitCode = 2;
  }
}
