// Fig 6-2's drawing: a pure function from measured numbers to seven cards and an eighth cell.
import { html, nothing } from 'lit';
import chapter from '../../content/chapter.json' with { type: 'json' };
import { formatList, formatShare, group } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { goalDrawing, loadDrawing } from './goals-icons.js';
import { unitOf } from './goals-join.js';
import { joinerOf, settledMachines } from './goals-switches.js';

/** @import { Progress } from './goals-join.js' */
/** @import { Lamp, Measured } from './goals-measure.js' */
/** @import { Switches } from './goals-switches.js' */

/**
 * @typedef {object} GoalsPicture
 * @property {boolean} live
 * @property {Measured} measured
 * @property {boolean} cutShown the fifth switch appears when all seven have been lit once
 * @property {string} news what the last switch did, or why the engine refused it
 * @property {boolean} refused
 * @property {Progress | null} progress of the machine that is just joining or leaving
 */

/**
 * @typedef {object} GoalsControls
 * @property {(switches: Partial<Switches>) => void} set
 * @property {() => void} change one more machine joins, or leaves again
 */

/** @type {GoalsControls} */
export const noControls = { set() {}, change() {} };

/**
 * @param {GoalsPicture} picture
 * @param {GoalsControls} controls
 */
export function goalsFrame(picture, controls) {
  const { measured } = picture;
  return {
    caption: 'Fig 6-2 · the seven goals and how each is earned',
    look: 'Turn the switches, and let a machine join, until all seven lamps are lit; then look at the eighth cell.',
    body: html`
      ${switchboard(picture, controls)}
      <p class="news" role="status" data-tone=${picture.refused ? 'failed' : 'plain'}>${picture.news}</p>
      <ol class="goals">
        ${chapter.goals.map((goal, at) =>
          goal.number === '05' ? joinCard(goal, measured.lamps[at], picture) : card(goal, measured.lamps[at]),
        )}
        ${eighthCell(measured)}
      </ol>`,
    twin: goalsTwin(measured),
  };
}

/** @param {GoalsPicture} picture @param {GoalsControls} controls */
function switchboard({ live, measured, cutShown, progress }, controls) {
  const now = measured.switches;
  /**
   * @template {keyof Switches} Name
   * @param {Name} name
   * @param {string} label
   * @param {[Switches[Name], string][]} choices
   */
  const choose = (name, label, choices) => html`<div class="switch" role="group" aria-label=${label}>
    <span aria-hidden="true">${label}</span>
    <div class="segmented">
      ${choices.map(
        ([
          value,
          text,
        ]) => html`<button type="button" ?disabled=${!live} aria-pressed=${String(now[name] === value)}
          @click=${() => controls.set(/** @type {Partial<Switches>} */ ({ [name]: value }))}>${text}</button>`,
      )}
    </div>
  </div>`;
  return html`<div class="switchboard">
    ${choose('machines', 'machines', [
      [1, '1'],
      [5, '5'],
    ])}
    ${choose('copies', 'copies', [
      [1, '1'],
      [3, '3'],
    ])}
    ${choose('points', 'points on the ring', [
      [1, '1'],
      [16, '16'],
    ])}
    ${choose('quorum', 'W · R', [
      [1, '1 · 1'],
      [2, '2 · 2'],
    ])}
    ${choose('memory', 'values in memory', [
      ['none', 'none'],
      ['all', 'all'],
    ])}
    <div class="switch">
      <span>${inside(measured) ? `${settledMachines(now, measured.change)} machines now` : 'machines come and go'}</span>
      <button type="button" class="btn" ?disabled=${!live} aria-disabled=${progress ? 'true' : nothing} @click=${controls.change}>
        let ${joinerOf(now.machines)} ${now.change === 'joined' ? 'leave' : 'join'}
      </button>
    </div>
    ${
      cutShown
        ? choose('cut', 'network', [
            [false, 'whole'],
            [true, 'cut'],
          ])
        : nothing
    }
  </div>`;
}

/** Whether one more machine has joined. @param {Measured} measured */
const inside = ({ switches, change }) => settledMachines(switches, change) > switches.machines;

/** @typedef {{number: string, title: string, how: string, section: string}} Goal */

/**
 * @param {Goal} goal
 * @param {Lamp} lamp
 * @param {{drawing?: unknown, key?: string}} [own] what one card has and the others have not
 */
function card(goal, lamp, { drawing = goalDrawing(goal.number), key } = {}) {
  const section = chapter.sections.find(({ number }) => number === goal.section);
  return html`<li class=${lamp.lit ? 'goal lit' : 'goal'}>
    <span class="goal-number">${goal.number}</span>
    ${lampWord(lamp.lit)}
    <svg class=${key ? 'keyed' : nothing} viewBox="0 0 120 60" aria-hidden="true">${drawing}</svg>
    ${key ? html`<small class="goal-key" aria-hidden="true">${key}</small>` : nothing}
    <span class="goal-name">
      <b>${goal.title}</b>
      <small>${goal.how}</small>
    </span>
    <span class="goal-measure">
      <strong>${lamp.value}</strong>
      <span>${lamp.says}</span>
      ${lamp.also ? html`<span>${lamp.also}</span>` : nothing}
      <small>${lamp.rule}</small>
    </span>
    <small class="goal-section">
      ${
        section?.written
          ? html`more in <a href=${`${section.slug}/`}>${section.number} ${section.title}</a>`
          : html`more in ${goal.section}, not written yet`
      }
    </small>
  </li>`;
}

/**
 * The goal that the reader tries while clients call: the machines with what each has of the keys.
 * @param {Goal} goal
 * @param {Lamp} lamp
 * @param {GoalsPicture} picture
 */
function joinCard(goal, lamp, { measured, progress }) {
  const { change, switches } = measured;
  const name = joinerOf(switches.machines);
  const load = progress?.load ?? change?.after;
  return card(goal, progress ? underWay(lamp, progress, name, switches) : lamp, {
    drawing: load ? loadDrawing(load, change?.before ?? progress?.before ?? load, name) : undefined,
    key: load ? 'share of the keys, line: before' : undefined,
  });
}

/**
 * @param {Lamp} lamp
 * @param {Progress} progress
 * @param {string} name
 * @param {Switches} switches
 * @returns {Lamp}
 */
function underWay({ number, rule }, { handed, calls }, name, { copies, change }) {
  return {
    number,
    value: `${group(handed)} ${unitOf(copies)}`,
    says: `handed ${change === 'joined' ? `back by ${name}` : `to ${name}`} so far, ${group(calls)} calls meanwhile`,
    rule,
    lit: false,
  };
}

/** @param {boolean} lit */
function lampWord(lit) {
  return lit ? html`<span class="lamp on">● lit</span>` : html`<span class="lamp">○ out</span>`;
}

/** @param {Measured} measured */
const eighthEarned = ({ lamps, switches }) =>
  lamps.every(({ lit }) => lit) || switches.quorum === 2 || switches.cut;

/** The promise that is not among the seven. @param {Measured} measured */
function eighthCell(measured) {
  const { lamps, eighth, switches } = measured;
  if (!eighthEarned(measured)) {
    return html`<li class="goal eighth">
      <span class="goal-number">08?</span>
      <span class="goal-name"><b>Not on the list</b><small>light the other seven first</small></span>
    </li>`;
  }
  const kept = eighth.stale === 0;
  return html`<li class=${kept ? 'goal eighth kept' : 'goal eighth broken'}>
    <span class="goal-number">08?</span>
    <span class="lamp on">${kept ? '● held' : '◐ broken'}</span>
    <svg viewBox="0 0 120 60" aria-hidden="true">${goalDrawing('08')}</svg>
    <span class="goal-name">
      <b>Every read sees the last write</b>
      <small>on nobody’s list</small>
    </span>
    <span class="goal-measure">
      <strong>${formatShare(eighth.stale, eighth.reads)}</strong>
      <span>of reads stale: ${group(eighth.stale)} of ${group(eighth.reads)}</span>
      <small>${kept ? 'held in this run' : 'broken by a single stale read'}</small>
      <em>${whatNext(kept, switches, lamps)}</em>
    </span>
  </li>`;
}

/**
 * The step that the eighth cell leads to from here.
 * @param {boolean} kept
 * @param {Switches} switches
 * @param {Lamp[]} lamps
 */
function whatNext(kept, { quorum, cut }, lamps) {
  if (!kept) return quorum === 1 ? 'What does W · R 2 · 2 do to it?' : '';
  const out = lamps.filter(({ lit }) => !lit).map(({ number }) => number);
  return cut ? `It holds. Look at ${formatList(out)} for the price.` : 'Now cut the network, and look at 03.';
}

/** @param {Measured} measured */
function goalsTwin(measured) {
  const { lamps, eighth } = measured;
  return tableTwin({
    caption: 'The seven goals, measured with the switches as they stand',
    columns: ['Goal', 'How it is earned', 'Measured', 'Rule', 'Lamp'],
    rows: [
      ...chapter.goals.map((goal, at) => [
        `${goal.number} ${goal.title}`,
        goal.how,
        measuredWords(lamps[at]),
        lamps[at].rule,
        lamps[at].lit ? '● lit' : '○ out',
      ]),
      eighthEarned(measured)
        ? [
            'Not on the list: every read sees the last write',
            'W + R > N',
            `${formatShare(eighth.stale, eighth.reads)} of reads stale`,
            'broken by a single stale read',
            eighth.stale === 0 ? '● held' : '◐ broken',
          ]
        : ['Not on the list', 'light the other seven first', '–', '–', '–'],
    ],
    empty: '',
  });
}

/** @param {Lamp} lamp */
const measuredWords = ({ value, says, also }) => `${value} ${says}${also ? `. ${also}` : ''}`;

/** For a reader without JavaScript: what the switches would show. @param {Measured[]} runs */
export function goalsWithoutScript(runs) {
  const name = (/** @type {Switches} */ { machines, copies, quorum, points, cut, change }) =>
    `${machines === 1 ? 'one machine' : `${machines} machines`}, ${copies === 1 ? 'one copy' : `${copies} copies`}, ${points === 1 ? 'one point' : `${points} points`}, W · R ${quorum} · ${quorum}${cut ? ', network cut' : ''}${change === 'none' ? '' : ', one more joins'}`;
  return tableTwin({
    caption: 'What the switches of Fig 6-2 do, measured when this page was built',
    columns: ['Goal', ...runs.map(({ switches }) => name(switches))],
    rows: [
      ...chapter.goals.map((goal, at) => [
        `${goal.number} ${goal.title}`,
        ...runs.map(({ lamps }) => `${lamps[at].lit ? '●' : '○'} ${measuredWords(lamps[at])}`),
      ]),
      [
        'Every read sees the last write',
        ...runs.map(({ eighth }) => `${formatShare(eighth.stale, eighth.reads)} of reads stale`),
      ],
    ],
    empty: '',
  });
}
