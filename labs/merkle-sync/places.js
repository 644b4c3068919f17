// Where everything on the stage stands, in pixels, for the width it gets. A row is open (two strips and the wire between
// them), a band (too many cells: how dense the differences are, and one group under a lens), folded, or waiting. On a
// phone a row can be zoomed: then its cells are as wide as a finger, on as many lines as they take.
import { currentLevel, groupAt } from './rows.js';

/** @import { Group, Row } from './rows.js' */

/** @typedef {Group & { x: number, y: number, cell: number }} PlacedGroup  cell: width of one; y: of its upper strip */

/**
 * @typedef {object} Place
 * @property {'open' | 'band' | 'folded' | 'waiting'} kind
 * @property {Row} row
 * @property {number} y       of the uppermost strip, or of the line
 * @property {number} top
 * @property {number} bottom
 * @property {PlacedGroup[]} groups
 * @property {number} bandY   of a band
 * @property {number} lastLevel  of those that wait
 * @property {boolean} current
 * @property {'in' | 'out' | null} zoom  what a tap can do to it
 */

/**
 * @typedef {object} StageView
 * @property {Row[]} rows
 * @property {number} fanOut
 * @property {number[]} path     one way down, which a lens follows
 * @property {Set<number>} opened  levels that stay open
 * @property {number} width
 * @property {number | null} [zoomed]  on a phone, the level whose cells are wide
 */

export const phoneWidth = 560;

/** More open groups than this, and they are a band. */
const mostGroups = 24;
const mostLevels = 6;
const groupGap = 6;

/** On a phone, so many cells stand side by side; of a longer group, a part is under the lens. */
const partCells = 16;
/** As wide as a finger, and what is above a zoomed row, as high. */
const finger = 44;
const lineGap = 14;

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
    const cells = cellsOf(row.groups);
    const room = width - m.gutter - groupGap * (row.groups.length - 1);
    const dense =
      row.groups.length > mostGroups ||
      (row.groups.length > 1 && room / cells < m.thinnest) ||
      (phone && row.groups.some(({ count }) => count > partCells));
    if (folds) {
      places.push(
        place('folded', row, {
          y: y + 3,
          top: y,
          bottom: y + m.fold,
          groups: across(row.groups, y + 3, m.gutter, width, 0),
        }),
      );
      y += m.fold;
      // What comes next has a lens that starts here.
      if (row.level === at - 2) y += 10;
      continue;
    }
    const lens = partOf(groupAt(row, path[row.level] ?? -1), path[row.level] ?? -1, phone);
    const zooms = phone && lens.count > 1 && (width < lens.count * finger || row.groups.length > 1);
    const isZoomed = zooms && view.zoomed === row.level;
    const top = y;
    y += isZoomed ? finger : m.label;
    const bandY = y;
    if (dense) y += m.strip + 18;
    const groups = isZoomed
      ? lines(lens, y, width, 2 * m.strip + m.gap)
      : dense
        ? across([lens], y, m.gutter, width, 0)
        : across(row.groups, y, m.gutter, width, groupGap);
    const bottom = /** @type {PlacedGroup} */ (groups.at(-1)).y + 2 * m.strip + m.gap;
    places.push(
      place(dense ? 'band' : 'open', row, {
        y,
        bandY: dense ? bandY : 0,
        top,
        bottom,
        groups,
        current: row.level === at,
        zoom: isZoomed ? 'out' : zooms ? 'in' : null,
      }),
    );
    y = bottom + m.between;
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
  zoom: null,
  ...rest,
});

/** @param {Group[]} groups */
const cellsOf = (groups) => groups.reduce((sum, { count }) => sum + count, 0);

/** Of a group that is too long for a phone, the part around a node. @param {Group} group @param {number} index @param {boolean} phone @returns {Group} */
function partOf(group, index, phone) {
  if (!phone || group.count <= partCells) return group;
  const inside = Math.max(0, Math.min(group.count - 1, index - group.first));
  const from = Math.floor(inside / partCells) * partCells;
  return { first: group.first + from, count: Math.min(partCells, group.count - from) };
}

/**
 * Cells as wide as a finger, on lines of about the same length.
 * @param {Group} group
 * @param {number} y
 * @param {number} width
 * @param {number} height  of a line
 * @returns {PlacedGroup[]}
 */
function lines({ first, count }, y, width, height) {
  const each = Math.ceil(count / Math.ceil((count * finger) / width));
  const cell = width / each;
  return Array.from({ length: Math.ceil(count / each) }, (_, line) => ({
    first: first + line * each,
    count: Math.min(each, count - line * each),
    x: 0,
    y: y + line * (height + lineGap),
    cell,
  }));
}

/**
 * @param {Group[]} groups
 * @param {number} y
 * @param {number} left
 * @param {number} right
 * @param {number} gap
 * @returns {PlacedGroup[]}
 */
function across(groups, y, left, right, gap) {
  const cell = (right - left - gap * (groups.length - 1)) / cellsOf(groups);
  let x = left;
  return groups.map((group) => {
    const placed = { ...group, x, y, cell };
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
  return { x: group.x + (index - group.first) * group.cell, y: group.y, width: group.cell, height };
}

/** Which share of a row's cells stand under the lens of a band, from where. @param {Place} place */
export function lensOf({ row, groups }) {
  const all = cellsOf(row.groups);
  const { first } = groups[0];
  let before = 0;
  for (const group of row.groups) {
    if (group.first <= first && first < group.first + group.count) {
      before += first - group.first;
      break;
    }
    before += group.count;
  }
  return { from: before / all, share: cellsOf(groups) / all };
}

/**
 * What is at a point: a node, or in a band the group whose share of it that is. A tap there goes to it, and may open a
 * folded row, or zoom it.
 * @param {Place[]} places
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @returns {{level: number, index: number, folded: boolean, zoom: 'in' | 'out' | null} | null}
 */
export function nodeAt(places, x, y, width) {
  const place = places.find(({ top, bottom }) => top <= y && y <= bottom);
  if (!place || place.kind === 'waiting') return null;
  const { gutter, strip, gap } = measuresOf(width);
  const { row, groups } = place;
  const { level } = row;
  if (place.kind === 'band' && place.bandY <= y && y < place.bandY + strip) {
    const share = Math.max(0, Math.min(0.9999, (x - gutter) / (width - gutter)));
    return { level, index: nodeOfShare(row.groups, share, gutter === 0), folded: false, zoom: null };
  }
  if (place.zoom === 'out' && y < place.y) {
    return { level, index: groups[0].first, folded: false, zoom: 'out' };
  }
  const isLines = place.zoom === 'out';
  const group = isLines
    ? (groups.find((one) => y < one.y + 2 * strip + gap + lineGap / 2) ?? groups[0])
    : (groups.filter((one) => one.x <= x).at(-1) ?? groups[0]);
  const offset = Math.max(0, Math.min(group.count - 1, Math.floor((x - group.x) / group.cell)));
  return {
    level,
    index: group.first + offset,
    folded: place.kind === 'folded',
    zoom: isLines ? null : place.zoom,
  };
}

/** The first node of the group, or on a phone of its part, at a share of all cells. @param {Group[]} groups @param {number} share @param {boolean} phone */
function nodeOfShare(groups, share, phone) {
  let at = Math.floor(share * cellsOf(groups));
  for (const group of groups) {
    if (at < group.count) return partOf(group, group.first + at, phone).first;
    at -= group.count;
  }
  return groups[0].first;
}
