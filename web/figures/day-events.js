// What happens in the bad day, in words, read off its scenario's actions; an hour of the day is a minute of the run.
import { capital, formatList, formatMs, formatName } from '../ui/format.js';
import { dayActions, dayMachines, hourMs } from './day-parts.js';

/** @typedef {{do: string, at_ms: number, node?: string, ms?: number, loss?: number, skew_ms?: number, key?: string, client?: string, groups?: string[][]}} Done */
/** @typedef {{hour: number, at: string, says: string, fault: boolean}} DayEvent */

/** @returns {DayEvent[]} */
export function dayEvents() {
  const all = /** @type {Done[]} */ (dayActions);
  /** Faults of one kind in one moment are one event; the calls about settings are one, too. @type {Map<string, Done[]>} */
  const events = new Map();
  for (const action of all) {
    const key = action.key ? 'calls' : JSON.stringify([action.do, action.at_ms]);
    events.set(key, [...(events.get(key) ?? []), action]);
  }
  return [...events.values()].map((actions) => {
    const hour = actions[0].at_ms / hourMs;
    return { hour, at: clockOf(hour), says: sentenceOf(actions), fault: !actions[0].key };
  });
}

/** 18:12 of the day. @param {number} hour */
function clockOf(hour) {
  const minutes = Math.round(hour * 60);
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** @param {Done[]} actions */
function sentenceOf(actions) {
  const [first] = actions;
  const who = formatList(actions.map(({ node }) => formatName(node ?? '')));
  const one = actions.length === 1;
  switch (first.do) {
    case 'crash':
      return `${who} ${one ? 'loses' : 'lose'} power${one ? '' : ', both at once'}.`;
    case 'restart':
      return `${who} ${one ? 'is' : 'are'} back.`;
    case 'partition':
      return cutWords(first.groups ?? []);
    case 'heal':
      return 'The cable is mended.';
    case 'slow':
      return first.ms
        ? `${who} takes everything ${formatMs(first.ms)} late.`
        : `${who} is as quick as before.`;
    case 'skew':
      return first.skew_ms
        ? `The clock of ${who} is ${formatMs(first.skew_ms)} ahead.`
        : `The clock of ${who} is right again.`;
    case 'set':
      return first.loss
        ? `The network loses one message in ${Math.round(1 / first.loss)}.`
        : 'It loses no more messages.';
    default:
      return settingsWords(actions);
  }
}

/** @param {string[][]} groups */
function cutWords(groups) {
  const machines = groups.flat().filter((name) => !/^c\d/.test(name)).length;
  if (machines < dayMachines) throw new Error('a machine is on no side');
  if (groups.every((group) => group.every((name) => !/^c\d/.test(name)))) {
    return `${formatList(groups[0])} loses its cable to the other machines; clients still reach it.`;
  }
  const sides = groups.map((group) => formatList(group.map(formatName)));
  return `A cable is cut: ${sides.join(' on one side, ')} on the other.`;
}

/** @param {Done[]} actions */
function settingsWords(actions) {
  const keys = new Set(actions.map(({ key }) => key)).size;
  const [writes, reads] = ['put', 'get'].map((verb) => actions.filter(({ do: what }) => what === verb));
  const [first, second] = writes;
  const later = formatMs(second.at_ms - first.at_ms);
  return `${capital(formatName(first.client ?? ''))} saves a setting; ${formatName(reads[0].client ?? '')} reads it, and saves another, ${later} after the first. So with ${keys} settings.`;
}
