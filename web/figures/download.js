// A file out of the page: what the engine made, in base64, as something that the browser saves.
import { saveFile } from '../ui/save-file.js';

/** @param {string} base64 @param {string} name */
export function download(base64, name) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  saveFile(bytes, name, 'application/x-tar');
}
