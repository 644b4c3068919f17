// One polite live region: what happens on the screen, said in a sentence.
// A sentence that repeats is said again (the region is emptied first), and while the run plays quickly only the
// newest sentence survives, because a queue of old news helps nobody.
import { html } from 'lit';

export class Announcer {
  /** @param {() => void} requestUpdate asks the owner to draw again */
  constructor(requestUpdate) {
    this.requestUpdate = requestUpdate;
    this.sentence = '';
    this.turn = 0;
  }

  /** @param {string} sentence */
  say(sentence) {
    if (sentence === '') return;
    this.turn += sentence === this.sentence ? 1 : 0;
    this.sentence = sentence;
    this.requestUpdate();
  }

  /** The region itself; draw it once, always in the same place. */
  render() {
    // A no-break space at the end makes the same sentence new to a screen reader.
    const text = this.turn % 2 === 0 ? this.sentence : `${this.sentence}\u00a0`;
    return html`<div class="visually-hidden" role="status" aria-live="polite">${text}</div>`;
  }
}
