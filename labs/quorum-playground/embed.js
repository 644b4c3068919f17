// The lab with its engine inside, as a classic script.
import { useCarriedEngine } from '../../web/embed/carried.js';
import { defineQuorumPlayground } from './quorum-playground.js';

useCarriedEngine();
defineQuorumPlayground();
