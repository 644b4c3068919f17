// The question above Fig 6-5 asks what its guess line asks: who has answered there need not answer here again.

const choices = 'sim-question[question="busiest-server"] .choice';

/**
 * Tells the number in the answer that is chosen, now or later; 'unsure' for none.
 * @param {(guess: number | 'unsure') => void} tell
 * @returns {() => void} ends it
 */
export function watchQuestion(tell) {
  if (typeof document === 'undefined') return () => {};
  const say = (/** @type {Element | null | undefined} */ choice) => {
    if (choice) tell(Number(/[\d.]+/.exec(choice.textContent ?? '')?.[0]) || 'unsure');
  };
  const onClick = (/** @type {MouseEvent} */ { target }) =>
    say(target instanceof Element ? target.closest(choices) : null);
  say(document.querySelector(`${choices}[aria-pressed="true"]`));
  document.addEventListener('click', onClick);
  return () => document.removeEventListener('click', onClick);
}
