// The lab on its own page of the site: the engine stands beside the scripts.
import { defineQuorumPlayground } from './quorum-playground.js';

defineQuorumPlayground();
