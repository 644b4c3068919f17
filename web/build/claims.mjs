// The claims and questions of content/: read, their scenarios put in the place of names, each claim run, so that no
// page is built with a sentence that falls; and written to dist/ for the reader who wants to run one again.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { experimentInWords, measureInWords } from './experiment-words.mjs';

/** @import { Engine } from '../engine/client.js' */
/** @import { Claim, Experiment } from '../engine/engine.d.ts' */
/** @import { ClaimFile, Question } from '../claims/definitions.js' */

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
 * Runs every claim. What was measured is kept beside the site's other caches, for the same engine and the same claim.
 * @param {Engine} engine
 * @param {Map<string, Claim>} claims
 * @param {string} engineFile its wasm
 * @returns {Promise<Map<string, number>>} by id
 */
export async function measureClaims(engine, claims, engineFile) {
  const cacheFile = '.cache/claims.json';
  /** @type {Record<string, number>} */
  const known = existsSync(cacheFile) ? JSON.parse(readFileSync(cacheFile, 'utf8')) : {};
  /** @type {Record<string, number>} */
  const kept = {};
  const measured = new Map();
  const engineBytes = readFileSync(engineFile);
  for (const [id, claim] of claims) {
    const key = createHash('sha256').update(engineBytes).update(JSON.stringify(claim)).digest('hex');
    kept[key] = known[key] ?? (await measure(engine, claim));
    measured.set(id, kept[key]);
  }
  mkdirSync('.cache', { recursive: true });
  writeFileSync(cacheFile, JSON.stringify(kept));
  return measured;
}

/** @param {Engine} engine @param {Claim} claim */
async function measure(engine, claim) {
  const { stands, measured } = await engine.runJob({ job: 'claim', claim });
  if (stands && measured !== null) return measured;
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
      run: `${experimentInWords(claim.experiment, claim.measure, claim.section)} ${measureInWords(claim.measure)}`.trim(),
      measured: measured.get(id) ?? null,
    };
    writeFileSync(`dist/assets/claims/${id}.json`, JSON.stringify(file));
  }
  for (const [id, question] of questions) {
    writeFileSync(`dist/assets/questions/${id}.json`, JSON.stringify(question));
  }
}
