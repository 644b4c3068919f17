// The goals as line drawings, in the ink of the card.
import { svg } from 'lit';

/** @type {Record<string, unknown>} */
const drawings = {
  '01': svg`<rect x="34" y="18" width="52" height="24" rx="4" /><path d="M34 18v-6M86 18v-6M34 9h52" stroke-dasharray="2 3" />`,
  '02': svg`<rect x="10" y="14" width="28" height="32" rx="3" /><rect x="46" y="14" width="28" height="32" rx="3" /><rect x="82" y="14" width="28" height="32" rx="3" /><path class="thin" d="M10 24h28M46 24h28M82 24h28M10 34h28M46 34h28M82 34h28" />`,
  '03': svg`<circle cx="30" cy="30" r="10" /><circle class="gone" cx="60" cy="30" r="10" stroke-dasharray="3 3" /><circle cx="90" cy="30" r="10" /><path class="gone" d="M55 25l10 10M65 25l-10 10" />`,
  '04': svg`<circle cx="60" cy="30" r="22" /><g class="solid"><circle cx="60" cy="8" r="5" /><circle cx="79" cy="41" r="5" /><circle cx="41" cy="41" r="5" /></g>`,
  '05': svg`<rect x="22" y="20" width="20" height="20" rx="3" /><rect x="50" y="20" width="20" height="20" rx="3" /><rect x="78" y="20" width="20" height="20" rx="3" stroke-dasharray="3 3" /><path d="M88 26v8M84 30h8" />`,
  '06': svg`<path d="M20 18h80M20 30h80M20 42h80" /><g class="solid"><circle cx="74" cy="18" r="5" /><circle cx="52" cy="30" r="5" /><circle cx="52" cy="42" r="5" /></g>`,
  '07': svg`<path d="M14 46h18v-10h18v-8h18v-6h18v-4h20" /><circle class="dot" cx="106" cy="18" r="3" />`,
  '08': svg`<path d="M26 30C40 12 80 12 94 30C80 48 40 48 26 30Z" /><circle class="solid" cx="60" cy="30" r="9" /><circle class="dot" cx="60" cy="30" r="3" />`,
};

/** @param {string} number of the goal; 08 is the eighth cell */
export function goalDrawing(number) {
  return drawings[number];
}

/**
 * The machines as boxes, each filled as far as its share of the keys goes, with a line where that was before; who joins
 * is dashed until it has a share.
 * @param {import('../engine/engine.d.ts').RingNode[]} now
 * @param {import('../engine/engine.d.ts').RingNode[]} before
 * @param {string} joiner
 */
export function loadDrawing(now, before, joiner) {
  const shareOf = (/** @type {typeof now} */ nodes, /** @type {string} */ name) =>
    nodes.find((node) => node.name === name)?.share ?? 0;
  const names = [...new Set([...before.map(({ name }) => name), joiner])];
  const top = Math.max(...now.map(({ share }) => share), ...before.map(({ share }) => share));
  const left = 60 - (names.length * 19 - 3) / 2;
  return names.map((name, at) => {
    const height = (/** @type {number} */ share) => (48 * share) / top;
    const [share, was] = [shareOf(now, name), shareOf(before, name)];
    const x = left + at * 19;
    return svg`<rect class=${name === joiner ? 'load joiner' : 'load'} x=${x} y=${54 - height(share)} width="16" height=${height(share)} />
      <rect x=${x} y="6" width="16" height="48" rx="2" stroke-dasharray=${share > 0 ? 'none' : '3 3'} />
      ${was > 0 ? svg`<path class="was" d=${`M${x - 1.5} ${54 - height(was)}h19`} />` : ''}`;
  });
}
