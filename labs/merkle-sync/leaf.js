// The leaf that lies open: its keys, what each side holds, and the way a value moves. Here a reader changes one side by
// hand.
import { html, nothing } from 'lit';
import { formatBytes, group } from '../../web/ui/format.js';

/** @import { KeysBelow, KeyVersion } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */
/** @import { Ui } from './ui.js' */

const mostShown = 6;

/** @param {Lab} lab @param {Ui} ui */
export function leafKeys(lab, ui) {
  const { leaf } = lab;
  if (!leaf) return nothing;
  const keys = ranked(leaf.keys);
  const more = leaf.keys.count - Math.min(mostShown, keys.length);
  return html`<div class="leaf" role="region" aria-label="Keys of a leaf that differs" tabindex="0">
    <table>
      <caption>Leaf ${group(leaf.index + 1)} of level ${leaf.level}: ${leaf.keys.count === 1 ? '1 key' : `${group(leaf.keys.count)} keys`}</caption>
      <thead><tr><th scope="col">key</th><th scope="col">A</th><th scope="col"><span class="visually-hidden">the value moves</span></th><th scope="col">B</th>${lab.phase === 'free' ? html`<th scope="col">by hand</th>` : nothing}</tr></thead>
      <tbody>
        ${keys.slice(0, mostShown).map((one, at) => {
          const { sign, says } = wayOf(one);
          return html`<tr class=${says === 'equal' ? '' : 'is-different'}>
            <th scope="row">${shortKey(one.key)}</th>
            <td>${versions(one.a)}</td>
            <td class="way"><span aria-hidden="true">${sign}</span><span class="visually-hidden">${says}</span></td>
            <td>${versions(one.b)}</td>
            ${lab.phase === 'free' ? html`<td>${hands(lab, ui, one, at)}</td>` : nothing}
          </tr>`;
        })}
      </tbody>
    </table>
    ${more > 0 ? html`<p class="more">and ${group(more)} more, sent with it</p>` : nothing}
  </div>`;
}

/** @typedef {KeysBelow['keys'][number]} LeafKey */

/** Those that differ come first. @param {KeysBelow} below */
const ranked = ({ keys }) =>
  [...keys].sort((a, b) => Number(wayOf(a).says === 'equal') - Number(wayOf(b).says === 'equal'));

/** The way a value moves, from what the two sides hold and what they hold together. @param {LeafKey} key */
export function wayOf({ a, b, joined }) {
  const [inA, inB, inBoth] = [a, b, joined].map((all) =>
    all
      .map(({ op }) => op)
      .sort()
      .join(),
  );
  if (inA === inB) return { sign: '=', says: 'equal' };
  if (inA === inBoth) return { sign: '→', says: 'from A to B' };
  if (inB === inBoth) return { sign: '←', says: 'from B to A' };
  return { sign: '◇', says: 'both are kept' };
}

/** @param {LeafKey['key']} key */
const shortKey = (key) => formatBytes(key).replace(/^0x/, '').slice(0, 8);

/** @param {KeyVersion[]} all */
function versions(all) {
  if (all.length === 0) return html`<span class="absent">never had it</span>`;
  return all
    .map(({ value }) => (value === null ? 'deleted' : formatBytes(value).replace(/\.+$/, '')))
    .join(' + ');
}

/** @param {Lab} lab @param {Ui} ui @param {LeafKey} one @param {number} at */
function hands(lab, ui, { key }, at) {
  if (ui.hand.key !== at) {
    return html`<button class="link" @click=${() => ui.set({ hand: { ...ui.hand, key: at } })} aria-label="Change ${shortKey(key)}">change</button>`;
  }
  const { side } = ui.hand;
  const done = () => ui.set({ hand: { ...ui.hand, key: -1 } });
  return html`<span class="hands">
    <button class="btn small" aria-label="On the other side than ${side}" @click=${() => ui.set({ hand: { ...ui.hand, side: side === 'A' ? 'B' : 'A' } })}>on ${side}</button>
    ${
      /** @type {const} */ (['put', 'delete', 'forget']).map(
        (verb) =>
          html`<button class="btn small" @click=${() => {
            done();
            lab.edit(
              verb === 'put'
                ? { side, do: verb, key, value: `by hand ${lab.settings.edits.length + 1}` }
                : { side, do: verb, key },
            );
          }}>${verb}</button>`,
      )
    }
  </span>`;
}
