// One polite live region for what has no place of its own on the page, such as a link that was copied.

/** @type {HTMLElement | null} */
let region = null;

/** It has to stand on the page before it says anything. */
export function preparePageStatus() {
  if (region?.isConnected) return;
  region = document.createElement('div');
  region.className = 'visually-hidden page-status';
  region.setAttribute('role', 'status');
  document.body.append(region);
}

/** @param {string} sentence */
export function sayOnPage(sentence) {
  preparePageStatus();
  if (!region) return;
  // A no-break space at the end makes the same sentence new to a screen reader.
  region.textContent = region.textContent === sentence ? `${sentence}\u00a0` : sentence;
}
