/**
 * Which module of the engine does what is asked: the site has several, so that a page loads what it needs
 * (CMakeLists.txt, wasm_module).
 */

/** @typedef {'trees' | 'healing' | 'jobs' | 'store' | 'sync'} ModuleName */

const healingFields = new Set([
  'gossip',
  'hints',
  'sloppy',
  'anti_entropy',
  'gc_grace_ms',
  'rebuild',
  'detector',
]);
const healingActions = new Set(['lose_disk', 'repair']);

/**
 * Whether a scenario is of a cluster that heals itself. What is no scenario is the engine's to refuse.
 * @param {any} scenario
 */
export function heals(scenario) {
  const cluster = scenario?.cluster ?? {};
  const actions = Array.isArray(scenario?.actions) ? scenario.actions : [];
  return (
    Object.keys(cluster).some((name) => healingFields.has(name)) ||
    scenario?.nemesis !== undefined ||
    actions.some((/** @type {any} */ action) => healingActions.has(action?.do))
  );
}

/**
 * The module for sessions of a scenario; null: the page's own.
 * @param {string} text
 * @returns {'trees' | 'healing' | null}
 */
export function moduleFor(text) {
  try {
    const scenario = JSON.parse(text);
    if (scenario?.cluster?.store === 'lsm') return 'trees';
    return heals(scenario) ? 'healing' : null;
  } catch {
    return null;
  }
}
