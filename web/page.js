// The script of every page: the sections that were read, the meanings of terms, and folds, which paper has open.
import { openFoldsInPrint } from './folds.js';
import { showProgress } from './progress.js';
import { enableTerms } from './terms.js';

showProgress();
enableTerms();
openFoldsInPrint();
