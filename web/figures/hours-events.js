// What happens in an hour of Fig 6-10, in words, read off its scenario's actions.
import { formatList, formatName } from '../ui/format.js';
import { actionsOf, machinesOf } from './hours-parts.js';

/** @import { Hour } from './hours-parts.js' */

/** @typedef {{minute: number, at: string, says: string, fault: boolean}} HourEvent */

/** @typedef {{do: string, at_ms?: number, node?: string, ms?: number, loss?: number, key?: string, client?: string, groups?: string[][]}} Done */

/** @param {Hour} hour @returns {HourEvent[]} */
export function eventsOf(hour) {
  const all = /** @type {Done[]} */ (actionsOf(hour));
  /** What belongs together, in the list's order. @type {{key: string, actions: Done[]}[]} */
  const groups = [];
  for (const action of all) {
    const key = groupOf(action);
    const last = groups.find((group) => group.key === key);
    if (last) last.actions.push(action);
    else groups.push({ key, actions: [action] });
  }
  return groups.flatMap(({ actions }) => {
    const says = sentenceOf(actions, machinesOf(hour).length, hour);
    const ms = actions[0].at_ms ?? 0;
    return says ? [{ minute: ms / 60_000, at: clockOf(ms), says, fault: !actions[0].key }] : [];
  });
}

/** Faults of one kind in one moment are one event; so are calls about keys of one kind. @param {Done} action */
function groupOf({ do: what, at_ms, key, loss, ms }) {
  return key ? `call ${key.replace(/\d+/, '#')}` : [what, at_ms, loss, ms].join(' ');
}

/** 26:00, minutes and seconds of the hour; 35:59.6 where it is no whole second. @param {number} ms */
function clockOf(ms) {
  const tenths = Math.floor(ms / 100);
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  const part = tenths % 10 === 0 ? '' : `.${tenths % 10}`;
  return `${two(Math.floor(tenths / 600))}:${two(Math.floor(tenths / 10) % 60)}${part}`;
}

/** @param {Done[]} actions @param {number} machines @param {Hour} hour */
function sentenceOf(actions, machines, hour) {
  const [first] = actions;
  const nodes = actions.map(({ node }) => node ?? '');
  const who = nodes.length === machines ? 'all machines' : formatList(nodes);
  const be = nodes.length === 1 ? 'is' : 'are';
  switch (first.do) {
    case 'crash':
      return nodes.length === machines
        ? 'The power fails in the whole room.'
        : `${who} ${nodes.length === 1 ? 'loses' : 'lose'} power.`;
    case 'restart':
      return `${who.replace(/^a/, 'A')} ${be} back.`;
    case 'partition':
      return `A cable is cut: ${(first.groups ?? []).map(sideOf).join(' on one side, ')} on the other.`;
    case 'heal':
      return 'The cable is mended.';
    case 'set':
      return first.loss ? 'The network loses one message in five.' : 'It loses no more messages.';
    case 'slow':
      return first.ms ? `${who} takes everything late, by ${first.ms} ms.` : '';
    case 'leave':
      return `${who} is worn out, and leaves for good.`;
    default:
      return callsOf(actions, hour);
  }
}

/** @param {string[]} group */
const sideOf = (group) => formatList(group.map(formatName));

/** @param {Done[]} actions @param {Hour} hour */
function callsOf(actions, hour) {
  const [{ key = '' }] = actions;
  const puts = actions.filter(({ do: what }) => what === 'put').length;
  if (key.startsWith('cart:')) {
    return hour === 'bad'
      ? 'Clients 1 and 2 change the cart, one on each side.'
      : 'Clients 1 and 2 change the cart, one after the other.';
  }
  if (key.startsWith('session:'))
    return `Client 1 turns ${puts} pages: writes its session, and reads it at once.`;
  if (key.endsWith(':theme')) return `${puts} settings are saved within a second, and not read again.`;
  return `Somebody asks for ${actions.length} keys that were never there.`;
}
