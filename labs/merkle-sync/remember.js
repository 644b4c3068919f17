// The one thing that this lab keeps between visits: whether the first minute was seen.
import { keep, recall } from '../../web/ui/keep.js';

const name = 'merkle-sync.seen';

export const recallSeen = () => recall(name) === true;

export const rememberSeen = () => keep(name, true);
