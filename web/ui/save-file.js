// A file out of the page, saved by the browser.

/** A sandboxed frame has no origin of its own, and may not save: then a file is shown as text to copy. */
export const canSave = () => globalThis.origin !== 'null' || window === window.top;

/**
 * @param {string | Uint8Array<ArrayBuffer>} content
 * @param {string} name
 * @param {string} type
 */
export function saveFile(content, name, type) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser may still be reading it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
