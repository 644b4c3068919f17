// Moves what moves between two drawings: the chips on the wires and the clock. Positions are custom properties, set from
// script, because the page's policy allows no style attributes.
import { formatTime } from '../../web/ui/format.js';

/**
 * @param {ParentNode} root
 * @param {number} displayUs the simulated time on show
 */
export function showTime(root, displayUs) {
  for (const chip of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('[data-arrive]'))) {
    const sent = Number(chip.dataset.sent);
    const arrive = Number(chip.dataset.arrive);
    const part = Math.min(1, Math.max(0, (displayUs - sent) / Math.max(1, arrive - sent)));
    chip.style.setProperty('--part', String(part));
    chip.style.setProperty('--across', chip.dataset.across ?? '0.5');
    const left = chip.querySelector('.left');
    if (left) left.textContent = `${formatTime(Math.max(0, arrive - displayUs))} left`;
  }
  const clock = root.querySelector('[data-clock]');
  if (clock) clock.textContent = formatTime(displayUs);
}
