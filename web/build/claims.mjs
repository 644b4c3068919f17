// The claims and questions of content/: read, their scenarios put in the place of names, each claim run, so that no
// page is built with a sentence that falls; and written to dist/ for the reader who wants to run one again.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { moduleOf } from '../engine/job.js';
import { experimentInWords } from './experiment-words.mjs';
import { quantityInWords } from './quantity-words.mjs';

/** @import { Claim, ClaimsReport } from '../engine/engine.d.ts' */
/** @import { ClaimFile, Question } from '../claims/definitions.js' */
/** @typedef {ClaimsReport['claims'][number]} ClaimRun */

/**
 * Every file of a folder of content/, by its id, which is its name.
 * @param {'claims' | 'questions' | 'challenges'} kind
 * @param {string} [content]
 * @returns {Map<string, any>}
 */
export function readDefinitions(kind, content = 'content') {
  const names = readdirSync(join(content, kind)).filter((name) => name.endsWith('.json'));
  return new Map(
    names.sort().map((name) => {
      const definition = JSON.parse(readFileSync(join(content, kind, name), 'utf8'));
      if (`${definition.id}.json` !== name) {
        throw new Error(`content/${kind}/${name} has the id "${definition.id}"`);
      }
      return [definition.id, withScenarios(definition, content)];
    }),
  );
}

/**
 * Wherever an experiment names a file of content/scenarios/, the scenario itself.
 * @param {any} value
 * @param {string} content
 * @returns {any}
 */
function withScenarios(value, content) {
  if (Array.isArray(value)) return value.map((item) => withScenarios(item, content));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      const named = (name === 'scenario' || name === 'solution') && typeof part === 'string';
      if (!named) return [name, withScenarios(part, content)];
      return [name, JSON.parse(readFileSync(join(content, 'scenarios', `${part}.json`), 'utf8'))];
    }),
  );
}

/**
 * What came of claims, kept beside the site's other caches for the same engine and the same claim.
 * @param {string} engineDir
 */
export function keptRuns(engineDir) {
  const file = '.cache/claim-runs.json';
  /** @type {Record<string, ClaimRun>} */
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const modules = {
    healing: readFileSync(join(engineDir, 'systemsim-healing.wasm')),
    jobs: readFileSync(join(engineDir, 'systemsim-jobs.wasm')),
    store: readFileSync(join(engineDir, 'systemsim-store.wasm')),
    sync: readFileSync(join(engineDir, 'systemsim-sync.wasm')),
  };
  const key = (/** @type {Claim} */ claim) =>
    createHash('sha256')
      .update(modules[moduleOf({ job: 'claim', claim })])
      .update(JSON.stringify(claim))
      .digest('hex');
  return {
    /** @param {Claim} claim @returns {ClaimRun | undefined} */
    of: (claim) => kept[key(claim)],
    /** These and no others. @param {Map<Claim, ClaimRun>} runs */
    keep(runs) {
      mkdirSync('.cache', { recursive: true });
      writeFileSync(
        file,
        JSON.stringify(Object.fromEntries([...runs].map(([claim, run]) => [key(claim), run]))),
      );
    },
  };
}

/** Those about one experiment together, which is run once for them. @param {Claim[]} claims */
function byExperiment(claims) {
  /** @type {Map<string, Claim[]>} */
  const groups = new Map();
  for (const claim of claims) {
    const key = JSON.stringify(claim.experiment);
    groups.set(key, [...(groups.get(key) ?? []), claim]);
  }
  return [...groups.values()];
}

/**
 * Runs every claim that is not known yet, on every processor.
 * @param {string} engineDir
 * @param {Map<string, Claim>} claims
 * @returns {Promise<Map<string, number>>} what was measured, by id
 */
export async function measureClaims(engineDir, claims) {
  const kept = keptRuns(engineDir);
  /** @type {Map<Claim, ClaimRun>} */
  const runs = new Map();
  for (const claim of claims.values()) {
    const run = kept.of(claim);
    if (run) runs.set(claim, run);
  }
  const waiting = byExperiment([...claims.values()].filter((claim) => !runs.has(claim)));
  const workers = Array.from(
    { length: Math.min(availableParallelism(), waiting.length) },
    () => new Worker(new URL('./claim-worker.mjs', import.meta.url), { workerData: engineDir }),
  );
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let some = waiting.shift(); some; some = waiting.shift()) {
          worker.postMessage(some);
          const [came] = await once(worker, 'message');
          for (const [i, claim] of some.entries()) {
            mustStand(claim, came[i]);
            runs.set(claim, came[i]);
          }
        }
      }),
    );
  } finally {
    for (const worker of workers) worker.terminate();
    kept.keep(runs);
  }
  return new Map([...claims].map(([id, claim]) => [id, Number(runs.get(claim)?.measured)]));
}

/** @param {Claim} claim @param {ClaimRun} run */
function mustStand(claim, { stands, measured }) {
  if (stands && measured !== null) return;
  const wanted = `${claim.fails ? 'not ' : ''}${JSON.stringify(claim.expect)}`;
  throw new Error(`content/claims/${claim.id}.json falls: expected ${wanted}, measured ${measured}`);
}

/**
 * What the page fetches when a reader opens a claim or answers a question.
 * @param {{claims: Map<string, Claim>, questions: Map<string, Question>, measured: Map<string, number>}} all
 */
export function writeDefinitions({ claims, questions, measured }) {
  for (const kind of ['claims', 'questions']) mkdirSync(`dist/assets/${kind}`, { recursive: true });
  for (const [id, claim] of claims) {
    /** @type {ClaimFile} */
    const file = {
      claim,
      run: experimentInWords(claim.experiment, claim.measure, claim.section),
      quantity: quantityInWords(claim),
      measured: measured.get(id) ?? null,
    };
    writeFileSync(`dist/assets/claims/${id}.json`, JSON.stringify(file));
  }
  for (const [id, question] of questions) {
    writeFileSync(`dist/assets/questions/${id}.json`, JSON.stringify(question));
  }
}
