// The one thing this lab keeps between visits. In a frame of another origin there is no storage, and asking for it throws:
// then nothing is remembered, and nothing breaks.

const name = 'systemsim.quorum-playground.all-controls';

export function recallAllControls() {
  try {
    return localStorage.getItem(name) === 'on';
  } catch {
    return false;
  }
}

/** @param {boolean} on */
export function rememberAllControls(on) {
  try {
    if (on) localStorage.setItem(name, 'on');
    else localStorage.removeItem(name);
  } catch {
    // Not remembered.
  }
}
