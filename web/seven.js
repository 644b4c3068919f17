// The script of the pages with the seven questions: on the overview they are put down, after the last section they are
// asked again, and what was answered then stands beside what is answered now.
import { forgetThen, meantBy, recallThen } from './claims/kept-answers.js';
import { formatMark } from './claims/mark.js';
import { ThenQuestion } from './claims/then-question.js';
import { group } from './ui/format.js';

/** @import { Question } from './claims/definitions.js' */
/** @import { Told } from './claims/question-view.js' */

customElements.define('then-question', ThenQuestion);

for (const seven of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.seven-now'))) {
  /** Whether the answer was right, by question. @type {Map<string, {before: boolean | null, after: boolean}>} */
  const answers = new Map();
  seven.addEventListener('answered', (event) => {
    const told = /** @type {CustomEvent<Told>} */ (event).detail;
    const { question } = told;
    const kept = recallThen(question.id);
    const meant = kept && meantBy(question, kept);
    const right = meant ? question.options[meant.at].right : false;
    answers.set(question.id, { before: kept ? right : null, after: told.sure && told.holds });
    const line = /** @type {HTMLElement} */ (event.target)
      .closest('.seven-now > div')
      ?.querySelector('.then');
    if (line) line.textContent = kept ? `Then you said: ${inWords(question, meant)}.` : '';
    const sum = seven.querySelector('.seven-sum');
    if (sum) sum.textContent = sumOf([...answers.values()]);
  });
  seven.querySelector('.seven-forget')?.addEventListener('click', () => {
    forgetThen();
    for (const answer of answers.values()) answer.before = null;
    for (const line of seven.querySelectorAll('.then')) line.textContent = '';
    const sum = seven.querySelector('.seven-sum');
    if (sum) sum.textContent = 'What you said before the chapter is forgotten.';
  });
}

/** @param {Question} question @param {ReturnType<typeof meantBy>} meant */
function inWords({ options, line, show }, meant) {
  if (!meant) return 'not sure';
  return line && meant.mark !== undefined
    ? formatMark(show, line, meant.mark)
    : `“${options[meant.at].text}”`;
}

/** @param {{before: boolean | null, after: boolean}[]} answers */
function sumOf(answers) {
  const count = (/** @type {(boolean | null)[]} */ list) =>
    group(list.filter((right) => right === true).length);
  const asked = answers.filter(({ before }) => before !== null);
  const now = `Now: ${count(answers.map(({ after }) => after))} of ${group(answers.length)} right.`;
  return asked.length === 0
    ? now
    : `Then: ${count(asked.map(({ before }) => before))} of ${group(asked.length)} right. ${now}`;
}
