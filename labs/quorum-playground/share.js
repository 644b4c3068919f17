// A run as an address, and back. The fragment holds the scenario with every action and the position.
import { decodeLink, encodeLink } from '../../web/engine/link.js';

const prefix = '#run=';

/**
 * @param {{scenario: object, position: number, trace_version: number}} run
 * @returns {string} the whole address
 */
export function addressOf(run) {
  const fragment = `${prefix}${encodeLink(/** @type {any} */ (run))}`;
  return location.href.replace(/#.*$/s, '') + fragment;
}

/** The story that the page's own address names: its id, and which of its remedies, from 1. */
export function storyInAddress() {
  const [, id, mended] = /^#story=([\w-]+?)(?:\.(\d))?$/.exec(location.hash) ?? [];
  return id ? { id, mended: Number(mended ?? 0) - 1 } : null;
}

/** The run that the page's own address names, if any. Throws an Error with a plain sentence when it cannot be read. */
export function runInAddress() {
  if (!location.hash.startsWith(prefix)) return null;
  return decodeLink(location.hash.slice(prefix.length));
}
