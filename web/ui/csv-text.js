// A table as a file for spreadsheets and scripts (RFC 4180): numbers as they are, lines that end in CR LF.

/** @typedef {string | number | boolean | null} Cell  null: empty */

/** @param {string[]} columns @param {Cell[][]} rows */
export const csvText = (columns, rows) =>
  [columns, ...rows].map((cells) => `${cells.map(cellText).join(',')}\r\n`).join('');

/** @param {Cell} cell */
function cellText(cell) {
  const text = String(cell ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
