// Fig 6-12 b's drawing: a pure function from settings and what was found of them to five rows.
import { html, nothing } from 'lit';
import { formatMs, formatShare, group } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { judge, seedsOf, unseen } from './records-grade.js';
import { day, machines, records, settingWords } from './records-settings.js';
import { countSelect, ownerSwitch, ownerWords, versionSelect } from './setting-controls.js';

/** @import { Seeds } from '../engine/measure-runs.js' */
/** @import { Graded } from './records-grade.js' */
/** @import { RecordId, Setting, Settings, StoreRecord } from './records-settings.js' */

/**
 * What was found of a record's setting.
 * @typedef {object} Outcome
 * @property {Seeds} seeds
 * @property {Graded} graded
 * @property {number | null} seed the first that broke its promise
 * @property {string} run with that seed, for the lab; '' when there is none
 */

/**
 * @typedef {object} RecordsPicture
 * @property {boolean} live
 * @property {Settings} settings
 * @property {Partial<Record<RecordId, Outcome>>} outcomes of those that were graded, or tried with one luck
 * @property {boolean} offered one owner per range: the counter was seen to fail
 * @property {number} round whose 200 lucks the next grade takes
 * @property {number} lucks how many were tried one by one
 * @property {{done: number, total: number} | null} progress
 * @property {string} news
 */

/**
 * @typedef {object} RecordsControls
 * @property {(id: RecordId, change: Partial<Setting>) => void} change
 * @property {() => void} tryOne
 * @property {() => void} grade
 * @property {() => void} again
 * @property {() => void} stop
 */

/** @type {RecordsControls} */
export const noControls = { change() {}, tryOne() {}, grade() {}, again() {}, stop() {} };

/**
 * @param {RecordsPicture} picture
 * @param {RecordsControls} controls
 */
export function recordsFrame(picture, controls) {
  return {
    caption: 'Fig 6-12 b · five records, each with a setting of its own',
    look: 'Grade the five as they are. Then give each record what it needs, as cheaply as you can.',
    body: html`<div class="records">
      <div class="record-rows">
        ${records.map((record) => recordRow(record, picture, controls))}
      </div>
      ${buttons(picture, controls)}
      <p class="news" role="status">${picture.news}</p>
      ${conditions()}
    </div>`,
    twin: recordsTwin(picture),
  };
}

/** @param {StoreRecord} record @param {RecordsPicture} picture @param {RecordsControls} controls */
function recordRow(record, picture, controls) {
  const { id, key, what, needs } = record;
  const outcome = picture.outcomes[id];
  return html`<div class="record" role="group" aria-label=${key}>
    <div class="record-name">
      <p class="record-key">${key}</p>
      <p class="what">${what}</p>
      <p>${needs}</p>
    </div>
    ${settingPart(record, picture, controls)}
    ${outcome ? outcomePart(record, outcome) : html`<p class="record-found is-waiting">– not graded yet</p>`}
  </div>`;
}

/** @param {StoreRecord} record @param {RecordsPicture} picture @param {RecordsControls} controls */
function settingPart({ id, key }, { live, settings, offered }, { change }) {
  const setting = settings[id];
  const control = {
    setting,
    whose: key,
    live,
    change: (/** @type {Partial<Setting>} */ next) => change(id, next),
  };
  return html`<div class="setting-choice">
    <div class="counts">
      ${countSelect('n', control)}
      ${setting.owner ? ownerWords() : [countSelect('w', control), countSelect('r', control)]}
    </div>
    ${setting.owner ? nothing : versionSelect(control)}
    ${id === 'counter' && offered ? ownerSwitch(control) : nothing}
  </div>`;
}

/** @param {StoreRecord} record @param {Outcome} outcome */
function outcomePart(record, { graded, seed, run }) {
  const verdict = judge(record, graded);
  const { passed } = verdict;
  const link =
    record.limits.stale === undefined ? 'open a run in which it broke' : 'open a run with a stale read';
  return html`<div class=${passed ? 'record-found is-passed' : 'record-found is-failed'}>
    <p><b class=${passed ? 'fresh' : 'failed'}>${passed ? '● gets what it needs' : '✕ does not get what it needs'}</b></p>
    <p>${foundWords(record, graded)}</p>
    ${shortWords(record, graded).map((words) => html`<p class="failed">${words}</p>`)}
    <p class="price">${priceWords(graded)}</p>
    ${run ? html`<p><a href="../labs/quorum-playground/#run=${run}">${link} <span class="num">(luck ${group(seed ?? 0)})</span></a></p>` : nothing}
  </div>`;
}

/** What became of its promise, in one sentence. @param {StoreRecord} record @param {Graded} graded */
export function foundWords({ id, limits, broke }, { runs, held, broken, featureStale, featureReads }) {
  if (limits.stale !== undefined) {
    const many = `${group(featureStale)} of ${group(featureReads)} of its reads were stale`;
    return featureStale === 0
      ? `None of ${group(featureReads)} reads was stale.`
      : `${many} (${formatShare(featureStale, featureReads)}).`;
  }
  if (runs === 1 && broken[id] + held[id] > 0)
    return held[id] > 0 ? 'It held in this run.' : `In this run ${broke}.`;
  if (broken[id] > 0) return `In ${group(broken[id])} of ${group(runs)} runs ${broke}.`;
  if (held[id] === 0) return 'Not put to the test: there is only one copy of it.';
  return `Held in ${group(held[id])} of ${group(runs)}.`;
}

/** What is missing besides the promise. @param {StoreRecord} record @param {Graded} graded */
function shortWords(record, graded) {
  const { limits } = record;
  const { answered, fast } = judge(record, graded);
  const { calls, unanswered, readMs } = graded;
  const words = [];
  if (!answered)
    words.push(
      `Only ${formatShare(calls - unanswered, calls)} of the calls were answered; it needs ${formatShare(limits.answered ?? 0, 1)}.`,
    );
  if (!fast)
    words.push(`999 of 1 000 reads took up to ${msWords(readMs)}; it needs ${formatMs(limits.readMs ?? 0)}.`);
  return words;
}

/** A time that may not have been measured. @param {number | null} ms */
export const msWords = (ms) => (ms === null ? '–' : formatMs(ms));

/** @param {Graded} graded */
function priceWords({ readMs, writeMs, bytes, calls, unanswered, runs }) {
  const without =
    unanswered === 0
      ? 'all calls answered'
      : `${group(unanswered)} of ${group(calls)} calls without an answer`;
  return `Price, p99.9: reads ${msWords(readMs)}, writes ${msWords(writeMs)}; ${group(Math.round(bytes / 1000))} kB of messages${runs === 1 ? '' : ' a run'}; ${without}.`;
}

/** Not one luck alone. @param {Outcome | undefined} outcome */
export const isGrade = (outcome) => outcome !== undefined && outcome.seeds.from >= unseen.first;

/** The long work’s button stays the same one, so that it keeps the focus. @param {RecordsPicture} picture @param {RecordsControls} controls */
function buttons({ live, outcomes, progress }, controls) {
  const graded = records.every(({ id }) => isGrade(outcomes[id]));
  const [name, press] = progress
    ? ['stop', controls.stop]
    : graded
      ? [`again with ${unseen.runs} other lucks`, controls.again]
      : [`grade on ${unseen.runs} unseen lucks`, controls.grade];
  return html`<div class="grade-work">
    <button type="button" class=${progress || graded ? 'btn' : 'btn next'} ?disabled=${!live} @click=${press}>${name}</button>
    <button type="button" class="btn" ?disabled=${!live || progress !== null} @click=${controls.tryOne}>try one luck</button>
    ${progress ? html`<span class="num">run ${group(progress.done)} of ${group(progress.total)}</span>` : nothing}
  </div>`;
}

function conditions() {
  const { seconds, clients, patienceMs, timeoutMs, off, lost } = day;
  const { from, to } = seedsOf(0);
  return html`<details class="record-day">
    <summary>what happens in a run, and which lucks are unseen</summary>
    <p>${machines} machines, ${clients} clients, ${seconds} seconds of calls to the five records. Machine ${off.node} is off from second ${off.from} to second ${off.to}. From second ${lost.from} to second ${lost.to}, ${formatShare(lost.share, 1)} of the messages are lost. A call is refused when too few copies have answered after ${formatMs(patienceMs)}. Where one machine answers for a record, a client waits ${formatMs(timeoutMs)} for it, and asks once more. Reads mend the copies that they find behind. Traffic, faults and luck are the same for every setting.</p>
    <p>A record’s setting is judged on a store that has it for all its records: calls that were not answered, times and bytes are that store’s. Times are the p99.9 of a run, on average over the runs.</p>
    <p>The lucks of the first grade are the seeds ${group(from)} to ${group(to)}, and every later grade takes the next ${unseen.runs}: a setting is judged on lucks that it was not chosen by. “Try one luck” takes the seeds 1, 2, 3 …</p>
  </details>`;
}

/**
 * What the last press found.
 * @param {RecordsPicture} picture
 * @param {{seeds: Seeds, offers: boolean} | null} last
 */
export function recordsNews({ outcomes }, last) {
  if (!last) return 'Which of the five gets what it needs from N = 3, W = R = 2 and last write wins?';
  const { seeds, offers } = last;
  const passed = records.filter((record) => {
    const outcome = outcomes[record.id];
    return outcome && judge(record, outcome.graded).passed;
  }).length;
  const how =
    seeds.from === seeds.to
      ? `One luck, seed ${group(seeds.from)}: ${passed} of 5 records get what they need. One luck proves little.`
      : `${group(seeds.to - seeds.from + 1)} unseen lucks, seeds ${group(seeds.from)} to ${group(seeds.to)}: ${passed} of 5 records get what they need.`;
  const more =
    ' The counter lost increments: between its read and its write, another client writes. Its row has one more switch now.';
  return offers ? how + more : how;
}

const columns = ['Record', 'Setting', 'Needs', 'Found', 'Price', 'Verdict'];

/** @param {RecordsPicture} picture */
function recordsTwin({ settings, outcomes }) {
  return tableTwin({
    caption: 'The five records, their settings, and what was found',
    columns,
    rows: records.map((record) => {
      const { id, key, needs } = record;
      const outcome = outcomes[id];
      const setting = settings[id];
      if (!outcome) return [key, settingWords(setting), needs, 'not graded yet', '–', '–'];
      return [
        key,
        settingWords(setting),
        needs,
        [foundWords(record, outcome.graded), ...shortWords(record, outcome.graded)].join(' '),
        priceWords(outcome.graded),
        judge(record, outcome.graded).passed ? '● gets what it needs' : '✕ does not get what it needs',
      ];
    }),
    empty: '',
  });
}

/** For a reader without JavaScript: some settings for all five. @param {{setting: Setting, graded: Graded}[]} rows */
export function recordsWithoutScript(rows) {
  return tableTwin({
    caption: `What Fig 6-12 b finds for some settings in ${rows[0]?.graded.runs} runs, measured when this page was built`,
    columns: ['Setting', ...records.map(({ key }) => key), 'Price'],
    rows: rows.map(({ setting, graded }) => [
      settingWords(setting),
      ...records.map((record) =>
        [
          judge(record, graded).passed ? '●' : '✕',
          foundWords(record, graded),
          ...shortWords(record, graded),
        ].join(' '),
      ),
      priceWords(graded),
    ]),
    empty: '',
  });
}
