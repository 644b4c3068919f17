// The stories as a list to choose from, and the task while one is on: what to know, what went wrong, what mends it.
import { html, nothing } from 'lit';
import { glyph } from './glyph.js';
import { canShow, stories } from './story-list.js';

/** @import { Lab } from './lab.js' */
/** @import { Story } from './story-list.js' */

const answers = ['yes', 'no', 'only if …', 'not sure'];

/** @param {Lab} lab */
export function storyChooser(lab) {
  const { tale } = lab;
  const rest = stories.filter(({ door }) => door === '');
  return {
    text:
      tale.guess === null
        ? html`So is <b>W + R &gt; N</b> safe?`
        : html`You said <b>${tale.guess}</b>: while reads and writes keep to a key’s own machines, W + R &gt; N makes sure that a read asks one that was given the write. Three doors are still open; choose one.`,
    more:
      tale.guess === null
        ? html`<div class="story-answers" role="group" aria-label="Your answer">
            ${answers.map((answer) => html`<button class="btn" @click=${() => tale.say(answer)}>${answer}</button>`)}
          </div>`
        : html`<ul class="doors" aria-label="doors">
            ${stories
              .filter(({ door }) => door !== '')
              .map((story) => html`<li>${opener(lab, story, story.door)}</li>`)}
          </ul>
          <details class="more-stories">
            <summary>${rest.length} more ways to be wrong</summary>
            <ul>${rest.map((story) => html`<li>${opener(lab, story, story.title)}</li>`)}</ul>
          </details>`,
    controls: html`<button class="btn" @click=${() => tale.stopChoosing()}>Not now</button>`,
  };
}

/** @param {Lab} lab @param {Story} story @param {string} words */
function opener({ engine, tale }, story, words) {
  const { id } = story;
  if (!canShow(story, engine)) return html`${words} <small>(in the lab on the chapter’s own site)</small>`;
  return html`<button class="btn" @click=${() => tale.open(id)}>${words}</button>${
    tale.seen.has(id) ? html` <span class="was-seen">${glyph('done')}seen</span>` : nothing
  }`;
}

/** @param {Lab} lab */
export function storyBar(lab) {
  const { tale } = lab;
  const { story, mended, isTold } = tale;
  if (!story) return { text: nothing };
  const remedy = story.mended[mended];
  const says = remedy ? remedy.after : story.wrong;
  return {
    text: html`<b>${story.title}${remedy ? `, with the switch: ${remedy.switch}` : ''}.</b> ${isTold ? says : story.before}`,
    more: html`<p class="story-source">Where it is known from: ${story.source}</p>`,
    controls: html`
      ${isTold ? remedies(lab, story) : html`<button class="btn primary" @click=${() => tale.play()}>Play it</button>`}
      ${remedy || isTold ? html`<button class="btn" @click=${() => tale.open(story.id)}>${remedy ? 'As it went wrong' : 'Again'}</button>` : nothing}
      <button class="btn" @click=${() => tale.choose()}>Other stories</button>
      <button class="btn" @click=${() => tale.leave()}>Leave</button>`,
  };
}

/** The switches that close it, but for the one that is on. @param {Lab} lab @param {Story} story */
function remedies({ tale }, { id, mended }) {
  return mended.map(({ switch: words }, index) =>
    index === tale.mended
      ? nothing
      : html`<button class="btn remedy ${tale.mended < 0 && index === 0 ? 'primary' : ''}" @click=${() => tale.open(id, index)}>Close it: ${lowered(words)}</button>`,
  );
}

/** Within a sentence; a letter that stands for a number stays. @param {string} words */
const lowered = (words) =>
  /^[A-Z]( |$)/.test(words) ? words : words.charAt(0).toLowerCase() + words.slice(1);
