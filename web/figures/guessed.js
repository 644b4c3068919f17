// What is said beside a figure's own guess once the engine has told.

/**
 * @param {readonly (readonly [string, string])[]} answers by id
 * @param {string} guess an id, or 'unsure'
 * @param {string} truth the id that the engine's run shows
 */
export function guessedWords(answers, guess, truth) {
  if (guess === 'unsure') return 'You were not sure.';
  const said = answers.find(([id]) => id === guess)?.[1];
  return `You said: ${said}. ${guess === truth ? 'So it is.' : 'Not so.'}`;
}
