// The one thing this lab keeps between visits: whether its first minute has been seen. In a frame of another origin there
// is no storage, and asking for it throws: then nothing is remembered, and nothing breaks.

const name = 'systemsim.merkle-sync.seen';

export function recallSeen() {
  try {
    return localStorage.getItem(name) === 'on';
  } catch {
    return false;
  }
}

export function rememberSeen() {
  try {
    localStorage.setItem(name, 'on');
  } catch {
    // Not remembered.
  }
}
