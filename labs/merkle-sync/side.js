// The side panel: four rows of choices, what they promise, and two folds for the rest. While the first question is on, it
// says how to read the stage.
import { html, nothing } from 'lit';
import { group } from '../../web/ui/format.js';
import { handLeaves } from './hand.js';
import { mostKeys, pastWords } from './past.js';
import { choices, kinds, promise } from './settings.js';
import { isByHand } from './stage.js';

/** @import { Drift } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */
/** @import { Past } from './past.js' */
/** @import { Settings } from './settings.js' */

/** @param {Lab} lab */
export function side(lab) {
  if (lab.assignment.challenge && !lab.deepHand) return freeInChallenge(lab);
  if (lab.phase !== 'free') return legend(lab);
  const { settings, shown } = lab;
  return html`<section class="side" aria-label="Settings">
    ${row(lab, 'keys', 'keys')}
    ${row(lab, 'differ', 'keys that differ', (n) => n > settings.keys)}
    ${row(lab, 'fanOut', 'children of a node')}
    ${row(lab, 'leafKeys', 'keys in a leaf, at most')}
    <p class="promise">${shown ? promise(shown.settings, shown.tree) : ' '}</p>
    <details>
      <summary>Make them differ</summary>
      ${segment(
        'where',
        [
          [false, 'spread'],
          [true, 'in one stretch'],
        ],
        settings.clustered,
        (clustered) => lab.set({ clustered }),
      )}
      <fieldset class="kinds"><legend>how, in turn</legend>
        ${kinds.map(([kind, name, says]) => kindBox(lab, kind, name, says))}
      </fieldset>
      <div class="stories"><b>a story</b>
        ${pastButton(lab, 'away', 'B was down for hours')} ${pastButton(lab, 'disk', 'B’s disk was replaced')}
        <button class="btn small" @click=${() => lab.set(apart(settings))}>They could not reach each other</button>
        <button class="btn small" @click=${() => lab.set(neverCopied(settings))}>A stretch was never copied</button>
      </div>
      ${shown?.settings.past ? html`<p class="hint">${pastWords(shown.settings.past, shown.settings.keys)}</p>` : nothing}
      <p class="hint">By hand: choose <em>change</em> beside a key of the leaf that lies open under the trees.</p>
    </details>
    <details>
      <summary>The link and the hash</summary>
      ${row(lab, 'rttMs', 'round trip, ms')} ${row(lab, 'mbps', 'bandwidth, Mbit/s')} ${row(lab, 'hash', 'bytes in a hash')} ${row(lab, 'writes', 'writes on either side meanwhile')} ${row(lab, 'versions', 'of two that were written apart, keep')}
    </details>
  </section>`;
}

/** What a challenge leaves free; the rest says what it is. @param {Lab} lab */
function freeInChallenge(lab) {
  const { challenge } = lab.assignment;
  const { settings, shown } = lab;
  const one = (/** @type {keyof typeof choices} */ name, /** @type {string} */ title) =>
    challenge?.frees(name)
      ? row(lab, name, title, (n) => name === 'differ' && n > settings.keys)
      : html`<p class="locked"><b>${title}</b> ${settings[name] === null ? nothing : locked(settings, name)}</p>`;
  return html`<section class="side" aria-label="Settings">
    ${one('keys', 'keys')} ${one('differ', 'keys that differ')}
    ${challenge?.frees('differ') ? exactly(lab) : nothing}
    ${one('fanOut', 'children of a node')} ${one('leafKeys', 'keys in a leaf, at most')}
    <p class="promise">${shown ? promise(shown.settings, shown.tree) : ' '}</p>
    ${challenge?.frees('versions') ? one('versions', 'of two that were written apart, keep') : nothing}
    ${one('rttMs', 'round trip, ms')}
    ${settings.writes > 0 ? one('writes', 'writes on either side meanwhile') : nothing}
  </section>`;
}

/** What is chosen, for reading. @param {Settings} settings @param {keyof typeof choices} name */
function locked(settings, name) {
  const words = /** @type {readonly (readonly [unknown, string])[]} */ (choices[name]).find(
    ([value]) => value === settings[name],
  )?.[1];
  return name === 'keys' || words === undefined ? group(Number(settings[name])) : words;
}

/** Any number of keys that differ. @param {Lab} lab */
function exactly(lab) {
  const { settings } = lab;
  return html`<label class="exactly">or exactly <input class="field" type="number" min="0" max=${settings.keys} .value=${String(settings.differ)}
    @change=${(/** @type {any} */ event) => {
      const differ = Math.round(Number(event.target.value || Number.NaN));
      if (differ >= 0 && differ <= settings.keys) lab.set({ differ });
      else event.target.value = String(settings.differ);
    }} /></label>`;
}

/** Both sides took writes meanwhile, some of them of the same key. @param {Settings} settings @returns {Partial<Settings>} */
const apart = ({ keys }) => ({
  kinds: ['missing', 'stale', 'concurrent'],
  clustered: false,
  differ: keys > 1024 ? 1000 : 10,
});

/** @param {Settings} settings @returns {Partial<Settings>} */
const neverCopied = ({ keys }) => ({ kinds: ['missing'], clustered: true, differ: keys > 1024 ? 1000 : 10 });

/** What happened to one side alone. @param {Lab} lab @param {Past} past @param {string} words */
function pastButton(lab, past, words) {
  const { settings } = lab;
  const keys = Math.min(settings.keys, mostKeys[past]);
  return html`<button class="btn small" aria-pressed=${settings.past === past ? 'true' : 'false'}
    @click=${() => lab.set({ past, keys, differ: 0 })}>${words}</button>`;
}

/** None of a row's choices is the one that holds. @param {Settings} settings @param {keyof typeof choices} name */
const isOther = ({ depth, past }, name) =>
  (name === 'leafKeys' && depth !== null) || (name === 'differ' && past !== null);

/**
 * @param {Lab} lab
 * @param {keyof typeof choices} name
 * @param {string} title
 * @param {(value: any) => boolean} [off]
 */
function row(lab, name, title, off) {
  return segment(
    title,
    /** @type {any} */ (choices[name]),
    isOther(lab.settings, name) ? null : lab.settings[name],
    (value) => lab.set({ [name]: value }),
    off,
  );
}

/**
 * @template Value
 * @param {string} title
 * @param {readonly (readonly [Value, string])[]} list
 * @param {Value} chosen
 * @param {(value: Value) => void} choose
 * @param {(value: Value) => boolean} [off]
 */
function segment(title, list, chosen, choose, off = () => false) {
  return html`<div class="seg" role="group" aria-label=${title}>
    <b aria-hidden="true">${title}</b>
    <div>${list.map(
      ([value, words]) =>
        html`<button aria-pressed=${value === chosen ? 'true' : 'false'} ?disabled=${off(value)} @click=${() => choose(value)}>${words}</button>`,
    )}</div>
  </div>`;
}

/** @param {Lab} lab @param {Drift} kind @param {string} name @param {string} says */
function kindBox(lab, kind, name, says) {
  const { kinds: chosen } = lab.settings;
  const on = chosen.includes(kind);
  return html`<label title=${says}><input type="checkbox" .checked=${on} ?disabled=${on && chosen.length === 1}
    @change=${() => lab.set({ kinds: kinds.map(([one]) => one).filter((one) => (one === kind ? !on : chosen.includes(one))) })} />
    ${name}</label>`;
}

/** How to read what is on the stage. @param {Lab} lab */
function legend(lab) {
  const { hand } = lab;
  return html`<section class="side" aria-label="How to read this">
    ${
      lab.deepHand
        ? html`<p class="says">${group(lab.settings.keys)} keys on each side, and a tree of ${lab.deepHand.depth} levels. Somewhere below the roots ${lab.assignment.challenge?.sought === 2 ? 'two keys differ' : 'one key differs'}. A level opens where a node differs.</p>`
        : isByHand(lab)
          ? html`${
              lab.phase === 'zoom' || lab.phase === 'zoomed'
                ? nothing
                : html`<dl class="tally">
            <div><dt>ranges that may be the one</dt><dd>${hand.left}<small> of ${handLeaves}</small></dd></div>
          </dl>`
            }
          <p class="says">Two replicas hold 16 keys each, in ${handLeaves} ranges of the ring. A hash stands for everything below it: equal hashes, equal keys.</p>`
          : html`<p class="says">Each row is one level of both trees: A’s hashes above, B’s below, the wire between. Only the children of what differs are asked for; the rest stays empty.</p>`
    }
    <ul class="signs">
      ${isByHand(lab) || lab.deepHand ? html`<li><i class="sign-box">?</i> face down</li>` : html`<li><i class="sign-box is-flight">▴</i> on its way to A</li>`}
      <li><i class="sign-box">=</i> equal, so all below it is</li>
      <li><i class="sign-box is-stale">≠</i> differs, so something below it does</li>
      ${isByHand(lab) ? html`<li><i class="sign-box is-out"></i> ruled out</li>` : nothing}
    </ul>
    ${!isByHand(lab) && !lab.deepHand && lab.shown ? html`<p class="says">${promise(lab.shown.settings, lab.shown.tree)}</p><p class="says">${group(lab.shown.tree.leaves)} leaves, ${group(lab.shown.settings.keys)} keys.</p>` : nothing}
  </section>`;
}
