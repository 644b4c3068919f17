// The script of every page: the meanings of terms open at a press.
import { enableTerms } from './terms.js';

enableTerms();
