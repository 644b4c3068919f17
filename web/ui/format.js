// Numbers and bytes as a reader sees them: '9.8 ms', '56 %', 'x', '0xff'.

/** @import { Data } from '../engine/engine.d.ts' */

/**
 * A time of the simulation, always to a tenth of a millisecond: a clock whose digits come and go cannot be read.
 * @param {number} us microseconds
 */
export function formatTime(us) {
  const ms = us / 1000;
  return ms >= 10_000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(1)} ms`;
}

/**
 * A length of time with as many digits as a reader can use: 0.65 ms, 9.8 ms, 107 ms, 1.5 s.
 * @param {number} ms
 */
export function formatMs(ms) {
  if (ms >= 10_000) return `${group(Math.round(ms / 1000))} s`;
  if (ms >= 1000) return `${trim(ms / 1000, 1)} s`;
  if (ms >= 100) return `${Math.round(ms)} ms`;
  if (ms >= 1 || ms === 0) return `${trim(ms, 1)} ms`;
  return `${trim(ms, 2)} ms`;
}

/**
 * A share of a whole.
 * @param {number} part
 * @param {number} whole
 */
export function formatShare(part, whole) {
  if (whole === 0) return '–';
  const percent = (100 * part) / whole;
  if (part > 0 && percent < 0.1) return `${trim(percent, 2)} %`;
  if (percent > 99.9 && part < whole) return `${trim(percent, 2)} %`;
  return percent === 100 || (percent >= 10 && percent <= 90)
    ? `${Math.round(percent)} %`
    : `${trim(percent, 1)} %`;
}

/**
 * A count with thin spaces between the thousands: 1 000 000.
 * @param {number} count
 */
export function group(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/**
 * Keys and values are bytes: text as it is, anything else in hexadecimal.
 * @param {Data | null | undefined} bytes
 */
export function formatBytes(bytes) {
  if (bytes === null || bytes === undefined) return '–';
  return typeof bytes === 'string' ? bytes : `0x${bytes.hex}`;
}

/**
 * A key or value where there is little room.
 * @param {Data | null | undefined} bytes
 * @param {number} most letters
 */
export function shortBytes(bytes, most) {
  const text = formatBytes(bytes);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/**
 * @param {Data} left
 * @param {Data} right
 */
export function sameBytes(left, right) {
  return formatBytes(left) === formatBytes(right) && typeof left === typeof right;
}

/** 'c1' is 'client 1' wherever a reader meets it; a machine is its letter. @param {string} name */
export function formatName(name) {
  return name.replace(/^c(\d+)$/, 'client $1');
}

/** A sentence begins with a capital. @param {string} words */
export function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** 'A', 'A and B', 'A, B and C'. @param {string[]} items */
export function formatList(items) {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/**
 * @param {number} value
 * @param {number} digits
 */
function trim(value, digits) {
  return value.toFixed(digits).replace(/\.0+$/, '');
}

/** A call that was not answered: its time ran out, or its coordinator said no. @param {{ outcome: string }} call */
export const failed = ({ outcome }) => outcome === 'timeout' || outcome === 'refused';

/** What the client of such a call was told. @param {{ outcome: string }} call */
export const failedWords = ({ outcome }) => (outcome === 'refused' ? 'refused' : 'no answer in time');
