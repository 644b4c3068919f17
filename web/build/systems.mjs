// The systems that the chapter names: the presets of the whole cluster (content/presets), which of them the last section
// sets side by side, part by part (content/systems.json), and their relatives (content/relatives.json).
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** @typedef {{id: string, does: string}} Mechanism */
/** @typedef {{id: string, name: string, mechanisms: Mechanism[]}} Preset what the tables need of one */
/** @typedef {{columns: {id: string, name: string}[], parts: {id: string, name: string, section: string}[]}} Systems */
/** @typedef {{name: string, since: string, after: string, source: string, differs: string}} Relative */

/**
 * @param {string} [content]
 * @returns {{presets: Record<string, Preset>, systems: Systems, relatives: Relative[]}}
 */
export function readSystems(content = 'content') {
  const read = (/** @type {string[]} */ ...path) => JSON.parse(readFileSync(join(content, ...path), 'utf8'));
  const presets = Object.fromEntries(
    readdirSync(join(content, 'presets'))
      .filter((file) => file.endsWith('.json'))
      .map((file) => [basename(file, '.json'), read('presets', file)]),
  );
  return { presets, systems: read('systems.json'), relatives: read('relatives.json') };
}

/** @param {Preset} preset @param {string} id */
export function mechanismOf({ name, mechanisms }, id) {
  const found = mechanisms.find((one) => one.id === id);
  if (!found) throw new Error(`content/presets: "${name}" says nothing of "${id}"`);
  return found;
}
