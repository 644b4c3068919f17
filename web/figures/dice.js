// Dice that fall the same in every window, so that a link need only hold how often they were thrown. They choose what a
// reader would choose by hand; what comes of it is for the engine to say.

/**
 * Some of 0 .. count-1, any with equal chance, ascending.
 * @param {number} roll which throw
 * @param {number} count
 * @param {number} size
 */
export function throwDice(roll, count, size) {
  const next = mulberry32(roll);
  /** @type {Set<number>} */
  const chosen = new Set();
  while (chosen.size < size) chosen.add(Math.floor(next() * count));
  return [...chosen].sort((left, right) => left - right);
}

/** T. Ettinger's generator of 32 bits. @param {number} seed */
function mulberry32(seed) {
  let state = Math.imul(seed, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}
