// The challenges of this lab, loaded when one is wanted.
export { ChallengeRun, challenges } from './challenge-run.js';
export { challengeBar, chooser } from './challenge-view.js';
