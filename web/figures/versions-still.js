// Fig 6-8 b before it runs; and for whoever cannot tap, the five clocks and what they say of each pair.
import { tableTwin } from '../ui/table-twin.js';
import { clockText } from './clock.js';
import { stillVersions } from './versions.js';
import { measureVersions, pairs, relationOf } from './versions-run.js';
import { noControls, versionsFrame } from './versions-view.js';

/** @import { Version } from './versions-run.js' */

/** @type {import('./still.js').Still} */
export const versionsStill = {
  id: 'fig-6-8-b',
  measure: measureVersions,
  view: (/** @type {Version[]} */ versions) => versionsFrame(stillVersions(versions), noControls),
  withoutScript: (/** @type {Version[]} */ versions) =>
    tableTwin({
      caption: 'What Fig 6-8 b asks: each two of the five versions, by their clocks',
      columns: ['The first', 'Its clock', 'is', 'the second', 'Its clock'],
      rows: pairs.map(([left, right]) => {
        const [one, other] = [versions[left], versions[right]];
        return [one.name, clockText(one.clock), relationOf(one, other), other.name, clockText(other.clock)];
      }),
      empty: '',
    }),
};
