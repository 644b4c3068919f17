// Which sections the reader has been to the end of: a quiet "✓ read" in the rail and in every list of the sections. It is
// kept in this browser alone and never sent; where there is no storage it lasts as long as the page.

import { keep, recall } from './ui/keep.js';

const storageName = 'sections-read';

export function showProgress() {
  draw(recalled());
  for (const button of all('.progress button')) button.addEventListener('click', () => forget(button));
  // A page that the browser kept aside does not know what was read meanwhile.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) draw(recalled());
  });
  const here = all('[data-section]').find((item) => item.querySelector('[aria-current]'))?.dataset.section;
  const end = document.querySelector('.foot');
  if (!here || !end) return;
  new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    const read = recalled();
    if (read.includes(here)) return;
    remember([...read, here]);
    draw(recalled());
  }).observe(end);
}

/** @param {string[]} read numbers of sections */
function draw(read) {
  for (const item of all('[data-section]')) {
    const has = item.querySelector('.read');
    if (read.includes(item.dataset.section ?? '') === Boolean(has)) continue;
    if (has) has.remove();
    else item.firstElementChild?.append(mark());
  }
  for (const words of all('.progress')) {
    words.hidden = read.length === 0;
    const count = words.querySelector('span');
    if (count) count.textContent = `${read.length} of ${words.dataset.sections} read`;
  }
}

function mark() {
  const small = document.createElement('small');
  small.className = 'read';
  small.textContent = 'read';
  return small;
}

/** @param {HTMLElement} button */
function forget(button) {
  remember([]);
  // The button goes with the marks: the focus stays in the list that it belongs to.
  const list = /** @type {HTMLElement | null | undefined} */ (button.closest('nav')?.querySelector('a'));
  draw([]);
  list?.focus();
}

/** @returns {string[]} */
function recalled() {
  const kept = recall(storageName);
  const known = new Set(all('[data-section]').map((item) => item.dataset.section));
  return Array.isArray(kept) ? [...new Set(kept)].filter((number) => known.has(number)) : [];
}

/** @param {string[]} read */
function remember(read) {
  keep(storageName, read.length > 0 ? read : null);
}

/** @param {string} selector */
function all(selector) {
  return [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector))];
}
