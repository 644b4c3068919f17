// The one thing this lab keeps between visits.
import { keep, recall } from '../../web/ui/keep.js';

const name = 'quorum-playground.all-controls';

export const recallAllControls = () => recall(name) === true;

/** @param {boolean} on */
export const rememberAllControls = (on) => keep(name, on || null);
