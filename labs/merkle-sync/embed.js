// The lab with its engine inside, as a classic script.
import { useCarriedEngine } from '../../web/embed/carried.js';
import { defineMerkleSync } from './merkle-sync.js';

useCarriedEngine();
defineMerkleSync();
