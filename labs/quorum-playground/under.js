// Below the verdict: the run as a space-time diagram, and the share of stale reads by the age of the write.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { drawSpaceTime } from '../../web/figures/space-time.js';
import { drawStaleCurve, rareAge } from '../../web/figures/stale-curve.js';
import { formatMs, formatShare, group } from '../../web/ui/format.js';
import { sameQuorum, storyQuorum } from './scenario.js';
import { curveTrials } from './trials.js';

/** @import { Lab } from './lab.js' */
/** @import { Quorum } from './scenario.js' */
/** @import { Ui } from './ui.js' */

/**
 * @param {Lab} lab
 * @param {Ui} ui
 */
export function under(lab, ui) {
  if (!lab.run || !lab.lit.diagram) return nothing;
  return html`<div class="under ${lab.lit.curve ? 'two' : ''}">
    ${spaceTime(lab, ui)}${lab.lit.curve ? staleCurve(lab, ui) : nothing}
  </div>`;
}

/** @param {Lab} lab @param {Ui} ui */
function spaceTime({ run, key, judging }, ui) {
  if (!run) return nothing;
  const guilty = judging?.why?.ops ?? [];
  return html`
    <section aria-label="Space and time">
      <h2>Space and time <small>time runs to the right</small></h2>
      ${unsafeHTML(
        drawSpaceTime({
          messages: run.messages,
          operations: run.operations,
          machines: run.replicasOf(key),
          nowUs: run.stage.now_us,
          marked: guilty,
          width: ui.diagramWidth,
        }),
      )}
    </section>`;
}

/** @param {Lab} lab @param {Ui} ui */
function staleCurve(lab, ui) {
  const { trials, quorum, before } = lab;
  if (!trials) return nothing;
  const running = trials.progress?.kind === 'curve';
  const now = curveOf(lab, quorum, false);
  const old = sameQuorum(quorum, before) ? null : curveOf(lab, before, true);
  return html`
    <section class="curve-part ${running ? 'is-measuring' : ''}" aria-label="Share of stale reads by the age of the write">
      <h2>Share of stale reads <small>by the age of the write</small></h2>
      ${now || old ? unsafeHTML(drawStaleCurve({ curves: [old, now].filter((curve) => curve !== null), width: ui.curveWidth })) : nothing}
      ${now || old ? curveLegend(now, old) : nothing}
      ${running ? progressBar(lab) : trials.result('curve', quorum) ? nothing : offer(lab, Boolean(now || old))}
    </section>`;
}

/** @param {Lab} lab @param {boolean} begun */
function offer(lab, begun) {
  return html`<p class="curve-ask">
      How old must a write be before nearly every read sees it? Every point is ${group(curveTrials)} lucks.
    </p>
    <button class="btn" @click=${() => lab.measureCurve()}>${begun ? 'Go on measuring' : 'Measure it'}</button>`;
}

/**
 * @param {Lab} lab
 * @param {Quorum} quorum
 * @param {boolean} ghost
 */
function curveOf({ trials }, quorum, ghost) {
  const result = trials?.partial('curve', quorum);
  if (!result) return null;
  const { n, w, r } = quorum;
  return {
    ...result,
    name: `${n === storyQuorum.n ? '' : `N = ${n}, `}W = ${w}, R = ${r}`,
    ghost,
    trials: result.done,
  };
}

/** @typedef {import('../../web/figures/stale-curve.js').Curve} Curve */

/** @param {Curve | null} now @param {Curve | null} old */
function curveLegend(now, old) {
  return html`<ul class="curve-legend">
    ${now ? html`<li class="is-now"><i></i><span>${curveSentence(now)}</span></li>` : nothing}
    ${old ? html`<li class="is-old"><i></i><span>${curveSentence(old)}</span></li>` : nothing}
  </ul>`;
}

/** @param {Curve} curve */
function curveSentence(curve) {
  const ms = rareAge(curve);
  if (curve.stale.every((count) => count === 0)) return `${curve.name}: no read was stale, at any age`;
  const start = `${curve.name}: ${formatShare(curve.stale[0], curve.trials)} stale at once`;
  return ms === null ? start : `${start}, 1 in 1 000 at about ${formatMs(ms)}`;
}

/** @param {Lab} lab */
function progressBar(lab) {
  const progress = lab.trials?.progress;
  if (!progress) return nothing;
  return html`<div class="measuring">
    <progress max=${progress.total} .value=${progress.done} aria-label="Trials done"></progress>
    <span class="num">${formatShare(progress.done, progress.total)}</span>
    <button class="btn small" @click=${() => lab.cancel()}>Stop</button>
  </div>`;
}
