// A text on the clipboard, and an address in the address bar, where the page may do that.

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether it is there
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} address */
export function showAddress(address) {
  try {
    history.replaceState(history.state, '', address);
  } catch {
    // A page without an address of its own, such as a frame's srcdoc.
  }
}
