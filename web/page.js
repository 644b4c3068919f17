// The script of every page: the sections that were read, and the meanings of terms.
import { showProgress } from './progress.js';
import { enableTerms } from './terms.js';

showProgress();
enableTerms();
