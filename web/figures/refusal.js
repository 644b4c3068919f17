// What the engine said when it refused, in its own words: the place and the reason.

/**
 * @param {unknown} error an EngineError, as a rule
 * @returns {string} without a full stop
 */
export function refusalSentence(error) {
  if (!(error instanceof Error)) return String(error);
  const path = 'path' in error && error.path ? `${error.path}: ` : '';
  return `${path}${error.message}`.replace(/\.$/, '');
}
