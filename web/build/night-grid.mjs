#!/usr/bin/env node
// Every N, W and R of the challenge "One night on call", with the lucks that grade it: the grid for `systemsim sweep -`,
// and the table of labs/quorum-playground/night.md made of its cells.
//
//   node web/build/night-grid.mjs | systemsim sweep - | node web/build/night-grid.mjs --table > labs/quorum-playground/night.md
//
// Standard output: the grid, or the table.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const challenge = JSON.parse(
  readFileSync(new URL('../../content/challenges/night-on-call.json', import.meta.url), 'utf8'),
);

/** @typedef {{n: number, w: number, r: number}} Quorum */
/** @typedef {Quorum & {unanswered: number, stale: number, write_ms: number, read_ms: number}} Row */

/** @returns {Quorum[]} */
export const everyQuorum = () => {
  const upTo = (/** @type {number} */ most) => Array.from({ length: most }, (_, index) => index + 1);
  return upTo(challenge.scenario.cluster.nodes).flatMap((n) =>
    upTo(n).flatMap((w) => upTo(n).map((r) => ({ n, w, r }))),
  );
};

/** @param {Quorum[]} quorums */
export function nightGrid(quorums) {
  const [{ experiment }] = challenge.goal;
  return {
    scenario: challenge.scenario,
    vary: {
      '/cluster': quorums.map((quorum) => ({ ...challenge.scenario.cluster, ...quorum })),
      '/seed': experiment.seeds,
    },
    measure: ['/ops/total', '/ops/gets', '/ops/timeout', '/ops/stale', '/write_ms/max', '/read_ms/max'],
  };
}

/** One row for each quorum, of the lines that the sweep printed. @param {string} lines @returns {Row[]} */
export function rowsOf(lines) {
  /** @type {Map<string, any[]>} */
  const groups = new Map();
  for (const line of lines.trim().split('\n')) {
    const { vary, measured } = JSON.parse(line);
    const { n, w, r } = vary['/cluster'];
    const key = JSON.stringify({ n, w, r });
    groups.set(key, [...(groups.get(key) ?? []), measured]);
  }
  return [...groups].map(([key, runs]) => {
    const sum = (/** @type {string} */ place) => runs.reduce((total, run) => total + (run[place] ?? 0), 0);
    return {
      ...JSON.parse(key),
      unanswered: sum('/ops/timeout') / sum('/ops/total'),
      stale: sum('/ops/stale') / sum('/ops/gets'),
      write_ms: sum('/write_ms/max') / runs.length,
      read_ms: sum('/read_ms/max') / runs.length,
    };
  });
}

/** The goals that a row misses, by name. @param {Row} row */
export function missedBy({ unanswered, stale, write_ms: writeMs }) {
  const most = (/** @type {string} */ measured) =>
    challenge.goal.find((/** @type {any} */ goal) => goal.measure.of === measured).expect.at_most;
  const [answers, reads, writes] = ['/ops/timeout', '/ops/stale', '/write_ms/max'].map(most);
  return [
    unanswered > answers && 'unanswered',
    stale > reads && 'stale',
    writeMs > writes && 'slow writes',
  ].filter((name) => name !== false);
}

/** @param {Row} row */
export const rowText = (row) => {
  const { n, w, r, unanswered, stale, write_ms: write, read_ms: read } = row;
  const share = (/** @type {number} */ part) => `${(100 * part).toFixed(3)} %`;
  const missed = missedBy(row);
  const verdict = missed.length === 0 ? '**passes**' : `fails: ${missed.join(', ')}`;
  return `| ${n} | ${w} | ${r} | ${share(unanswered)} | ${share(stale)} | ${write.toFixed(1)} | ${read.toFixed(1)} | ${verdict} |`;
};

/** @param {Row[]} rows */
export function table(rows) {
  const { from, to } = challenge.goal[0].experiment.seeds;
  const near = [...rows].sort((a, b) => missedBy(a).length - missedBy(b).length);
  return `# One night on call: every setting, judged

Made by \`web/build/night-grid.mjs\` from \`content/challenges/night-on-call.json\`; not edited by hand. Lucks ${from} to ${to}. The goals: at most 0.1 % of the calls unanswered, at most 0.1 % of the reads stale, and the slowest write of a night 25 ms at most (the mean of the nights). Those that miss fewest goals come first.

| N | W | R | unanswered | stale | slowest write, ms | slowest read, ms | |
|---|---|---|---|---|---|---|---|
${near.map(rowText).join('\n')}
`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const made = process.argv.includes('--table')
    ? table(rowsOf(readFileSync(0, 'utf8')))
    : `${JSON.stringify(nightGrid(everyQuorum()))}\n`;
  process.stdout.write(made);
}
