// Fig 6-1 before it runs.
import { html } from 'lit';
import { stillContract } from './contract.js';
import { contractFrame, noControls } from './contract-view.js';

/** @type {import('./still.js').Still} */
export const contractStill = {
  id: 'fig-6-1',
  view: () => contractFrame(stillContract(), noControls),
  withoutScript: () => html`<p>Fig 6-1 is a running store and needs JavaScript; this is its first state.</p>`,
};
