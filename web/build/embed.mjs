// What leaves the site: the labs as one classic script, and each lab as a page of its own for an iframe. Both hold
// the engine, because a sandboxed frame and file:// forbid module scripts, fetch and workers from an address.
import { mkdirSync, writeFileSync } from 'node:fs';
import { bundleStandalone, styleText, workerScript } from './bundle.mjs';
import { selfContainedPolicy } from './csp.mjs';

/**
 * @typedef {object} Lab
 * @property {string} slug the element's name as well
 * @property {string} title
 * @property {boolean} written
 */

/**
 * @param {Lab[]} labs
 * @param {import('./bundle.mjs').BundleOptions} options
 */
export async function writeEmbeds(labs, options) {
  const ready = labs.filter(({ written }) => written);
  // One script carries one module.
  const everything = ready
    .filter(({ slug }) => moduleOf(slug) === 'systemsim-embed')
    .map(({ slug }) => `import './labs/${slug}/embed.js';`)
    .join('\n');
  writeFileSync('dist/systemsim-labs.js', await bundleStandalone(everything, options));

  mkdirSync('dist/embed', { recursive: true });
  const style =
    (await styleText('web/styles/tokens.css', options)) + (await styleText('web/embed/page.css', options));
  // Where there are no workers the page runs the worker's script itself: its policy has to know it.
  for (const lab of ready) {
    const worker = await workerScript(options, moduleOf(lab.slug));
    const source = `import './labs/${lab.slug}/embed.js';
      import { announceHeight } from './web/embed/announce-height.js';
      announceHeight();`;
    const script = safeInline(await bundleStandalone(source, options, moduleOf(lab.slug)));
    writeFileSync(`dist/embed/${lab.slug}.html`, embedPage(lab, style, script, worker));
  }
}

/** The module of the engine that a lab needs. @param {string} slug @returns {string} */
const moduleOf = (slug) => (slug === 'merkle-sync' ? 'systemsim-sync' : 'systemsim-embed');

/**
 * The script stands before the element's end so that one file works without any other, from anywhere.
 * @param {Lab} lab
 * @param {string} style
 * @param {string} script
 * @param {string} worker
 */
function embedPage(lab, style, script, worker) {
  const policy = selfContainedPolicy({ scripts: [script, worker], styles: [style] });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${lab.title} · SYSTEMSIM</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<h1 class="visually-hidden">${lab.title}</h1>
<${lab.slug}></${lab.slug}>
<noscript><p>${lab.title} runs a real store in this page, and needs JavaScript for it.</p></noscript>
</main>
<script>${script}</script>
</body>
</html>
`;
}

/**
 * A script's text as it may stand between script tags: no comment opener (Lit has one in a string), no end tag.
 * @param {string} script
 */
function safeInline(script) {
  const text = script.trim().replaceAll('<!--', '\\x3C!--');
  if (/<\/script/i.test(text)) throw new Error('the bundle holds an end tag of a script element');
  return text;
}
