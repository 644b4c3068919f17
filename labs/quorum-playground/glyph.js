// The signs on the buttons; beside them, the states' shapes.

export { glyph } from '../../web/figures/glyph.js';
export { sign } from '../../web/ui/sign.js';
