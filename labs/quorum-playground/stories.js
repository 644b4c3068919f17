// The stories of this lab, loaded when one is wanted.
export { storyBar, storyChooser } from './stories-view.js';
export { canShow, scenarioOf, stories, storyNamed } from './story-list.js';
