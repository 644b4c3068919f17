// The wire between clients and one machine: each message in flight is a chip that stands where simulated time says,
// and the answer that counted stays beside the machine when its operation is finished.
// motion.js moves the chips between drawings; here they only say from when to when they travel, and which way.
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { formatBytes, formatName } from '../../web/ui/format.js';
import { glyph } from './glyph.js';
import { answerOf } from './narrate.js';

/** @import { Message, Operation, StageMessage } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */

/**
 * @param {Lab} lab
 * @param {string[]} clients at the outer end
 * @param {string} machine
 * @param {'down' | 'up'} outward which way a request travels on the screen
 */
export function lane(lab, clients, machine, outward) {
  const { run } = lab;
  if (!run) return nothing;
  const flying = run.stage.messages.filter(
    ({ from, to }) =>
      (from === machine && clients.includes(to)) || (to === machine && clients.includes(from)),
  );
  const rest = flying.length > 0 ? nothing : restLabel(lab, clients, machine);
  return html`<div class="lane ${flying.length > 1 ? 'shared' : ''}">
    ${repeat(
      flying,
      ({ id }) => id,
      (message, index) =>
        chip(message, (message.to === machine) === (outward === 'down'), (index + 0.5) / flying.length),
    )}${rest}
  </div>`;
}

/**
 * @param {StageMessage} message
 * @param {boolean} down
 * @param {number} across where it stands in the lane's width, 0 to 1
 */
function chip(message, down, across) {
  const state = message.held ? 'Held on its way' : 'In flight';
  const label = `${state} from ${formatName(message.from)} to ${formatName(message.to)}: ${contents(message)}`;
  return html`<span
    class="chip ${down ? 'down' : 'up'}"
    role="img"
    aria-label=${label}
    data-across=${across}
    data-sent=${message.sent_us}
    data-arrive=${message.arrive_us}
    >${glyph('flight')}<span class="says-what">${contents(message)}</span><span class="left"></span></span
  >`;
}

/** @param {StageMessage} message */
function contents(message) {
  const key = formatBytes(message.key);
  switch (message.kind) {
    case 'write':
      return message.value === null || message.value === undefined
        ? `delete ${key}`
        : `${key} = ${formatBytes(message.value)}`;
    case 'ack':
      return 'I have it';
    case 'read':
      return `${key} ?`;
    case 'response':
      return `${key} is ${answerOf(message)}`;
    default:
      return message.kind;
  }
}

/**
 * @param {Lab} lab
 * @param {string[]} clients
 * @param {string} machine
 */
function restLabel(lab, clients, machine) {
  const { run } = lab;
  if (!run) return nothing;
  const newest = run.operations.filter(({ client }) => clients.includes(client)).at(-1);
  if (!newest) return nothing;
  const own = run.messages.filter(
    ({ op, from, to }) => op === newest.op && (from === machine || to === machine),
  );
  if (newest.answered.includes(machine)) {
    const answer = own.find(({ kind }) => kind === 'response' || kind === 'ack');
    return countedLabel(newest, answer);
  }
  const last = own.at(-1);
  if (last && ['lost', 'cut', 'down'].includes(last.state)) {
    return html`<span class="rest is-failed">${glyph('failed')}dropped</span>`;
  }
  return last?.state === 'delivered' && (last.kind === 'response' || last.kind === 'ack')
    ? html`<span class="rest late">too late to count</span>`
    : nothing;
}

/**
 * @param {Operation} operation
 * @param {Message | undefined} answer
 */
function countedLabel(operation, answer) {
  if (operation.do !== 'get') return html`<span class="rest">${glyph('done')}has it</span>`;
  const value = answer ? answerOf(answer) : '';
  // The answer that the client believed has the colour of the read; an older one counted, but was not believed.
  const believed = value === (operation.found ? formatBytes(operation.value) : 'nothing');
  const shape = believed ? operation.label : null;
  return html`<span class="rest ${shape ? `is-${shape}` : ''}">${shape ? glyph(shape) : nothing}<span class="word">answered </span>${value}</span>`;
}
