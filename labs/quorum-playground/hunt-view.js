// Looking for a run that breaks a promise: the button, how far the engine is, and what came of it.
import { html, nothing } from 'lit';
import { group } from '../../web/ui/format.js';
import { wordsOf } from '../../web/ui/promises.js';
import { busyClients, huntedSeeds } from './hunt.js';

/** @import { PromiseState } from '../../web/engine/engine.d.ts' */
/** @import { Hunt, InVain } from './hunt.js' */
/** @import { Lab } from './lab.js' */
/** @import { Words } from '../../web/ui/promises.js' */

/**
 * @param {Lab} lab
 * @param {Hunt} hunt
 * @param {Words} words
 * @param {PromiseState} state
 */
export function hunting(lab, hunt, { id, name }, state) {
  // The answer to a challenge is not to be had by pressing a button.
  if (!lab.helps) return nothing;
  const { progress } = hunt;
  if (progress?.promise === id) {
    const says =
      progress.doing === 'search'
        ? `luck ${group(progress.done)} of ${group(progress.total)}`
        : 'found; making it smaller';
    return html`<span class="hunt measuring">
      <progress max=${progress.total || 1} .value=${progress.done} aria-label=${says}></progress>
      <span class="num">${says}</span>
      <button class="btn small" @click=${() => hunt.stop()}>Stop</button>
    </span>`;
  }
  if (hunt.inVain?.promise === id) return inVain(lab, hunt.inVain, name);
  // Calls that do not put it to the test break it with no luck: then busier clients are sent at once.
  const busy = state === 'untested';
  return html`<button class="btn small" aria-label="find a run that breaks it: ${name}" @click=${() => lab.hunt(id, busy)}>find a run that breaks it</button>`;
}

/**
 * Nothing was found, which proves nothing: what was tried, and what may be tried besides.
 * @param {Lab} lab
 * @param {InVain} tried
 * @param {string} name
 */
function inVain(lab, { promise, busy, sure, undecided }, name) {
  const unsure = undecided > 0 ? ` ${group(undecided)} could not be decided.` : '';
  const none = `None of ${group(huntedSeeds)} lucks breaks it${busy ? `, not even with ${busyClients} busy clients` : ''}.${unsure}`;
  if (sure) {
    return html`<span class="hunt in-vain" tabindex="-1">${none} It had to be so: W + R &gt; N, and nothing fails in this run.</span>`;
  }
  if (busy)
    return html`<span class="hunt in-vain" tabindex="-1">${none} That is no proof: other faults might.</span>`;
  return html`<span class="hunt in-vain" tabindex="-1">${none} That is no proof.
    <button class="btn small" aria-label="try with more calls: ${name}" @click=${() => lab.hunt(promise, true)}>try with more calls</button></span>`;
}

/**
 * The task while a run that was found is on the stage.
 * @param {Lab} lab
 */
export function visitBar(lab) {
  const { run } = lab;
  const { found } = lab.detour;
  if (!found || !run) return { text: nothing };
  if (found.with) return switchedBar(lab, found.with);
  const calls = [count(found.writes, 'write'), count(found.reads, 'read')].filter(Boolean).join(', ');
  return {
    text: html`Found with luck number ${found.seed}${found.small ? ' and made smaller' : ''}:
      <b>${calls}</b>, ${count(run.stage.settings.nodes, 'machine')}.
      ${wordsOf(found.promise).broken}`,
    controls: html`<button class="btn primary" @click=${() => lab.detour.comeBack()}>Return to my run</button>`,
  };
}

/**
 * The task while the same run with one switch is on the stage.
 * @param {Lab} lab
 * @param {NonNullable<import('./detour.js').Found['with']>} with_
 */
function switchedBar(lab, { words, from }) {
  const { found } = from;
  return {
    text: html`The same luck and the same calls, with one switch: <b>${words}</b>.`,
    controls: html`
      ${found ? html`<button class="btn primary" @click=${() => lab.guard(() => lab.detour.visit(from.scenario, found))}>Back to the run that broke it</button>` : nothing}
      <button class="btn ${found ? '' : 'primary'}" @click=${() => lab.detour.comeBack()}>Return to my run</button>`,
  };
}

/** @param {number} number @param {string} word */
function count(number, word) {
  if (number === 0) return '';
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
