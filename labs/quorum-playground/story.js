// The story of the first minute as a table: which phase follows which, and what is lit in each.
//
//   ask ─answered→ reading ─readFinished→ told ─lucksStarted→ lucks ─tooMany→ fix ─none→ held ─curveStarted→ later → done
//                                                               └──────none──────────────↗
//
// Each try in `fix` or `held` replays the same luck and ends in tooMany or none. 'free' is play without a task.

/** @typedef {'ask' | 'reading' | 'told' | 'lucks' | 'fix' | 'held' | 'later' | 'done' | 'free'} Phase */
/** @typedef {'answered' | 'readFinished' | 'lucksStarted' | 'tooMany' | 'none' | 'curveStarted' | 'curveDone' | 'cancelled' | 'freed' | 'restarted'} Turn */

/** @type {Record<Phase, Partial<Record<Turn, Phase>>>} */
const turns = {
  ask: { answered: 'reading', readFinished: 'told' },
  reading: { readFinished: 'told' },
  told: { lucksStarted: 'lucks' },
  lucks: { tooMany: 'fix', none: 'held', cancelled: 'told' },
  fix: { tooMany: 'fix', none: 'held' },
  held: { tooMany: 'fix', none: 'held', curveStarted: 'later' },
  later: { curveDone: 'done', cancelled: 'held' },
  done: {},
  free: {},
};

/**
 * @param {Phase} phase
 * @param {Turn} turn
 * @returns {Phase}
 */
export function nextPhase(phase, turn) {
  if (turn === 'restarted') return 'ask';
  if (turn === 'freed') return 'free';
  return turns[phase][turn] ?? phase;
}

/**
 * Which part matters now, where there is no room to show all: the stage, or the dots and what they cost.
 * @param {Phase} phase
 * @param {boolean} trying
 */
export function scene(phase, trying) {
  const counts =
    phase === 'lucks' || phase === 'fix' || phase === 'held' || phase === 'later' || phase === 'done';
  return counts && !trying ? 'dots' : 'stage';
}

/** @type {Phase[]} */
const order = ['ask', 'reading', 'told', 'lucks', 'fix', 'held', 'later', 'done', 'free'];

/**
 * What can be seen and pressed: a control appears when the story first needs it.
 * @param {Phase} phase
 * @param {boolean} allControls
 */
export function lit(phase, allControls) {
  /** @param {Phase} first */
  const from = (first) => allControls || order.indexOf(phase) >= order.indexOf(first);
  return {
    transport: from('reading'),
    diagram: from('told'),
    lucks: from('lucks'),
    quorum: from('fix'),
    price: from('fix'),
    curve: from('held'),
    hands: allControls || phase === 'free',
    doors: allControls || phase === 'free',
  };
}
