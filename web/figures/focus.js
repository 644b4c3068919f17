// Where a press takes its own button away, the focus goes to what takes its place, once that is there.

/** @param {Event} press @param {string} selector of it, in the same figure */
export function focusWhenThere(press, selector) {
  const figure = /** @type {Element} */ (/** @type {Element} */ (press.currentTarget).closest('figure'));
  const observer = new MutationObserver(() => {
    const next = /** @type {HTMLElement | null} */ (figure.querySelector(selector));
    if (!next) return;
    observer.disconnect();
    next.focus();
  });
  observer.observe(figure, { childList: true, subtree: true });
}
