// Nine known ways in which a store misleads its clients, each as a run, with what is said of it.
import storyComesBack from '../../content/scenarios/story-comes-back.json' with { type: 'json' };
import storyComesBackMended from '../../content/scenarios/story-comes-back-mended.json' with { type: 'json' };
import storyEmptyDisk from '../../content/scenarios/story-empty-disk.json' with { type: 'json' };
import storyEmptyDiskMended from '../../content/scenarios/story-empty-disk-mended.json' with { type: 'json' };
import storyFailedButThere from '../../content/scenarios/story-failed-but-there.json' with { type: 'json' };
import storyFailedThenSeen from '../../content/scenarios/story-failed-then-seen.json' with { type: 'json' };
import storyFailedThenSeenMended from '../../content/scenarios/story-failed-then-seen-mended.json' with {
  type: 'json',
};
import storyNewThenOld from '../../content/scenarios/story-new-then-old.json' with { type: 'json' };
import storyNewThenOldMended from '../../content/scenarios/story-new-then-old-mended.json' with {
  type: 'json',
};
import storyNewThenOldMended2 from '../../content/scenarios/story-new-then-old-mended-2.json' with {
  type: 'json',
};
import storySpareMachine from '../../content/scenarios/story-spare-machine.json' with { type: 'json' };
import storySpareMachineMended from '../../content/scenarios/story-spare-machine-mended.json' with {
  type: 'json',
};
import storyTooFew from '../../content/scenarios/story-too-few.json' with { type: 'json' };
import storyTooFewMended from '../../content/scenarios/story-too-few-mended.json' with { type: 'json' };
import storyTwoRings from '../../content/scenarios/story-two-rings.json' with { type: 'json' };
import storyTwoRingsMended from '../../content/scenarios/story-two-rings-mended.json' with { type: 'json' };
import storyWrongClock from '../../content/scenarios/story-wrong-clock.json' with { type: 'json' };
import storyWrongClockMended from '../../content/scenarios/story-wrong-clock-mended.json' with {
  type: 'json',
};
import list from '../../content/stories.json' with { type: 'json' };
import { heals } from '../../web/engine/modules.js';

/** @import { Engine } from '../../web/engine/client.js' */
/** @import { Scenario } from '../../web/engine/engine.d.ts' */

/**
 * `case`: as it is called in tests/data/counterexamples.json. `door`: a story for the first minute, by what it is about.
 * `before` and `wrong`: what to know first, and what went wrong. `from_ms`: where the run opens. `mended`: switches, each
 * of which closes it. `source`: where it happened.
 * @typedef {{id: string, case: string, title: string, door: string, before: string, wrong: string, scenario: string,
 *   from_ms: number, mended: {switch: string, after: string, scenario: string}[], source: string}} Story
 */

export const stories = /** @type {Story[]} */ (list);

/** @type {Record<string, unknown>} */
const scenarios = {
  'story-new-then-old': storyNewThenOld,
  'story-new-then-old-mended': storyNewThenOldMended,
  'story-new-then-old-mended-2': storyNewThenOldMended2,
  'story-wrong-clock': storyWrongClock,
  'story-wrong-clock-mended': storyWrongClockMended,
  'story-spare-machine': storySpareMachine,
  'story-spare-machine-mended': storySpareMachineMended,
  'story-failed-then-seen': storyFailedThenSeen,
  'story-failed-then-seen-mended': storyFailedThenSeenMended,
  'story-failed-but-there': storyFailedButThere,
  'story-too-few': storyTooFew,
  'story-too-few-mended': storyTooFewMended,
  'story-empty-disk': storyEmptyDisk,
  'story-empty-disk-mended': storyEmptyDiskMended,
  'story-two-rings': storyTwoRings,
  'story-two-rings-mended': storyTwoRingsMended,
  'story-comes-back': storyComesBack,
  'story-comes-back-mended': storyComesBackMended,
};

/** @param {string} id */
export const storyNamed = (id) => stories.find((one) => one.id === id);

/** As it goes wrong, or with one of its remedies. @param {Story} story @param {number} mended */
export const scenarioOf = (story, mended = -1) =>
  /** @type {Scenario} */ (scenarios[mended < 0 ? story.scenario : story.mended[mended]?.scenario]);

/** An embed carries less of the engine than the site does. @param {Story} story @param {Engine} engine */
export const canShow = (story, engine) => engine.canHeal || !heals(scenarioOf(story));
