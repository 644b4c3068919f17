// The lab on its own page of the site: the engine stands beside the scripts.
import { defineMerkleSync } from './merkle-sync.js';

defineMerkleSync();
