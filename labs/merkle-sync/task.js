// The bar across the top: one question or one task at a time, and the answers to it.
import { html, nothing } from 'lit';
import { formatShare, group } from '../../web/ui/format.js';
import { fewest, handLeaves } from './hand.js';
import { missed, mostKeys } from './past.js';
import { million } from './settings.js';
import { sharedDiffer, sharedLeaves } from './story.js';
import { plural } from './words.js';

/** @import { Lab } from './lab.js' */
/** @import { Phase } from './story.js' */
/** @typedef {{text: unknown, more?: unknown, controls?: unknown}} Content */

/** @param {Lab} lab */
export function task(lab) {
  const { text, more, controls } = contents[lab.phase](lab);
  return html`<section class="task" aria-label="Task">
    <div class="task-words"><p class="task-text" tabindex="-1">${text}</p>${more ?? nothing}</div>
    <div class="task-controls">
      ${controls ?? nothing}
      ${noStory.has(lab.phase) ? nothing : html`<button class="link" @click=${() => lab.story.skip()}>skip</button>`}
    </div>
  </section>`;
}

/** Here is no story that could be skipped. @type {Set<Phase>} */
const noStory = new Set(['free', 'choosing', 'challenge']);

const guesses = ['1', 'about 80', 'about 1 000', group(million)];

/** @type {Record<Phase, (lab: Lab) => Content>} */
const contents = {
  hand: ({ hand }) => ({
    text: html`<b>One of the ${handLeaves} keys differs.</b> Tap a box to ask for its hash. Use as few as you can.`,
    controls: html`<span class="count"><b>${hand.used}</b> asked</span>`,
  }),

  found: (lab) => ({
    text: html`<b>Found.</b> ${found(lab.story.usedFirst)}`,
    controls: html`<button class="btn ${lab.story.usedFirst > fewest ? 'primary' : ''}" @click=${() => lab.story.showHow()}>Show me</button>
      <button class="btn ${lab.story.usedFirst > fewest ? '' : 'primary'}" @click=${() => lab.story.askMillion()}>Now a million keys</button>`,
  }),

  showing: ({ hand }) => ({
    text: html`Ask for <b>one child</b> alone. If it is equal, the other one differs.`,
    controls: html`<span class="count"><b>${hand.used}</b> asked</span>`,
  }),

  shown: (lab) => ({
    text: html`<b>${plural(lab.hand.used, 'hash', 'hashes')}.</b> Each answer ruled out half of what was left.`,
    controls: html`<button class="btn primary" @click=${() => lab.story.askMillion()}>Now a million keys</button>`,
  }),

  zoom: (lab) => ({
    text: html`<b>One key in ${group(million)} differs.</b> A node now has 16 children, and all of them are asked for at once. How many hashes cross?`,
    controls: guesses.map(
      (guess) =>
        html`<button class="btn answer" @click=${() => lab.story.answerMillion(guess)}>${guess}</button>`,
    ),
  }),

  zoomed(lab) {
    const { guess, zoomed } = lab.story;
    const [wide, narrow] = zoomed;
    if (wide === null) return { text: html`You said <b>${guess}</b>. The engine counts …` };
    return {
      text: html`You said <b>${guess}</b>. With 16 children a node, <b>${wide} hashes</b> crossed${
        narrow === null
          ? ' …'
          : html`; with 2 children, <b>${narrow}</b>, in more rounds. Your way, one child at a time, needs ${Math.log2(million)}, if only one key differs.`
      }`,
      controls: html`<button class="btn primary" @click=${() => lab.story.askShare()}>And if many differ?</button>`,
    };
  },

  share: (lab) => ({
    text: html`A million keys, <b>${formatShare(sharedDiffer, million)} differ</b>, scattered; ${group(sharedLeaves)} leaves. What share of all keys is sent?`,
    controls: html`<label class="share-guess">
        <input type="range" min="0" max="100" .value=${String(lab.story.draftShare)}
          aria-label="Share of all keys" aria-valuetext="${lab.story.draftShare} percent"
          @input=${(/** @type {any} */ event) => {
            lab.story.draftShare = Number(event.target.value);
            lab.around.draw();
          }} />
        <output>${formatShare(lab.story.draftShare, 100)}</output>
      </label>
      <button class="btn primary" @click=${() => lab.story.answerShare(lab.story.draftShare)}>Let it run</button>`,
  }),

  shared(lab) {
    const { guessedShare, sent } = lab.story;
    const said = html`You said <b>${formatShare(guessedShare ?? 0, 100)}</b>.`;
    if (sent[0] === null) return { text: html`${said} The replicas are made equal …` };
    return {
      text: html`${said} It was <b>${formatShare(sent[0], million)}</b>: a leaf that differs is sent whole, and holds about ${Math.round(million / sharedLeaves)} keys.`,
      controls: html`<button class="btn primary" @click=${() => lab.story.stretch()}>And in one stretch of the ring?</button>`,
    };
  },

  stretch(lab) {
    const [spread, together] = lab.story.sent;
    if (together === null)
      return { text: html`The same number of keys, all in <b>one stretch of the ring</b> …` };
    return {
      text: html`In one stretch, <b>${formatShare(together, million)}</b> of all keys; scattered, it was ${formatShare(spread ?? 0, million)}. <b>Where does a tree lose?</b>`,
      controls: html`<button class="btn primary" @click=${() => lab.playFreely().then(() => lab.around.reveal('.bill-part'))}>See the bill</button>`,
    };
  },

  free: (lab) => ({
    text: lab.fromLink
      ? (arrivals[lab.from] ?? html`A run opened from a link. Step through it, or change it.`)
      : html`<b>Make the tree lose.</b> Change the keys, the tree or the link, and read the bill.`,
    controls: html`<button class="btn" @click=${() => lab.assignment.choose()}>Challenges</button>
      <button class="btn" @click=${() => lab.story.again()}>Begin with the question</button>`,
  }),

  choosing: (lab) => lab.assignment.parts?.chooser(lab) ?? { text: nothing },

  challenge: (lab) => lab.assignment.parts?.challengeBar(lab) ?? { text: nothing },
};

/** Where a reader comes from, in a sentence. @type {Record<string, unknown>} */
const arrivals = {
  'failure-handling': html`<b>From <em>Failure handling</em>:</b> replica B was away for longer than hints are kept, and missed ${missed(mostKeys.away).all} changes. Step back, and see how two trees find them.`,
};

/** @param {number} used */
function found(used) {
  if (used > fewest) return html`You used ${used}. It can be done in <b>${fewest}</b>.`;
  if (used === fewest)
    return html`You used ${used}, and no plan can promise fewer: each answer is one of two.`;
  return html`You used ${used}, and were lucky. <b>${fewest}</b> are enough without luck.`;
}
