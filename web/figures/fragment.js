// The part of the address after #: which figure it is about, what it showed, and its run.
//   #fig=contract&lid=five&run=1.…

/**
 * What the address says of this figure; null when it is about something else.
 * @param {string} name
 */
export function readFragment(name) {
  const parts = new URLSearchParams(location.hash.slice(1));
  return parts.get('fig') === name ? parts : null;
}

/**
 * The page's address with this state in it.
 * @param {string} name
 * @param {Record<string, string>} state
 */
export function addressWith(name, state) {
  const address = new URL(location.href);
  address.hash = new URLSearchParams({ fig: name, ...state }).toString();
  return address.href;
}
