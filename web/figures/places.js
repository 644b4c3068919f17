// Places of a dial that have been tried, as a link writes them: "-50_50" or "-3_0.7", in runs of neighbours.

/** @param {number[]} places */
export function rangesOf(places) {
  /** @type {[number, number][]} */
  const ranges = [];
  for (const place of [...places].sort((left, right) => left - right)) {
    const last = ranges.at(-1);
    if (last && place === last[1] + 1) last[1] = place;
    else ranges.push([place, place]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}_${to}`)).join('.');
}

/**
 * What cannot be meant is left out.
 * @param {string} written
 * @param {number} least place of the dial
 * @param {number} most
 */
export function placesIn(written, least, most) {
  const places = new Set();
  for (const range of written.split('.').filter(Boolean)) {
    const [from, to = from] = range.split('_').map(Number);
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) continue;
    for (let place = Math.max(least, from); place <= Math.min(most, to); place++) places.add(place);
  }
  return /** @type {number[]} */ ([...places]);
}
