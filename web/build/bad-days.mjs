#!/usr/bin/env node
// Writes content/scenarios/bad-day-PRESET.json, one for each preset: the day laid over it (web/figures/day-parts.js), which
// claims name and the command line runs; and the single owner's once more, with clients that write without a condition. To be run again, and the formatter after it, when the day or a preset changes.
//
//   node web/build/bad-days.mjs
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dayOf, presetOf, presets } from '../figures/day-parts.js';

/** @param {string} [content] */
function main(content = 'content') {
  const owner = presetOf('single-owner');
  const blind = {
    ...owner,
    id: `${owner.id}-blind`,
    name: `${owner.name}, plain writes`,
    workload: { conditional: false },
  };
  for (const preset of [...presets, blind]) {
    const file = join(content, 'scenarios', `bad-day-${preset.id}.json`);
    writeFileSync(file, `${JSON.stringify(dayOf(preset), null, 2)}\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv[2]);
