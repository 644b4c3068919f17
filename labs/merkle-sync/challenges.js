// The challenges of this lab, loaded when one is wanted.
export { ChallengeRun, challenges } from './challenge-run.js';
export { challengeBar, challengeResult, chooser } from './challenge-view.js';
