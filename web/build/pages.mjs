// The pages: Markdown of content/ in the templates of web/templates/, by Eleventy, into dist/. Every address inside
// a page is relative, so that dist/ can stand in any folder of any host.
import { relative } from 'node:path';
import Eleventy from '@11ty/eleventy';
import { figureStyles } from './bundle.mjs';
import { onPath, pathOf } from './chapter.mjs';
import { claimHtml, questionHtml, sevenHtml, valueHtml } from './claim-html.mjs';
import { sitePolicy } from './csp.mjs';
import { litToHtml } from './lit-to-html.mjs';
import { pageFilters, recallSeedOffset } from './page-data.mjs';
import { mechanismOf } from './systems.mjs';
import { termHtml } from './terms.mjs';
import { wordsHtml } from './words.mjs';

/**
 * @typedef {object} PageData
 * @property {any} chapter content/chapter.json
 * @property {import('./page-data.mjs').References} references
 * @property {import('./terms.mjs').Term[]} terms content/terms.json
 * @property {Figures} figures their drawing, and what the engine said at build time
 * @property {Map<string, import('../engine/engine.d.ts').Claim>} claims
 * @property {Map<string, import('../claims/definitions.js').Question>} questions
 * @property {Record<string, string[]>} chunks the scripts that each entry script and each figure needs
 * @property {ReturnType<typeof import('./systems.mjs').readSystems>} systems the presets, and what is said of them
 * @property {string[]} fonts file names to preload
 * @property {string} [input] the folder with their Markdown
 * @property {string} [output] where they go
 */

/** @typedef {Awaited<ReturnType<typeof import('./measure.mjs').measureAll>>} Figures */

/** @param {PageData} data */
export async function writePages({
  chapter,
  references,
  terms,
  figures,
  claims,
  questions,
  chunks,
  systems,
  fonts,
  input = 'content',
  output = 'dist',
}) {
  const value = (/** @type {string} */ id) => valueHtml(named(claims, id));
  const term = (/** @type {string} */ name, /** @type {string | undefined} */ form) =>
    termHtml(terms, name, form);
  /**
   * The door to a lab, in which a figure's run is open already.
   * @this {{page: {url: string}}}
   * @param {string} words what to do there
   * @param {string} letter
   * @param {string} figure
   */
  function labHtml(words, letter, figure) {
    const lab = byNumber(chapter.labs, letter);
    if (!lab?.written) throw new Error(`content/chapter.json has no written lab "${letter}"`);
    const { slug, title } = lab;
    const address = relativeAddress(`/labs/${slug}/`, this.page.url);
    const run = figures.labRunOf(figure, figures.measured);
    return `<div class="labs"><a class="lab" href="${address}#run=${run}"><em>Lab ${letter}, with this run</em> <b>${title}</b> <span>${wordsHtml(words.trim())}</span> <small>open the lab</small></a></div>`;
  }
  const eleventy = new Eleventy(input, output, {
    quietMode: true,
    configPath: 'web/build/eleventy.config.mjs',
    config(config) {
      config.setIncludesDirectory(relative(input, 'web/templates'));
      config.setTemplateFormats(['md']);
      config.setUseGitIgnore(false);
      config.addGlobalData('chapter', chapter);
      for (const [name, value] of Object.entries(systems)) config.addGlobalData(name, value);
      config.addFilter('mechanism', mechanismOf);
      config.addGlobalData('layout', 'page.njk');
      config.addGlobalData('policy', sitePolicy);
      config.addGlobalData('fonts', fonts);
      for (const [name, filter] of Object.entries(pageFilters({ chapter, references, questions }))) {
        config.addFilter(name, filter);
      }
      config.addFilter('relative', relativeAddress);
      config.addFilter('byNumber', byNumber);
      config.addFilter('assets', assetsOf(chunks));
      config.addShortcode('figure', (/** @type {string} */ name) => figureHtml(name, figures));
      config.addShortcode('claim', (/** @type {string} */ id) => claimHtml(named(claims, id)));
      config.addShortcode('value', value);
      config.addShortcode('term', term);
      config.addPairedShortcode('fold', foldHtml);
      config.addPairedShortcode('lab', labHtml);
      config.addShortcode('question', (/** @type {string} */ id) => questionHtml(named(questions, id)));
      config.addShortcode('seven', (/** @type {'then' | 'now'} */ when) =>
        sevenHtml(
          chapter.seven.map((/** @type {string} */ id) => named(questions, id)),
          when,
          recallSeedOffset(chapter.sections.length),
        ),
      );
      config.addFilter('stops', () => pathOf(chapter));
      config.addFilter('onPath', (/** @type {string} */ number) => onPath(chapter, number));
      config.addFilter('asked', questionHtml);
      config.addFilter('figureId', (/** @type {string} */ name) => stillOf(name, figures).id);
      config.addFilter('words', (/** @type {string} */ text) => wordsHtml(text, { value, term }));
    },
  });
  await eleventy.init();
  await eleventy.write();
}

/**
 * From the page at one address to the page or file at another; both begin with a slash.
 * @param {string} to
 * @param {string} from
 */
export function relativeAddress(to, from) {
  const depth = from.split('/').length - 2;
  return (depth === 0 ? './' : '../'.repeat(depth)) + to.slice(1);
}

/**
 * What a page loads: the script of every page, its own, the figures' where it has one, the claims' where it states or
 * asks something, the seven questions' where they are; the modules of its own figures; and what these share. So a page pays for nothing that it does not show.
 * @param {Record<string, string[]>} chunks by entry script and by figure
 */
function assetsOf(chunks) {
  const styled = new Set(figureStyles());
  return (/** @type {string} */ content, /** @type {string | undefined} */ own) => {
    const figures = [...content.matchAll(/<sim-figure name="([\w-]+)"/g)].map(([, name]) => name);
    const states = /<sim-(claim|question) /.test(content);
    const entries = [
      'page.js',
      ...(own ? [own] : []),
      ...(figures.length > 0 ? ['site.js'] : []),
      ...(states ? ['claims.js'] : []),
      ...(/<then-question |class="seven-now"/.test(content) ? ['seven.js'] : []),
    ];
    const modules = [...entries, ...figures.map((name) => `figures/${name}`)];
    const unknown = modules.find((name) => !chunks[name]);
    if (unknown)
      throw new Error(`no script has its own chunk for web/${unknown}; see web/figures/registry.js`);
    return {
      entries,
      chunks: [...new Set(modules.flatMap((entry) => chunks[entry]))],
      styles: [
        ...(figures.length > 0 ? ['figures'] : []),
        ...figures.filter((name) => styled.has(name)).map((name) => `figure-${name}`),
      ],
    };
  };
}

/**
 * @template Definition
 * @param {Map<string, Definition>} definitions
 * @param {string} id
 */
function named(definitions, id) {
  const definition = definitions.get(id);
  if (!definition) throw new Error(`content/ has no file for "${id}"`);
  return definition;
}

/** @param {any[]} list @param {string} number */
function byNumber(list, number) {
  return list.find((item) => item.number === number || item.letter === number);
}

/**
 * One line, in a block of its own, so that Markdown takes it as HTML.
 * @param {string} name
 * @param {Figures} figures
 */
function figureHtml(name, figures) {
  const { id, picture, withoutScript } = stillOf(name, figures);
  const noscript = `<noscript>${litToHtml(withoutScript)}</noscript>`;
  return `<div class="wide"><sim-figure name="${name}" id="${id}">${litToHtml(picture)}</sim-figure>${noscript}</div>`;
}

/**
 * A part that is closed at first. Blank lines around what is inside: it is Markdown.
 * @param {string} inside
 * @param {string} title
 * @param {number} [minutes] that it takes
 */
function foldHtml(inside, title, minutes) {
  const takes = minutes ? ` <small>${minutes}&nbsp;minutes</small>` : '';
  return `<details class="fold"><summary>${wordsHtml(title)}${takes}</summary>\n\n${inside.trim()}\n\n</details>`;
}

/** @param {string} name @param {Figures} figures */
function stillOf(name, { stillFigure, measured }) {
  return stillFigure(name, measured);
}
