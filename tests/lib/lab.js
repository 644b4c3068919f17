/** The Quorum Playground without its pictures, on the engine in Node; its frames come as fast as they can. */
import assert from 'node:assert/strict';
import { Lab } from '../../labs/quorum-playground/lab.js';
import { openTestEngine } from './engine.js';

/** @import { Scenario } from '../../web/engine/engine.d.ts' */
/** @import { Engine } from '../../web/engine/client.js' */
/** @import { Parts } from '../../labs/quorum-playground/lab.js' */

/** @type {{[Name in keyof Parts]: () => Promise<Parts[Name]>}} */
const parts = {
  judging: () => import('../../labs/quorum-playground/judging.js'),
  challenges: () => import('../../labs/quorum-playground/challenges.js'),
  stories: () => import('../../labs/quorum-playground/stories.js'),
};

/** A lab that remembers what it said. @param {{engine?: Engine}} [options] */
export function makeLab({ engine = openTestEngine() } = {}) {
  let ms = 0;
  /** @type {string[]} */
  const said = [];
  const lab = new Lab({
    engine: () => engine,
    draw() {},
    frame() {},
    say: (sentence) => said.push(sentence),
    tell() {},
    focus() {},
    part: (name) => parts[name](),
    still: () => true,
    clock: {
      request: (callback) => {
        ms += 100;
        return /** @type {any} */ (setImmediate(callback, ms));
      },
      cancel: (id) => clearImmediate(/** @type {any} */ (id)),
    },
  });
  return { lab, said, engine };
}

/**
 * A lab with a linked run.
 * @param {Scenario} scenario
 */
export async function openLinked(scenario, position = 1000) {
  const { lab, engine } = makeLab();
  const { trace_version } = await engine.about();
  await lab.openLink(() => ({ scenario, position, trace_version }));
  assert.equal(lab.problem, null);
  assert.equal(lab.linkNote, '');
  return lab;
}

/** @param {() => unknown} holds */
export async function until(holds) {
  for (let i = 0; i < 100_000 && !holds(); i++) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(holds());
}
