// Where everything on the stage stands, in pixels, for the width it gets. A row is open (two strips and the wire between
// them), a band (too many cells: how dense the differences are, and one group under a lens), folded, or waiting.
import { currentLevel, groupAt } from './rows.js';

/** @import { Group, Row } from './rows.js' */

/** @typedef {Group & { x: number, cell: number }} PlacedGroup  cell: width of one */

/**
 * @typedef {object} Place
 * @property {'open' | 'band' | 'folded' | 'waiting'} kind
 * @property {Row} row
 * @property {number} y       of the upper strip, or of the line
 * @property {number} top
 * @property {number} bottom
 * @property {PlacedGroup[]} groups
 * @property {number} bandY   of a band
 * @property {number} lastLevel  of those that wait
 * @property {boolean} current
 */

/**
 * @typedef {object} StageView
 * @property {Row[]} rows
 * @property {number} fanOut
 * @property {number[]} path     one way down, which a lens follows
 * @property {Set<number>} opened  levels that stay open
 * @property {number} width
 */

export const phoneWidth = 560;

/** More open groups than this, and they are a band. */
const mostGroups = 24;
const mostLevels = 6;
const groupGap = 6;

/** @param {number} width */
export const measuresOf = (width) =>
  width < phoneWidth
    ? { gutter: 0, strip: 18, gap: 22, label: 24, between: 24, fold: 14, bar: 4, thinnest: 4 }
    : { gutter: 112, strip: 20, gap: 24, label: 0, between: 18, fold: 18, bar: 5, thinnest: 1.4 };

/** @param {StageView} view @returns {{places: Place[], height: number}} */
export function placesOf(view) {
  const { rows, width, opened, path } = view;
  const m = measuresOf(width);
  const phone = m.gutter === 0;
  const at = currentLevel(rows);
  const many = rows.length > mostLevels;
  /** @type {Place[]} */
  const places = [];
  let y = 34;
  for (const row of rows) {
    if (row.groups.length === 0) {
      const last = places.at(-1);
      if (last?.kind === 'waiting' && many) {
        last.lastLevel = row.level;
        continue;
      }
      const tall = many ? 34 : phone ? 34 : 44;
      places.push(place('waiting', row, { y: y + tall / 2, top: y, bottom: y + tall }));
      y += tall;
      continue;
    }
    const folds = (many || phone) && row.level < at - 1 && !opened.has(row.level);
    const cells = row.groups.reduce((sum, { count }) => sum + count, 0);
    const room = width - m.gutter - groupGap * (row.groups.length - 1);
    const dense = row.groups.length > mostGroups || (row.groups.length > 1 && room / cells < m.thinnest);
    const current = row.level === at;
    if (folds) {
      places.push(
        place('folded', row, {
          y: y + 3,
          top: y,
          bottom: y + m.fold,
          groups: across(row.groups, m.gutter, width, 0),
        }),
      );
      y += m.fold;
      // What comes next has a lens that starts here.
      if (row.level === at - 2) y += 10;
      continue;
    }
    const top = y;
    y += m.label;
    if (dense) {
      const lens = groupAt(row, path[row.level] ?? -1);
      const stripY = y + m.strip + 18;
      const bottom = stripY + 2 * m.strip + m.gap;
      places.push(
        place('band', row, {
          y: stripY,
          bandY: y,
          top,
          bottom,
          groups: across([lens], m.gutter, width, 0),
          current,
        }),
      );
      y = bottom + m.between;
    } else {
      const bottom = y + 2 * m.strip + m.gap;
      places.push(
        place('open', row, {
          y,
          top,
          bottom,
          groups: across(row.groups, m.gutter, width, groupGap),
          current,
        }),
      );
      y = bottom + m.between;
    }
  }
  return { places, height: Math.ceil(y + 4) };
}

/**
 * @param {Place['kind']} kind
 * @param {Row} row
 * @param {Partial<Place> & {y: number, top: number, bottom: number}} rest
 * @returns {Place}
 */
const place = (kind, row, rest) => ({
  kind,
  row,
  groups: [],
  bandY: 0,
  lastLevel: row.level,
  current: false,
  ...rest,
});

/**
 * @param {Group[]} groups
 * @param {number} left
 * @param {number} right
 * @param {number} gap
 * @returns {PlacedGroup[]}
 */
function across(groups, left, right, gap) {
  const cells = groups.reduce((sum, { count }) => sum + count, 0);
  const cell = (right - left - gap * (groups.length - 1)) / cells;
  let x = left;
  return groups.map((group) => {
    const placed = { ...group, x, cell };
    x += cell * group.count + gap;
    return placed;
  });
}

/** A node's box on the stage, if it is drawn there. @param {Place[]} places @param {{level: number, index: number}} node @param {number} width */
export function boxOf(places, { level, index }, width) {
  const place = places.find(({ row, kind }) => row.level === level && kind !== 'waiting');
  const group = place?.groups.find(({ first, count }) => first <= index && index < first + count);
  if (!place || !group) return null;
  const { strip, gap, fold } = measuresOf(width);
  const height = place.kind === 'folded' ? fold - 4 : 2 * strip + gap;
  return { x: group.x + (index - group.first) * group.cell, y: place.y, width: group.cell, height };
}

/**
 * What is at a point: a node, or in a band the group whose share of it that is.
 * @param {Place[]} places
 * @param {number} x
 * @param {number} y
 * @param {number} width
 */
export function nodeAt(places, x, y, width) {
  const place = places.find(({ top, bottom }) => top <= y && y <= bottom);
  if (!place || place.kind === 'waiting') return null;
  const { gutter, strip } = measuresOf(width);
  const { row } = place;
  if (place.kind === 'band' && y < place.bandY + strip) {
    const share = Math.max(0, Math.min(0.9999, (x - gutter) / (width - gutter)));
    const group = row.groups[Math.floor(share * row.groups.length)];
    return { level: row.level, index: group.first, folded: false };
  }
  const group = place.groups.filter((one) => one.x <= x).at(-1) ?? place.groups[0];
  const offset = Math.max(0, Math.min(group.count - 1, Math.floor((x - group.x) / group.cell)));
  return { level: row.level, index: group.first + offset, folded: place.kind === 'folded' };
}
