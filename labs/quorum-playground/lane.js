// The wire between clients and one machine: each message in flight is a chip that stands where simulated time says,
// and the answer that counted stays beside the machine when its operation is finished.
// motion.js moves the chips between drawings; here they only say from when to when they travel, and which way.
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { formatBytes, formatName } from '../../web/ui/format.js';
import { glyph } from './glyph.js';
import { closeWhenLeft, menuPanel } from './menu.js';
import { answerOf } from './narrate.js';

/** @import { Message, Operation, StageMessage } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */
/** @import { Ui } from './ui.js' */

/**
 * @param {Lab} lab
 * @param {Ui} ui
 * @param {string[]} clients at the outer end
 * @param {string} machine
 * @param {'down' | 'up'} outward which way a request travels on the screen
 */
export function lane(lab, ui, clients, machine, outward) {
  const { run } = lab;
  if (!run) return nothing;
  const flying = run.stage.messages.filter(
    ({ from, to }) =>
      (from === machine && clients.includes(to)) || (to === machine && clients.includes(from)),
  );
  const rest = flying.length > 0 ? nothing : restLabel(lab, clients, machine);
  const open = flying.some(({ id }) => ui.menu === menuOf(id));
  return html`<div class="lane ${flying.length > 1 ? 'shared' : ''} ${open ? 'has-menu' : ''}">
    ${repeat(
      flying,
      ({ id }) => id,
      (message, index) => {
        const down = (message.to === machine) === (outward === 'down');
        return chip(lab, ui, message, down, (index + 0.5) / flying.length);
      },
    )}${rest}
  </div>`;
}

/** @param {number} id */
const menuOf = (id) => `message ${id}`;

/**
 * Where messages can be held, the chip is a button and its menu has the verb.
 * @param {Lab} lab
 * @param {Ui} ui
 * @param {StageMessage} message
 * @param {boolean} down
 * @param {number} across where it stands in the lane's width, 0 to 1
 */
function chip(lab, ui, message, down, across) {
  const { id, from, to, sent_us, arrive_us, held, to_be_held } = message;
  const kind = `chip ${down ? 'down' : 'up'} ${held ? 'is-held' : to_be_held ? 'is-bound' : ''}`;
  const route = `${held ? 'Held on its way' : 'In flight'} from ${formatName(from)} to ${formatName(to)}`;
  const label = `${route}: ${contents(message)}.${to_be_held ? ' It will be held at the door.' : ''}`;
  const face = html`${glyph(held ? 'held' : 'flight')}<span class="says-what">${contents(message)}</span>${
    held || to_be_held
      ? html`<span class="door-word">${held ? 'held' : html`${glyph('held')}<span class="word">door </span>shut`}</span>`
      : html`<span class="left"></span>`
  }`;
  if (!lab.lit.doors) {
    return html`<span class=${kind} role="img" aria-label=${label}
      data-across=${across} data-sent=${sent_us} data-arrive=${arrive_us}>${face}</span>`;
  }
  const name = menuOf(id);
  return html`<span class="messenger" @focusout=${(/** @type {FocusEvent} */ event) => closeWhenLeft(event, ui)}>
    <button class=${kind} aria-haspopup="menu" aria-expanded=${ui.menu === name ? 'true' : 'false'}
      aria-controls="menu-message-${id}" data-across=${across} data-sent=${sent_us} data-arrive=${arrive_us}
      @click=${() => toggleMenu(lab, ui, name)}
      ><span class="visually-hidden">${label} Menu.</span><span class="face" aria-hidden="true">${face}</span></button>
    ${menuPanel(doorMenu(lab, message, name), ui)}
  </span>`;
}

/** @param {Lab} lab @param {Ui} ui @param {string} name */
function toggleMenu(lab, ui, name) {
  lab.player.pause();
  ui.set({ menu: ui.menu === name ? null : name });
}

/**
 * @param {Lab} lab
 * @param {StageMessage} message
 * @param {string} name
 */
function doorMenu(lab, message, name) {
  const { id, to, held, to_be_held } = message;
  const door = `${formatName(to)}’s door`;
  const verb = held || to_be_held ? 'release' : 'hold';
  const spent = lab.challenge?.spent ?? '';
  const notes = {
    hold: `It will wait at ${door} until it is released.`,
    release: held ? 'It is let in at once.' : `It will not wait at ${door}.`,
  };
  return {
    name,
    id: `menu-message-${id}`,
    label: `Message to ${formatName(to)}`,
    verb,
    note: spent || notes[verb],
    disabled: spent !== '',
    act: () => lab.setMessage(message, verb),
  };
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
  const last = own.at(-1);
  const answer = own.find(({ kind }) => kind === 'response' || kind === 'ack');
  // Of a call under way every answer counts that has arrived.
  const counts =
    newest.outcome === 'open' ? answer?.state === 'delivered' : newest.answered.includes(machine);
  if (counts) return countedLabel(newest, answer);
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
