/** The Merkle Tree Sync lab without its element, on the engine in Node. */
import { Lab } from '../../labs/merkle-sync/lab.js';
import { openTestEngine } from './engine.js';

/** A lab that remembers what it said; it waits for nothing. */
export function makeMerkleLab() {
  /** @type {string[]} */
  const said = [];
  const engine = openTestEngine();
  const lab = new Lab({
    engine: () => engine,
    draw() {},
    say: (sentence) => said.push(sentence),
    focus() {},
    reveal() {},
    tell() {},
    still: () => true,
    wait: () => new Promise((resolve) => setImmediate(resolve)),
    challenges: () => import('../../labs/merkle-sync/challenges.js'),
  });
  return { lab, said, engine };
}
