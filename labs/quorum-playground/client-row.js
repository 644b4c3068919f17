// A client: what it asked, what it was told, and in free play its put and get.
import { html, nothing } from 'lit';
import { answersTo } from '../../web/ui/answers.js';
import { failed, formatBytes, formatName, formatTime } from '../../web/ui/format.js';
import { glyph } from './glyph.js';
import { getAction, storyKey } from './scenario.js';

/** @import { Message, Operation } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */
/** @import { Ui } from './ui.js' */

/**
 * @param {Lab} lab
 * @param {Ui} ui
 * @param {string} name
 */
export function clientRow(lab, ui, name) {
  const operation = lab.run?.stage.clients.find((client) => client.name === name)?.op ?? null;
  const { kind, call, told } = operation ? describe(operation, lab.run?.messages ?? []) : idle(lab, name);
  return html`
    <div class="client ${kind}">
      <b>${formatName(name)}</b><span class="call">${call}</span><span class="told">${told}</span>
      ${earlier(lab, name, operation)}
      ${lab.lit.hands ? hands(lab, ui, name) : nothing}
    </div>`;
}

/**
 * Of a run that was found: the calls that break its promise, where the client’s newest one has taken their place.
 * @param {Lab} lab
 * @param {string} name
 * @param {Operation | null} shown
 */
function earlier({ run, detour }, name, shown) {
  const calls = run?.operationsOf(detour.found?.ops ?? []) ?? [];
  return calls
    .filter(({ client, op, outcome }) => client === name && op !== shown?.op && outcome !== 'open')
    .map((call) => describe(call, []))
    .map(
      ({ kind, call, told }) =>
        html`<span class="earlier ${kind}"><span class="call">before: ${call}</span><span class="told">${told}</span></span>`,
    );
}

/**
 * @param {Lab} lab
 * @param {string} name
 */
function idle(lab, name) {
  const next =
    name === 'c2' && (lab.phase === 'ask' || lab.phase === 'reading') && !lab.run?.operationOf(getAction);
  return next
    ? { kind: '', call: `get ${formatBytes(lab.key)}`, told: 'about to read' }
    : { kind: '', call: '', told: 'has asked nothing yet' };
}

/** @param {Operation} operation @param {Message[]} messages of its run; looked at while it is open */
function describe(operation, messages) {
  const key = formatBytes(operation.key);
  const call =
    operation.do === 'put' ? `put ${key} = ${formatBytes(operation.value)}` : `${operation.do} ${key}`;
  if (operation.outcome === 'open') {
    return { kind: 'is-flight', call, told: html`${glyph('flight')}${waiting(operation, messages)}` };
  }
  const at = formatTime(operation.end_us ?? 0);
  if (failed(operation)) {
    const told = operation.outcome === 'refused' ? 'refused' : 'no answer';
    return { kind: 'is-failed', call, told: html`${glyph('failed')}${told}, ${at}` };
  }
  if (operation.do !== 'get')
    return {
      kind: 'is-plain',
      call,
      told: html`${glyph('done')}${operation.do === 'put' ? 'saved' : 'deleted'} at ${at}`,
    };
  const value = operation.found ? formatBytes(operation.value) : 'nothing';
  const { label } = operation;
  return {
    kind: label ? `is-${label}` : 'is-plain',
    call: `${call} → ${value}`,
    told: html`${label ? glyph(label) : nothing}${label ? `${label} read` : 'read'}, ${at}`,
  };
}

/** @param {Operation} operation @param {Message[]} messages */
function waiting(operation, messages) {
  const answers = answersTo(operation, messages);
  if (answers === null) return 'waiting';
  const needed = operation.do === 'get' ? operation.r : operation.w;
  return `waiting: ${answers} of ${needed} ${needed === 1 ? 'answer' : 'answers'}`;
}

/**
 * @param {Lab} lab
 * @param {Ui} ui
 * @param {string} client
 */
function hands(lab, ui, client) {
  const key = ui.drafts[`${client} key`] ?? (typeof lab.key === 'string' ? lab.key : storyKey);
  const value = ui.drafts[`${client} value`] ?? nextValue(lab);
  /** @param {string} field */
  const keep = (field) => (/** @type {any} */ event) =>
    ui.set({ drafts: { ...ui.drafts, [`${client} ${field}`]: event.target.value } });
  const put = (/** @type {Event} */ event) => {
    event.preventDefault();
    const { [`${client} value`]: _used, ...drafts } = ui.drafts;
    ui.set({ drafts });
    lab.request({ do: 'put', client, key, value });
  };
  const who = formatName(client);
  return html`
    <form class="hands" @submit=${put} aria-label="By hand, as ${who}">
      <label><span>key</span><input class="field" .value=${key} size="4" maxlength="200" autocomplete="off" spellcheck="false" @input=${keep('key')} /></label>
      <label><span>value</span><input class="field" .value=${value} size="4" maxlength="400" autocomplete="off" spellcheck="false" @input=${keep('value')} /></label>
      <button class="btn" type="submit" aria-label="put, as ${who}">put</button>
      <button class="btn" type="button" aria-label="get, as ${who}" @click=${() => lab.request({ do: 'get', client, key })}>get</button>
    </form>`;
}

/** A value that nobody has written yet, so that copies can be told apart. @param {Lab} lab */
function nextValue(lab) {
  const puts = lab.run?.operations.filter((operation) => operation.do === 'put').length ?? 0;
  return String(puts + 1);
}
