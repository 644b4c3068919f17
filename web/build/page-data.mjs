// What a page's front matter means: its place in the chapter, its sources with their full references, the question of an
// earlier section that it opens with. Whatever is missing or unknown stops the build, with the page and what to write.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { placeOf, stopsOf } from './chapter.mjs';

/** @import { Question } from '../claims/definitions.js' */

/**
 * @typedef {object} Reference one of content/references.json
 * @property {string} authors
 * @property {string} title
 * @property {string} in where it was printed, with the year
 * @property {string} [pages]
 * @property {string} [url]
 */

/** @typedef {Record<string, Reference>} References by id */

/**
 * @param {string} [content]
 * @returns {References}
 */
export function readReferences(content = 'content') {
  return JSON.parse(readFileSync(join(content, 'references.json'), 'utf8'));
}

/**
 * The filters with which the templates read a page's front matter. Eleventy calls each with the page's data in `this`.
 * @param {{chapter: any, references: References, questions: Map<string, Question>}} known
 * @returns {Record<string, (this: {page: any, ctx: any}, value: any) => unknown>}
 */
export function pageFilters({ chapter, references, questions }) {
  return {
    place(url) {
      const place = placeOf(chapter, url);
      if (place?.section) checkSection(this.ctx, this.page.inputPath);
      return place;
    },
    references(sources) {
      return (sources ?? []).map((/** @type {any} */ source) =>
        cited(source, references, this.page.inputPath),
      );
    },
    recalled(id) {
      return id ? recalled(id, chapter, questions, this.page) : null;
    },
  };
}

/**
 * @param {string | {id: string, for: string}} source an id, or an id and what the page takes from it
 * @param {References} references
 * @param {string} file
 */
function cited(source, references, file) {
  const { id, for: use = '' } = typeof source === 'string' ? { id: source } : source;
  if (!Object.hasOwn(references, id)) {
    throw new Error(`${file}: content/references.json has no "${id}"`);
  }
  return { ...references[id], for: use };
}

/**
 * @param {string} id
 * @param {any} chapter
 * @param {Map<string, Question>} questions
 * @param {any} page
 */
function recalled(id, chapter, questions, page) {
  const question = questions.get(id);
  if (!question) throw new Error(`${page.inputPath}: content/questions/ has no "${id}" to recall`);
  const place = placeOf(chapter, page.url);
  if (!place || question.section >= place.number) {
    throw new Error(`${page.inputPath}: "${id}" belongs to ${question.section}, which is no earlier section`);
  }
  return { question, from: nameOf(question.section, chapter), seedOffset: recallSeedOffset(place.section) };
}

/** @param {string} section @param {any} chapter */
function nameOf(section, chapter) {
  return stopsOf(chapter).find(({ number }) => number === section)?.name;
}

/** A recalled question is run with seeds that its own section has not used. @param {number} section */
export function recallSeedOffset(section) {
  return section * 1_000_000;
}

/** A page of a section has all of its parts. @param {any} data @param {string} file */
function checkSection({ minutes, lede, interview, sources }, file) {
  const missing = [
    ...(Number.isInteger(minutes) ? [] : ['minutes']),
    ...(lede ? [] : ['lede']),
    ...(interview?.fails && interview?.better ? [] : ['interview with fails and better']),
    ...(sources?.length > 0 ? [] : ['sources']),
  ];
  if (missing.length > 0) throw new Error(`${file}: the front matter has no ${missing.join(', no ')}`);
}
