// The machine of Fig 6-10 that is open: what it is for one write, and for the cluster.
import { html, nothing } from 'lit';
import { formatBytes, formatList, formatMs, formatName, group } from '../ui/format.js';
import { key, openedMinute, outcomeWords, writer } from './hours-machine.js';

/** @import { Leg, Opened } from './hours-machine.js' */
/** @import { Hour } from './hours-parts.js' */

/** @typedef {{name: string, active: boolean, says: string}} Duty */

/**
 * What a machine is responsible for, and how that stands.
 * @param {Opened} opened
 * @returns {Duty[]}
 */
export function dutiesOf(opened) {
  const { name, up, homes, kept, legs, gossip, hints, shares, compares, records } = opened;
  const asked = [...new Set(legs.filter(({ from }) => from === name).map(({ to }) => to))].filter(
    (to) => to !== writer,
  );
  return [
    {
      name: 'coordinator',
      active: up,
      says: up
        ? `takes client 3’s write, passes it to ${formatList(asked)}${standInWords(opened, asked)}, and answers: ${outcomeWords(opened)}`
        : `has no power; client 3 is told nothing: ${outcomeWords(opened)}`,
    },
    {
      name: 'replica',
      active: homes.includes(name),
      says: homes.includes(name)
        ? `is one of this key’s three machines (${formatList(homes)})${kept.includes(name) ? ', and has the new version' : ''}; it has ${group(records)} records in all`
        : `is none of this key’s three machines (${formatList(homes)}), and has ${group(records)} other records`,
    },
    {
      name: 'hints',
      active: up && hints !== null && hints.length > 0,
      says: hintWords(hints, up),
    },
    {
      name: 'gossip',
      active: up && gossip !== null,
      says: gossipWords(gossip, up),
    },
    {
      name: 'trees',
      active: up && compares,
      says: compares
        ? `has records in common with ${formatList(shares)}, and a tree for each of them`
        : 'are out: it compares with nobody',
    },
  ];
}

/** Those who are asked though the key is not theirs. @param {Opened} opened @param {string[]} asked */
function standInWords({ homes }, asked) {
  const others = asked.filter((one) => !homes.includes(one));
  if (others.length === 0) return '';
  return ` (${formatList(others)} ${others.length === 1 ? 'stands' : 'stand'} in for who is away)`;
}

/** @param {Opened['hints']} hints @param {boolean} up */
function hintWords(hints, up) {
  if (hints === null) return 'are out: it keeps nothing for others';
  if (hints.length === 0) return 'keeps none for anybody';
  const list = formatList(hints.map((one) => `${group(one.held)} for ${one.for}`));
  return up ? `keeps ${list}` : `has ${list} on its disk, until it is back`;
}

/** @param {Opened['gossip']} gossip @param {boolean} up */
function gossipWords(gossip, up) {
  if (gossip === null) return 'is out: it does not know who is away';
  if (!up) return 'has heard nothing since its power failed';
  const { knows, dead } = gossip;
  const others = `hears of ${formatList(knows)}`;
  return dead.length === 0 ? `${others}; all are there` : `${others}; takes ${formatList(dead)} for dead`;
}

/** @param {Opened} opened @param {{hour: Hour}} picture */
export function machineView(opened, { hour }) {
  return html`<div class="opened" role="region" aria-label=${`machine ${opened.name}`}>
    <p class="opened-title">Machine ${opened.name}, minute ${openedMinute} of the ${hour} hour: <code>put(${formatBytes(key)}, …)</code> ${
      opened.outcome === 'ok'
        ? html`<span class="told">● ${outcomeWords(opened)}</span>`
        : html`<span class="told failed">✕ ${outcomeWords(opened)}</span>`
    }</p>
    <div class="opened-sides">
      <dl>
        ${dutiesOf(opened).map(
          ({ name, active, says }) => html`<div class=${active ? 'on' : nothing}>
            <dt>${active ? '●' : '○'} ${name}</dt>
            <dd>${says}</dd>
          </div>`,
        )}
      </dl>
      <ol class="legs" aria-label="messages of this write">${opened.legs.map(legRow)}</ol>
    </div>
  </div>`;
}

/** What the engine's kinds of messages say. @type {Record<string, string>} */
const says = {
  request: 'please save this',
  take: 'give it a version, and keep it',
  taken: 'done, this is the version',
  write: 'keep this version',
  ack: 'kept',
  reply: 'saved',
};

/** @param {Leg} leg */
function legRow({ from, to, kind, ms }) {
  const [plain, ...rest] = kind.split(', ');
  return html`<li><span>${formatMs(ms)}</span> <b>${formatName(from)} → ${formatName(to)}</b> ${says[plain] ?? plain}${rest.length > 0 ? html` <i>✕ ${rest.join(', ')}</i>` : nothing}</li>`;
}
