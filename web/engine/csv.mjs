// Rows of a table as spreadsheets and course systems write them (RFC 4180): cells between commas, or between
// semicolons or tabs where the first line has those; a cell in quotation marks may hold separators and line breaks.

/**
 * @param {string} text
 * @returns {{line: number, cells: string[]}[]} the filled rows, each with the number of the line where it begins
 */
export function readRows(text) {
  const whole = text.replace(/^\ufeff/, '');
  const separator = separatorOf(whole.split('\n', 1)[0]);
  const rows = [];
  let cells = [''];
  let line = 1;
  let begin = 1;
  let quoted = false;
  for (let at = 0; at <= whole.length; at++) {
    const letter = whole[at];
    if (letter === '\n') line += 1;
    if (quoted && letter !== undefined) {
      if (letter !== '"') cells[cells.length - 1] += letter;
      else if (whole[at + 1] === '"') cells[cells.length - 1] += whole[at++];
      else quoted = false;
    } else if (letter === '"' && cells[cells.length - 1] === '') quoted = true;
    else if (letter === separator) cells.push('');
    else if (letter === '\n' || letter === undefined) {
      cells = cells.map((cell) => cell.trim());
      if (cells.some((cell) => cell !== '')) rows.push({ line: begin, cells });
      cells = [''];
      begin = line;
    } else cells[cells.length - 1] += letter;
  }
  return rows;
}

/** A link has none of the three in it, but for what a browser writes as %2C. @param {string} firstLine */
function separatorOf(firstLine) {
  return [',', ';', '\t'].find((letter) => firstLine.includes(letter)) ?? ',';
}
