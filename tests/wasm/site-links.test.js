/** Every link of the built site leads somewhere: to a file of it, to a place that is there, to a run that can be read. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { storyNamed } from '../../labs/quorum-playground/story-list.js';
import { decodeLink } from '../../web/engine/link.js';
import { root } from '../lib/files.js';

const dist = join(root, 'dist');
const files = /** @type {string[]} */ (readdirSync(dist, { recursive: true })).map((file) =>
  join(dist, file),
);
const pages = files.filter((file) => file.endsWith('.html'));
const htmlOf = new Map(pages.map((file) => [file, readFileSync(file, 'utf8')]));

/** @param {string} file @param {string} address @returns {{target: string, fragment: string}} */
function leadsTo(file, address) {
  const [path, fragment = ''] = address.split('#');
  const target = path === '' ? file : join(dirname(file), decodeURI(path.replace(/\?.*$/, '')));
  const isFolder = existsSync(target) && statSync(target).isDirectory();
  return { target: isFolder ? join(target, 'index.html') : target, fragment };
}

/** What is wrong with a link; null: nothing. @param {string} file @param {string} address */
function wrongWith(file, address) {
  const { target, fragment } = leadsTo(file, address);
  if (!existsSync(target)) return 'no such file';
  if (relative(dist, target).startsWith('..')) return 'outside of the site';
  if (fragment === '') return null;
  const html = htmlOf.get(target);
  if (html === undefined) return 'a place in what is no page';
  const story = /^story=([\w-]+)/.exec(fragment)?.[1];
  if (story) return storyNamed(story) ? null : 'no such story';
  // A figure, as its parameters set it.
  const figure = /^fig=([\w-]+)/.exec(fragment)?.[1];
  if (figure) return html.includes(`<sim-figure name="${figure}"`) ? null : 'no such figure';
  if (/^run=/.test(fragment)) return decodeLink(fragment.slice('run='.length)).scenario ? null : 'no run';
  return html.includes(`id="${fragment}"`) ? null : 'no such place';
}

test('every internal link of every page resolves', (t) => {
  let links = 0;
  for (const [file, html] of htmlOf) {
    const text = html.replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, '');
    for (const [, address] of text.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      if (/^(https:|data:|mailto:)/.test(address)) continue;
      links += 1;
      assert.equal(
        wrongWith(file, address.replaceAll('&amp;', '&')),
        null,
        `${relative(dist, file)}: ${address}`,
      );
    }
  }
  t.diagnostic(`${links} links on ${pages.length} pages`);
  assert.ok(pages.length >= 15 && links > 400);
});

test('this test sees a link that leads nowhere', () => {
  const [file] = pages.filter((page) => page.endsWith(join('10-wrap-up', 'index.html')));
  assert.equal(wrongWith(file, '../nowhere/'), 'no such file');
  assert.equal(wrongWith(file, '../05-consistency-quorum/#nowhere'), 'no such place');
  assert.equal(wrongWith(file, '#fig=lid'), 'no such figure');
  assert.equal(wrongWith(file, '../labs/quorum-playground/#story=nothing'), 'no such story');
  assert.throws(() => wrongWith(file, '../labs/quorum-playground/#run=1.x'));
  assert.equal(wrongWith(file, '../../package.json'), 'outside of the site');
});
