// The signs on the buttons of the labs.
import { html } from 'lit';

const signs = {
  play: 'M4.5 2.5v11L13.5 8Z',
  pause: 'M3.5 2.5h3.2v11H3.5ZM9.3 2.5h3.2v11H9.3Z',
  forward: 'M3.5 2.5v11L10.5 8ZM11 2.5h2v11h-2Z',
  back: 'M12.5 2.5v11L5.5 8ZM3 2.5h2v11H3Z',
  more: 'M7 3h2v4h4v2H9v4H7V9H3V7h4Z',
  less: 'M3 7h10v2H3Z',
};

/** @param {keyof typeof signs} name */
export function sign(name) {
  return html`<svg class="sign" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d=${signs[name]} /></svg>`;
}
