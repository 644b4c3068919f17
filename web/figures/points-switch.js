// A row of numbers of points, one of which is chosen.
import { html } from 'lit';

/**
 * @template {number} Points
 * @param {{label: string, choices: readonly Points[], points: Points, live: boolean}} row
 * @param {(points: Points) => void} choose
 */
export function pointsSwitch({ label, choices, points, live }, choose) {
  return html`<div class="switch" role="group" aria-label=${label}>
    <span aria-hidden="true">${label}</span>
    <div class="segmented">
      ${choices.map(
        (choice) => html`<button
          type="button"
          ?disabled=${!live}
          aria-pressed=${String(choice === points)}
          @click=${() => choose(choice)}
        >${choice}</button>`,
      )}
    </div>
  </div>`;
}
