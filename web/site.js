// The script of the chapter's pages: it makes the figures live.
import { SimFigure } from './figures/sim-figure.js';

customElements.define('sim-figure', SimFigure);
