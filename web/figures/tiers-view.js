// Fig 6-3's picture: a pure function from what is known to the figure's frame.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { formatMs, formatShare, group } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { decades, drawAsked, drawHeld, drawRecovery } from './tiers-drawing.js';
import { calls, disks, held, hitRateIn, keys, safeties, timesFaster, traffics } from './tiers-measure.js';
import { diskWords, memoryWords, rate, tiersNews } from './tiers-words.js';

/** @import { TiersReport } from '../engine/engine.d.ts' */
/** @import { Setting } from './tiers-measure.js' */

/** @typedef {'on' | 'off' | 'back'} Phase of the plug: in, out, in again */

/**
 * @typedef {object} TiersPicture
 * @property {boolean} live
 * @property {Setting} setting
 * @property {Phase} phase
 * @property {TiersReport | null} report of this setting and phase; null: it is being run
 * @property {number} progress of that run, 0..1
 */

/**
 * @typedef {object} TiersControls
 * @property {(wish: Partial<Setting>) => void} set
 * @property {(phase: Phase) => void} plug
 */

/** @type {TiersControls} */
export const noControls = { set() {}, plug() {} };

const bins = 100;
const nobody = Array(bins).fill(0);

/** @type {Record<string, string>} */
const words = {
  zipf: 'skewed',
  even: 'even',
  each: 'each write',
  hundred: 'every 100',
  none: 'no log',
  ssd: 'SSD',
  hdd: 'hard disk',
};

/** @param {TiersPicture} picture @param {TiersControls} controls */
export function tiersFrame(picture, controls) {
  return {
    caption: 'Fig 6-3 · the lid over the busiest keys',
    look: 'Pull the lid to the right: it is the memory, and covers as many keys as it has room for. Watch the share of the reads that it answers. Then pull the plug.',
    body: html`
      ${panel(picture, controls)}
      <p class="news" role="status" data-tone=${picture.phase === 'off' && picture.report ? 'failed' : 'plain'}>${tiersNews(picture)}</p>
      <div class="tiers-stage" aria-busy=${String(picture.report === null)}>
        ${chart(picture, controls)}
        ${numbers(picture)}
      </div>
      ${picture.phase === 'back' && picture.report ? recovery(picture.report) : nothing}
      ${machines(picture)}`,
    twin: twin(picture),
  };
}

/** @param {TiersPicture} picture @param {TiersControls} controls */
function panel({ live, setting, phase }, controls) {
  return html`<div class="tiers-panel">
    <div class="row">
      ${choice('traffic', traffics, setting.traffic, live, (traffic) => controls.set({ traffic }))}
      ${choice('log synced at', safeties, setting.safety, live, (safety) => controls.set({ safety }))}
      ${choice('disk', disks, setting.disk, live, (disk) => controls.set({ disk }))}
      <button type="button" class=${`btn plug ${phase === 'on' && held(setting) === 0 ? '' : 'primary'}`} ?disabled=${!live} @click=${() => controls.plug(next[phase].phase)}>${next[phase].word}</button>
    </div>
  </div>`;
}

/** @type {Record<Phase, {phase: Phase, word: string}>} */
const next = {
  on: { phase: 'off', word: 'pull the plug' },
  off: { phase: 'back', word: 'plug it in again' },
  back: { phase: 'on', word: 'back to before' },
};

/**
 * @template {string} T
 * @param {string} label
 * @param {readonly T[]} list
 * @param {T} chosen
 * @param {boolean} live
 * @param {(one: T) => void} choose
 */
function choice(label, list, chosen, live, choose) {
  return html`<div class="switch" role="group" aria-label=${label}>
    <span aria-hidden="true">${label}</span>
    <div class="segmented">
      ${list.map(
        (one) =>
          html`<button type="button" ?disabled=${!live} aria-pressed=${String(one === chosen)} @click=${() => choose(one)}>${words[one]}</button>`,
      )}
    </div>
  </div>`;
}

/** What is where: shares of each hundredth of the keys. @param {TiersPicture} picture */
export function lanesOf({ phase, report }) {
  const unknown = Array(bins).fill(null);
  if (!report) return { memory: unknown, disk: unknown, lost: nobody };
  const perBin = report.keys / bins;
  const shares = (/** @type {number[]} */ counts) => counts.map((count) => count / perBin);
  const lost = phase === 'on' ? nobody : (report.crash?.lost ?? nobody);
  if (phase === 'off') return { memory: nobody, disk: shares(report.crash?.logged ?? nobody), lost };
  return { memory: shares(report.held), disk: shares(report.logged), lost };
}

/** The lid's handle stands above its edge: both are as far from the left as memory reaches. @param {TiersPicture} picture @param {TiersControls} controls */
function lidDial({ live, setting }, controls) {
  const noLog = setting.safety === 'none';
  const memory = held(setting);
  return html`<label class="lane-name" for="tiers-memory">the lid</label>
    <output class="lid-is">${memoryWords(memory)}</output>
    <div class="dial">
      <input
        id="tiers-memory"
        type="range"
        min="0"
        max="100"
        step="1"
        .value=${String(memory)}
        value=${memory}
        ?disabled=${!live || noLog}
        aria-valuetext=${memoryWords(memory)}
        @input=${(/** @type {Event} */ event) =>
          controls.set({ memory: Number(/** @type {HTMLInputElement} */ (event.target).value) })}
      />
    </div>
    ${noLog ? html`<p class="note">Without a log there is no disk to hold the rest: the lid is at its end.</p>` : nothing}`;
}

/** @param {TiersPicture} picture @param {TiersControls} controls */
function chart(picture, controls) {
  const { report, setting, phase, progress } = picture;
  const { memory, disk, lost } = lanesOf(picture);
  const asked = report?.asked ?? nobody;
  const perBin = ((report?.keys ?? keys) / bins) * (phase === 'on' ? 1 : 2);
  const lane = (/** @type {string} */ name, /** @type {string} */ drawing) =>
    html`<b class="lane-name">${name}</b><div class="lane-strip">${unsafeHTML(drawing)}</div>`;
  return html`<div class=${`tiers-chart ${phase}`}>
    ${lidDial(picture, controls)}
    <p class="note above">reads of one key${report ? ` in ${group(report.reads + report.writes)} calls` : ''}, on average; each line is ten times the one below</p>
    <ol class="height" aria-hidden="true">${decades.map((at, index) => html`<li class=${`at-${index}`}>${at}</li>`)}</ol>
    <div class="strip" role="img" aria-label=${describe(picture)}>
      ${unsafeHTML(drawAsked(asked, perBin, held(setting)))}
      ${report ? nothing : html`<p class="computing">running: ${Math.round(100 * progress)} %</p>`}
    </div>
    <p class="ends"><span>← asked for most</span><span>each bar is ${group(keys / bins)} keys</span><span>least →</span></p>
    ${lane('values in memory', drawHeld(memory))}
    ${lane(diskWords(setting), drawHeld(disk, lost))}
    ${lost.some((count) => count > 0) ? html`<p class="note failed">✕ the bars across it: keys with a write that is lost</p>` : nothing}
  </div>`;
}

/** @param {TiersPicture} picture */
function describe({ setting, phase, report }) {
  if (!report) return 'A strip of all keys; it is being measured.';
  const first = formatShare(report.asked[0], report.reads);
  const values = phase === 'off' ? 0 : report.in_memory;
  return `A strip of ${group(report.keys)} keys, the most asked for at the left: the first hundredth of them has ${first} of the reads. A lid covers ${held(setting)} % of them. In memory are ${group(values)} values.`;
}

/** @param {TiersPicture} picture */
function numbers({ report, phase }) {
  const rows = phase === 'back' ? backRows(report) : onRows(phase === 'off' ? null : report);
  const without = phase === 'off' && report ? 'no answer' : '…';
  return html`<dl class="tiers-numbers">
    ${rows.map(
      ([name, value, note]) =>
        html`<div class=${note && value ? note : ''}><dt>${name}</dt><dd>${value ?? html`<span class=${without === '…' ? 'hush' : 'failed'}>${without}</span>`}</dd></div>`,
    )}
  </dl>`;
}

/** @param {number | null | undefined} ms */
const time = (ms) =>
  ms === null || ms === undefined ? null : ms < 0.01 ? `${Math.round(ms * 1000)} µs` : formatMs(ms);

/** @param {TiersReport | null} report @returns {[string, string | null, string?][]} */
function onRows(report) {
  const faster = report && timesFaster(report);
  return [
    ['reads from memory', report && formatShare(report.hits, report.reads), 'first'],
    ['median read', time(report?.read_ms.p50)],
    ['p99 read', time(report?.read_ms.p99)],
    ['average read', time(report?.read_mean_ms)],
    ['against no memory', report && (faster ? `${faster.toFixed(1)} × as fast` : 'no read went there')],
    ['median write', time(report?.write_ms.p50)],
  ];
}

/** @param {TiersReport | null} report @returns {[string, string | null, string?][]} */
function backRows(report) {
  const crash = report?.crash;
  const half = (report?.window_hits.length ?? 0) / 2;
  return [
    ['no answer for', crash ? time(crash.restart_ms) : null, 'first'],
    ['acknowledged writes lost', crash ? group(crash.writes_lost) : null],
    ['keys that are gone', crash ? group(crash.keys_gone) : null],
    ['hits before the plug', report && rate(hitRateIn(report, 0, half))],
    ['just after it', report && rate(hitRateIn(report, half, half + 1))],
    [`${group(calls)} calls later`, report && rate(hitRateIn(report, 2 * half - 1, 2 * half))],
  ];
}

/** @param {TiersReport} report */
function recovery(report) {
  return html`<div class="tiers-back">
    <p class="lane-name">hits, over ${group(2 * calls)} calls; the plug was pulled in the middle</p>
    <div class="rates"><span>all</span><span>none</span></div>
    <div class="lane-strip">${unsafeHTML(drawRecovery(report))}</div>
  </div>`;
}

/** What one machine cannot do. @param {TiersPicture} picture */
function machines({ phase }) {
  const off = phase === 'off';
  return html`<ul class="tiers-machines">
    <li class=${off ? 'failed' : ''}><i aria-hidden="true">${off ? '✕' : '●'}</i> this machine: ${off ? 'off, and nobody answers' : 'answers'}</li>
    <li class="absent"><i aria-hidden="true">○</i> a second machine: ${off ? 'it could answer now, and there is none.' : 'there is none.'} <a href="../02-cap-theorem/">What two must agree on</a></li>
  </ul>`;
}

/** @param {TiersPicture} picture */
function twin(picture) {
  const { report, setting, phase } = picture;
  const { memory, lost } = lanesOf(picture);
  const step = bins / 10;
  const sum = (/** @type {(number | null)[]} */ list, /** @type {number} */ at) =>
    list.slice(at, at + step).reduce((/** @type {number} */ all, one) => all + (one ?? 0), 0);
  return tableTwin({
    caption: `The strip in tenths: ${memoryWords(held(setting))}, ${words[setting.traffic]} traffic, ${phase === 'off' ? 'the plug out' : 'the plug in'}`,
    columns: ['keys, most asked for first', 'share of the reads', 'values in memory', 'values lost'],
    rows: report
      ? Array.from({ length: 10 }, (_, tenth) => [
          `${10 * tenth} to ${10 * (tenth + 1)} %`,
          formatShare(sum(report.asked, tenth * step), report.reads),
          formatShare(sum(memory, tenth * step), step),
          group(sum(lost, tenth * step)),
        ])
      : [],
    empty: 'It is being measured.',
  });
}
