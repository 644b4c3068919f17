// What one could say in an interview about an answer that passes, from its setting and from what was measured of it.
import { formatShare, group } from '../ui/format.js';
import { cardRuns } from './card-answer.js';
import { msWords } from './records-view.js';

/** @import { Answer, Card, CardGrade } from './card-answer.js' */

/** @param {Card} card @param {Answer} answer @param {CardGrade} grade @returns {string[]} sentences */
export function spokenAnswer({ because }, answer, grade) {
  return [because, ...choiceWords(answer), ...priceWords(answer, grade)];
}

/** @param {Answer} answer */
function choiceWords({ n, w, r, versions, repair, owner }) {
  if (owner)
    return [
      `So I let one machine own each range, with its log on ${n === 1 ? 'that machine alone, so that its disk must not die' : `a majority of ${n} machines`}, and writes are conditional: they say what they expect to replace.`,
    ];
  const overlap =
    w + r > n
      ? `${w} + ${r} is more than ${n}, so every read asks a copy that has the confirmed write.`
      : `${w} + ${r} is not more than ${n}, so a read may miss a write that was confirmed.`;
  const kept =
    versions === 'lww'
      ? 'Of two writes that have not seen each other, the one with the later time stays, and I say that the other is gone.'
      : versions === 'dotted'
        ? 'Versions say what they had seen. Two that had not seen each other are both kept, and the client merges them; what one side took out may come back.'
        : 'Versions carry vector clocks, and the client merges lists that are kept side by side.';
  const alone = n === 1 ? ['When its disk dies, the record is gone.'] : [];
  const mended = repair ? ['A read mends the copies that it finds behind.'] : [];
  return [
    `So I keep ${n === 1 ? 'one copy' : `${n} copies`}; a write waits for ${w}, and a read for ${r}.`,
    overlap,
    ...alone,
    kept,
    ...mended,
  ];
}

/** @param {Answer} answer @param {CardGrade} grade */
function priceWords({ owner }, { unanswered, stale, readMs, writeMs, bytes }) {
  const waits = owner ? ' That is the time until another machine may own the range of one that is away.' : '';
  return [
    `I measured it: in ${cardRuns} runs of such a day, ${unanswered === 0 ? 'every call was answered' : `${formatShare(unanswered, 1)} of the calls got no answer`}, and ${stale === 0 ? 'no read was stale' : `${formatShare(Number(stale), 1)} of the reads were stale`}.`,
    `The price: 999 of 1 000 reads took at most ${msWords(readMs)}, and as many writes at most ${msWords(writeMs)}; ${group(Math.round(bytes / 1000))} kB of messages a run.${waits}`,
  ];
}
