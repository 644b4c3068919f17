#!/usr/bin/env node
// Writes content/scenarios/bad-day-PRESET.json, one for each preset: the day laid over it (web/figures/day-parts.js), which
// claims name and the command line runs. To be run again, and the formatter after it, when the day or a preset changes.
//
//   node web/build/bad-days.mjs
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dayOf, presets } from '../figures/day-parts.js';

/** @param {string} [content] */
function main(content = 'content') {
  for (const preset of presets) {
    const file = join(content, 'scenarios', `bad-day-${preset.id}.json`);
    writeFileSync(file, `${JSON.stringify(dayOf(preset), null, 2)}\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv[2]);
