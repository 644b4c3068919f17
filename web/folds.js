// Folds cannot be opened on paper: they are open while the page is printed.

/** @type {HTMLDetailsElement[]} the folds that printing has opened */
let opened = [];

export function openFoldsInPrint() {
  window.addEventListener('beforeprint', () => {
    opened = [
      .../** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll('.fold:not([open])')),
    ];
    for (const fold of opened) fold.open = true;
  });
  window.addEventListener('afterprint', () => {
    for (const fold of opened) fold.open = false;
  });
}
