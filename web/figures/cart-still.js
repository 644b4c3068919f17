// Fig 6-8 before it runs: the cut stands; and for whoever cannot turn the dial, what each place of it kept.
import { capital, formatName } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { rightClock, stillCart } from './cart.js';
import { agreed, dialled, most, playBoth, reader } from './cart-run.js';
import { cartFrame, noControls } from './cart-view.js';
import { dialRows, merges } from './cart-words.js';

/** @type {import('./still.js').Still} */
export const cartStill = {
  id: 'fig-6-8',
  async measure(engine) {
    const turned = new Map();
    for (let skew = -most; skew <= most; skew++) {
      const { lww, clocks } = await playBoth(engine, { ...rightClock, skew });
      turned.set(skew, { lww: lww.kept, clocks: clocks.kept });
    }
    const merged = [];
    for (const { id, text } of merges) {
      const { clocks } = await playBoth(engine, { ...rightClock, merge: id });
      merged.push([text, (agreed(clocks.end) ?? []).map(({ value }) => value).join(' and ')]);
    }
    return { played: await playBoth(engine, rightClock), rows: dialRows(turned), merged };
  },
  view: ({ played }) => cartFrame(stillCart(played), noControls),
  withoutScript: ({ rows, merged }) => [
    tableTwin({
      caption:
        'What Fig 6-8 shows once the cut has healed: whose change was kept, at each place of the dial, run when this page was built',
      columns: [`${dialled}’s clock`, 'Last write wins kept', 'Vector clocks kept'],
      rows,
      empty: '',
    }),
    tableTwin({
      caption: `What is in the cart after ${formatName(reader)} has read both versions and written back`,
      columns: [`${capital(formatName(reader))} writes back`, 'The cart'],
      rows: merged,
      empty: '',
    }),
  ],
};
