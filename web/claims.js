// The script of the pages that state numbers or ask questions: it makes them runnable.
import { SimClaim } from './claims/sim-claim.js';
import { SimQuestion } from './claims/sim-question.js';

customElements.define('sim-claim', SimClaim);
customElements.define('sim-question', SimQuestion);
