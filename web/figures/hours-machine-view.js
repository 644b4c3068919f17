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
  const { name, up, homes, gossip, hints, shares, compares } = opened;
  return [
    { name: 'coordinator', active: up, says: coordinatorWords(opened) },
    { name: 'replica', active: up && homes.includes(name), says: replicaWords(opened) },
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

/** @param {Opened} opened */
function coordinatorWords(opened) {
  const { name, up, homes, legs } = opened;
  if (!up) return `has no power; client 3 is told nothing: ${outcomeWords(opened)}`;
  const asked = [...new Set(legs.filter(({ from }) => from === name).map(({ to }) => to))].filter(
    (to) => to !== writer,
  );
  const versioner = legs.find(({ kind }) => kind === 'take')?.to;
  const first =
    homes.includes(name) || !versioner
      ? ''
      : ` (first to ${versioner}: only one of the key’s three gives it its version)`;
  return `takes client 3’s write, passes it to ${formatList(asked)}${first}${standInWords(opened, asked)}, and answers: ${outcomeWords(opened)}`;
}

/** @param {Opened} opened */
function replicaWords({ name, up, homes, kept, records }) {
  const three = formatList(homes);
  if (!homes.includes(name))
    return `is none of this key’s three machines (${three}), and has ${group(records)} other records`;
  if (!up)
    return `is one of this key’s three machines (${three}), and misses this write while it has no power`;
  return `is one of this key’s three machines (${three})${kept.includes(name) ? ', and has the new version' : ''}; it has ${group(records)} records in all`;
}

/** Those who are asked though the key is not theirs. @param {Opened} opened @param {string[]} asked */
function standInWords({ homes }, asked) {
  const others = asked.filter((one) => !homes.includes(one));
  if (others.length === 0) return '';
  const [stand, keep] = others.length === 1 ? ['stands', 'keeps'] : ['stand', 'keep'];
  return ` (${formatList(others)} ${stand} in for who is away, and ${keep} it as a hint)`;
}

/** @param {Opened['hints']} hints @param {boolean} up */
function hintWords(hints, up) {
  if (hints === null) return 'are out: it keeps nothing for others';
  if (hints.length === 0) return 'keeps none for anybody';
  const list = formatList(hints.map((one) => `${group(one.held)} for ${one.for}`));
  return up
    ? `keeps ${list}, of this write or of earlier ones`
    : `has ${list} on its disk, of earlier writes, until it is back`;
}

/** @param {Opened['gossip']} gossip @param {boolean} up */
function gossipWords(gossip, up) {
  if (gossip === null) return 'is out: it does not know who is away';
  if (!up) return 'has heard nothing since its power failed';
  const { knows, dead } = gossip;
  const others = `hears of ${formatList(knows)}`;
  return dead.length === 0 ? `${others}; all are there` : `${others}; takes ${formatList(dead)} for dead`;
}

/** What came of the write; it is there before any machine is open, so that it is said when one is. @param {Opened | null} opened @param {{hour: Hour}} picture */
export function machineTitle(opened, { hour }) {
  return html`<p class="opened-title" role="status">${
    opened
      ? html`Machine ${opened.name}, minute ${openedMinute} of the ${hour} hour: <code>put(${formatBytes(key)}, …)</code> ${
          opened.outcome === 'ok'
            ? html`<span class="told">● ${outcomeWords(opened)}</span>`
            : html`<span class="told failed">✕ ${outcomeWords(opened)}</span>`
        }`
      : nothing
  }</p>`;
}

/** @param {Opened} opened */
export function machineView(opened) {
  const { name, up, outcome, tookMs, legs } = opened;
  return html`<div class="opened" role="region" aria-label=${`machine ${name}`}>
    <div class="opened-sides">
      <dl>
        ${dutiesOf(opened).map(
          ({ name, active, says }) => html`<div class=${active ? 'on' : nothing}>
            <dt>${active ? '●' : '○'} ${name}</dt>
            <dd>${says}</dd>
          </div>`,
        )}
      </dl>
      <div>
        <p class="legs-title">Its messages, and when each was sent:</p>
        <ol class="legs" aria-label="messages of this write">
          ${legs.map(legRow)}
          ${outcome === 'ok' ? html`<li><span>${formatMs(tookMs ?? 0)}</span> <b>${formatName(writer)}</b> knows that it is saved</li>` : nothing}
        </ol>
        ${up ? nothing : html`<p class="legs-title">${onlyWords(name)}</p>`}
      </div>
    </div>
  </div>`;
}

/** @param {string} name of a machine that does not answer */
export const onlyWords = (name) =>
  `This call names its machine: it asks ${name} and nobody else. The clients’ other calls try another machine then.`;

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
