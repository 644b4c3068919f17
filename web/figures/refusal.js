// What the engine said when it refused, in its own words. The place (a JSON pointer) is for people who write scenarios;
// in a figure the reader has just filled in the field and sees which one it is.

/**
 * @param {unknown} error an EngineError, as a rule
 * @returns {string} without a full stop
 */
export function refusalSentence(error) {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}
