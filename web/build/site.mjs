// Builds the site into dist/: scripts, styles, fonts, engine, pages, embeds. One subject a file beside this one.
//
//   node web/build/site.mjs [--release | --debug] [--engine=build/wasm]
//
// Does nothing when no input has changed since the last build.
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleSite, bundleStyles } from './bundle.mjs';
import { readChapter } from './chapter.mjs';
import { readDefinitions, writeDefinitions } from './claims.mjs';
import { writeEmbeds } from './embed.mjs';
import { siteModules } from './engine.mjs';
import { copyFonts, fonts } from './fonts.mjs';
import { digestOf, isUpToDate, remember } from './inputs.mjs';
import { measureAll } from './measure.mjs';
import { readReferences } from './page-data.mjs';
import { writePages } from './pages.mjs';
import { readSystems } from './systems.mjs';
import { readTerms } from './terms.mjs';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '../..'));

const debug = process.argv.includes('--debug');
const engineDir =
  process.argv.find((argument) => argument.startsWith('--engine='))?.slice('--engine='.length) ??
  (debug ? 'build/wasm-debug' : 'build/wasm');

await main().catch((error) => {
  console.error(`site: ${debug ? error.stack : error.message}`);
  process.exit(1);
});

async function main() {
  const engineFiles = [...siteModules, 'systemsim-embed'].flatMap((name) => [
    join(engineDir, `${name}.js`),
    join(engineDir, `${name}.wasm`),
  ]);
  for (const file of engineFiles) {
    if (existsSync(file)) continue;
    console.error(`site: ${file} is missing; ./build-wasm.sh builds it first`);
    process.exit(1);
  }

  const digest = digestOf(
    ['web', 'labs', 'content', 'package-lock.json', ...engineFiles],
    `${debug ? 'debug' : 'release'} ${process.version}`,
  );
  if (isUpToDate(digest)) {
    console.log('site: up to date');
    return;
  }

  rmSync('dist', { recursive: true, force: true });
  mkdirSync('dist/assets', { recursive: true });
  const options = { debug, engineDir };
  const chapter = readChapter();
  const references = readReferences();
  const claims = readDefinitions('claims');
  const questions = readDefinitions('questions');

  copyFonts();
  for (const name of siteModules) {
    for (const file of [`${name}.wasm`, `${name}.wasm.map`]) {
      if (existsSync(join(engineDir, file))) copyFileSync(join(engineDir, file), join('dist/assets', file));
    }
  }
  const [chunks, figures] = await Promise.all([
    bundleSite(options),
    measureAll(claims, options),
    bundleStyles(options),
    writeEmbeds(chapter.labs, options),
  ]);
  writeDefinitions({ claims, questions, measured: figures.measuredClaims });
  await writePages({
    chapter,
    references,
    terms: readTerms(),
    figures,
    claims,
    questions,
    chunks,
    systems: readSystems(),
    fonts: Object.keys(fonts),
  });

  remember(digest);
  console.log(`site: built dist/ (${debug ? 'debug' : 'release'})`);
}
