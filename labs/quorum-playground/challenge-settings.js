// What a challenge leaves free besides N, W and R: each setting with what it may be, in words. A choice replays the run
// from its start with the same luck.
import { html, nothing } from 'lit';

/** @import { Scenario } from '../../web/engine/engine.d.ts' */
/** @import { ChallengeRun } from './challenge-run.js' */
/** @import { Lab } from './lab.js' */

/** @typedef {Record<string, unknown>} Cluster */

/**
 * @typedef {object} Setting
 * @property {string} label
 * @property {{name: string, text: string}[]} choices
 * @property {(cluster: Cluster) => string} chosen   the name of the one that holds
 * @property {(cluster: Cluster, name: string) => Cluster} choose
 */

/**
 * A field of the cluster with a few values.
 * @param {string} field
 * @param {string} label
 * @param {string} otherwise  what it is where a scenario does not say
 * @param {[string, string][]} choices
 * @returns {Setting}
 */
const oneOf = (field, label, otherwise, choices) => ({
  label,
  choices: choices.map(([name, text]) => ({ name, text })),
  chosen: (cluster) => String(cluster[field] ?? otherwise),
  choose: (cluster, name) => ({ ...cluster, [field]: name }),
});

/** @type {Setting} */
const writeBack = {
  label: 'Write-back: a read puts what it returns on W copies before it answers',
  choices: [
    { name: 'false', text: 'off' },
    { name: 'true', text: 'on' },
  ],
  chosen: (cluster) => String(cluster.write_back ?? false),
  choose: (cluster, name) => ({ ...cluster, write_back: name === 'true' }),
};

/** So far a clock may be set wrong, in ms. */
const skews = [-20, -10, -5, 0, 5, 10, 20];

/** @typedef {{node: string, skew_ms?: number}} Clock */

/** @param {Cluster} cluster */
const clocksOf = (cluster) => /** @type {Clock[]} */ (cluster.clocks ?? []);

/** @param {string} node @returns {Setting} */
const clock = (node) => ({
  label: `${node}’s clock`,
  choices: skews.map((ms) => ({
    name: String(ms),
    text: ms === 0 ? 'right' : `${Math.abs(ms)} ms ${ms > 0 ? 'ahead' : 'behind'}`,
  })),
  chosen: (cluster) => String(clocksOf(cluster).find((one) => one.node === node)?.skew_ms ?? 0),
  choose: (cluster, name) => {
    const others = clocksOf(cluster).filter((one) => one.node !== node);
    const wrong = Number(name) === 0 ? [] : [{ node, skew_ms: Number(name) }];
    return { ...cluster, clocks: [...others, ...wrong].sort((a, b) => (a.node < b.node ? -1 : 1)) };
  },
});

/** By the place in the scenario that is free; N, W and R have their own controls. @type {Record<string, Setting[]>} */
const settings = {
  '/cluster/read_repair': [
    oneOf('read_repair', 'Read repair: a read mends copies that answered with an older value', 'off', [
      ['off', 'off'],
      ['background', 'after it has answered'],
      ['blocking', 'before it answers'],
    ]),
  ],
  '/cluster/write_back': [writeBack],
  '/cluster/versions': [
    oneOf('versions', 'Which write is newer', 'lww', [
      ['lww', 'by the clock: last write wins'],
      ['logical', 'by a number above all that R copies have'],
      ['dotted', 'by what it had seen: dotted versions'],
    ]),
  ],
  '/cluster/clocks': ['A', 'B', 'C'].map(clock),
};

/** Those of a challenge. @param {ChallengeRun} run */
export const settingsOf = ({ challenge: { free = [] } }) => free.flatMap((place) => settings[place] ?? []);

/** @param {Lab} lab @param {ChallengeRun} run */
export function settingControls(lab, run) {
  const cluster = run.cluster;
  const own = settingsOf(run);
  if (own.length === 0 || !cluster) return nothing;
  return html`<div class="challenge-settings">
    ${own.map(
      (setting) => html`<label>${setting.label}
        <select @change=${(/** @type {Event} */ event) =>
          choose(lab, setting, /** @type {HTMLSelectElement} */ (event.currentTarget).value)}>
          ${setting.choices.map(
            ({ name, text }) =>
              html`<option value=${name} ?selected=${name === setting.chosen(cluster)}>${text}</option>`,
          )}
        </select></label>`,
    )}
  </div>`;
}

/** The same luck from the start, with this setting. @param {Lab} lab @param {Setting} setting @param {string} name */
function choose(lab, setting, name) {
  return lab.guard(async () => {
    const scenario = /** @type {Scenario} */ (await lab.run?.scenario());
    const cluster = setting.choose(/** @type {Cluster} */ (scenario.cluster ?? {}), name);
    const { text } = setting.choices.find((one) => one.name === name) ?? { text: name };
    await lab.replayAs({ ...scenario, cluster }, `The same luck again. ${setting.label}: ${text}.`);
  });
}
