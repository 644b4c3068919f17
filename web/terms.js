// Terms of the field: pressing one opens its meaning under the line. One stands open at a time; Escape, a press elsewhere
// or moving on closes it.

/** @type {HTMLElement | null} the button of the meaning that is open */
let open = null;

export function enableTerms() {
  const buttons = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.term > button'));
  if (buttons.length === 0) return;
  for (const button of buttons) {
    button.addEventListener('click', () => show(open === button ? null : button));
    button.addEventListener('blur', () => {
      if (open === button) show(null);
    });
  }
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') show(null);
  });
  document.addEventListener('pointerdown', ({ target }) => {
    if (!(target instanceof Element && open?.parentElement?.contains(target))) show(null);
  });
}

/** @param {HTMLElement | null} button */
function show(button) {
  for (const [one, opened] of /** @type {const} */ ([
    [open, false],
    [button, true],
  ])) {
    one?.setAttribute('aria-expanded', String(opened));
    one?.nextElementSibling?.toggleAttribute('hidden', !opened);
  }
  open = button;
}
