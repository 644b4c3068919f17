// The lab with its engine inside, as a classic script.
import { wasmBase64, workerText } from 'virtual:engine';
import { useCarriedEngine } from '../../web/embed/carried.js';
import { defineQuorumPlayground } from './quorum-playground.js';

useCarriedEngine({ wasmBase64, workerText });
defineQuorumPlayground();
