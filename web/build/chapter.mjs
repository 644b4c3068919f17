// The order of the chapter: content/chapter.json as a row of pages, and the place of each in it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Stop a page of the chapter, written or not
 * @property {string} address
 * @property {string} name as a neighbour: "03 · Data partition"
 * @property {string} title
 * @property {string} eyebrow above its title
 * @property {string} number two digits, or a lab's letter
 * @property {number} section which of the sections it is, from 1; 0 where it is none
 * @property {boolean} written
 */

/**
 * @typedef {object} Neighbour
 * @property {Stop} stop
 * @property {Stop | null} instead the nearest written page that way, where the neighbour itself is not written
 */

/**
 * content/chapter.json; what it says of a page being written is true.
 * @param {string} [content]
 * @returns {any}
 */
export function readChapter(content = 'content') {
  const chapter = JSON.parse(readFileSync(join(content, 'chapter.json'), 'utf8'));
  for (const [folder, pages] of [
    ['', chapter.sections],
    ['labs', chapter.labs],
  ]) {
    for (const { slug, written } of pages) {
      const file = join(folder, `${slug}.md`);
      if (existsSync(join(content, file)) === written) continue;
      const what = written ? 'is missing' : 'is there';
      throw new Error(
        `content/chapter.json has "written": ${written} for ${slug}, and content/${file} ${what}`,
      );
    }
  }
  return {
    ...chapter,
    complete: [...chapter.sections, ...chapter.labs].every((/** @type {any} */ { written }) => written),
  };
}

/** @param {any} chapter @returns {Stop[]} the overview, the sections, the labs */
export function stopsOf({ sections, labs }) {
  return [
    {
      address: '/',
      name: 'Overview',
      title: 'Overview',
      eyebrow: 'Section · Overview',
      number: '00',
      section: 0,
      written: true,
    },
    ...sections.map((/** @type {any} */ { number, slug, title, written }) => ({
      address: `/${slug}/`,
      name: `${number} · ${title}`,
      title,
      eyebrow: `Section · ${number}`,
      number,
      section: Number(number),
      written,
    })),
    ...labs.map((/** @type {any} */ { letter, slug, title, written }) => ({
      address: `/labs/${slug}/`,
      name: `Lab ${letter} · ${title}`,
      title,
      eyebrow: `Live Lab ${letter}`,
      number: letter,
      section: 0,
      written,
    })),
  ];
}

/**
 * The way through the chapter for who has less time: its stops, with how long and for what.
 * @param {any} chapter
 * @returns {(Stop & {minutes: number, what: string})[]}
 */
export function pathOf(chapter) {
  return chapter.path.map(
    (/** @type {{stop: string, minutes: number, what: string}} */ { stop, ...part }) => {
      const found = stopsOf(chapter).find(({ number }) => number === stop);
      if (!found) throw new Error(`content/chapter.json: no stop "${stop}" for its path`);
      return { ...found, ...part };
    },
  );
}

/**
 * Where a stop stands on the shorter way; null for one that it leaves out.
 * @param {any} chapter
 * @param {string} number
 * @returns {{at: number, of: number, minutes: number, next: Stop | null} | null}
 */
export function onPath(chapter, number) {
  const path = pathOf(chapter);
  const index = path.findIndex((stop) => stop.number === number);
  if (index < 0) return null;
  const minutes = path.reduce((sum, stop) => sum + stop.minutes, 0);
  return { at: index + 1, of: path.length, minutes, next: path[index + 1] ?? null };
}

/**
 * Where a page stands; null for a page outside of the row.
 * @param {any} chapter
 * @param {string} address
 * @returns {(Stop & {sections: number, previous: Neighbour | null, next: Neighbour | null}) | null}
 */
export function placeOf(chapter, address) {
  const stops = stopsOf(chapter);
  const at = stops.findIndex((stop) => stop.address === address);
  if (at < 0) return null;
  return {
    ...stops[at],
    sections: chapter.sections.length,
    previous: neighbour(stops.slice(0, at).reverse()),
    next: neighbour(stops.slice(at + 1)),
  };
}

/** @param {Stop[]} ahead the nearest first @returns {Neighbour | null} */
function neighbour(ahead) {
  if (ahead.length === 0) return null;
  return {
    stop: ahead[0],
    instead: ahead[0].written ? null : (ahead.find(({ written }) => written) ?? null),
  };
}
