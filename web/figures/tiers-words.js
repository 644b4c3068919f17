// What Fig 6-3 says, from what was measured.
import { formatMs, formatShare, group } from '../ui/format.js';
import { calls, group100, held, hitRateIn, keys } from './tiers-measure.js';

/** @import { TiersReport } from '../engine/engine.d.ts' */
/** @import { Setting } from './tiers-measure.js' */
/** @import { TiersPicture } from './tiers-view.js' */

/** @param {TiersReport} report */
const hits = ({ hits, reads }) => formatShare(hits, reads);

/** A count of things, with the right ending. @param {number} count @param {string} one */
const many = (count, one) => `${group(count)} ${one}${count === 1 ? '' : 's'}`;

/** @param {TiersPicture} picture */
export function tiersNews(picture) {
  const { setting, phase, report } = picture;
  if (!report)
    return phase === 'on' ? 'Running: the numbers of this setting come when it is done.' : 'Running …';
  if (phase === 'off') return offNews(setting, report);
  return phase === 'back' ? backNews(setting, report) : onNews(setting, report);
}

/** @param {Setting} setting @param {TiersReport} report */
function onNews(setting, report) {
  const share = held(setting);
  if (setting.safety === 'none')
    return 'Without a log nothing is on the disk. So every value has to be in memory, and every read finds it there, as long as the machine has power.';
  if (share === 0)
    return 'Nothing fits in memory, so every read goes to the disk, whichever key it asks for. Raise the memory a little.';
  if (share === 100)
    return 'Every value fits in memory, and no read goes to the disk. Writes still do, for the log.';
  const found = `Memory for ${share} % of the values answers ${hits(report)} of the reads`;
  if (setting.traffic === 'even')
    return `${found}: every key is asked for equally often, so no value is worth more there than another.`;
  const { p50, p99 } = report.read_ms;
  const tail =
    p50 !== null && p99 !== null && p99 > p50
      ? ` But more than one read in a hundred waits for the disk, so p99 is still ${formatMs(p99)}.`
      : '';
  return `${found}: the keys that are asked for most are few, and what is asked for often stays.${tail}`;
}

/** @param {Setting} setting @param {TiersReport} report */
function offNews(setting, { crash }) {
  if (!crash) return '';
  const empty = `The plug is out. The ${many(crash.in_memory, 'value')} that stood in memory are gone from there`;
  if (setting.safety === 'none') return `${empty}, and they stood nowhere else. Nobody answers.`;
  const log =
    crash.writes_lost === 0
      ? 'the log on the disk has every value, since each write was synced before it was acknowledged'
      : `the log on the disk lacks the last ${many(crash.writes_lost, 'write')}, which were acknowledged before they were synced`;
  return `${empty}; ${log}. Nobody answers.`;
}

/** @param {Setting} setting @param {TiersReport} report */
function backNews(setting, report) {
  const { crash } = report;
  if (!crash) return '';
  if (setting.safety === 'none')
    return `Back at once, with nothing: all ${group(crash.keys_gone)} values are gone. Since then only what was written anew is found, and ${formatShare(report.absent, report.reads / 2)} of the reads found nothing.`;
  const lost =
    crash.writes_lost === 0
      ? 'No write is lost.'
      : `Lost: ${many(crash.writes_lost, 'write')} that the caller was told were saved, fewer than the ${group100} between two syncs.`;
  return `Back after ${formatMs(crash.restart_ms)}, the time to read ${(crash.log_bytes / 1e6).toFixed(1)} MB of log. ${lost} Memory began empty: ${rate(hitRateIn(report, 20, 21))} of the first reads were hits, ${rate(hitRateIn(report, 0, 20))} had been before. The lanes show what is there ${group(calls)} calls later.`;
}

/** @param {number} share */
export const rate = (share) => formatShare(share, 1);

/** How much is on the disk, for its lane's name. @param {Setting} setting */
export const diskWords = ({ safety }) => (safety === 'none' ? 'no log, no disk' : 'values in the log');

/** @param {number} memory */
export const memoryWords = (memory) =>
  `memory for ${memory} % of the values, ${group((memory * keys) / 100)} of ${group(keys)}`;
