// The table that says the same as a picture.
import { html } from 'lit';

/**
 * @typedef {object} Twin
 * @property {string} caption
 * @property {string[]} columns    the first one names the row
 * @property {(string | number)[][]} rows
 * @property {string} empty        what to say when there is no row
 */

/** @param {Twin} twin */
export function tableTwin({ caption, columns, rows, empty }) {
  // It scrolls sideways by itself where there is no room, and can be reached by keyboard for that.
  return html`
    <div class="twin" role="region" aria-label=${caption} tabindex="0">
      <table>
        <caption>${caption}</caption>
        <thead>
          <tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr>
        </thead>
        <tbody>
          ${rows.length > 0 ? rows.map((row) => tableRow(row, columns)) : html`<tr><td colspan=${columns.length}>${empty}</td></tr>`}
        </tbody>
      </table>
    </div>`;
}

/** Each cell knows its heading, for where a narrow screen has no row of headings. @param {(string | number)[]} cells @param {string[]} columns */
function tableRow([head, ...cells], columns) {
  return html`<tr><th scope="row">${head}</th>${cells.map(
    (cell, at) => html`<td data-column=${columns[at + 1]}>${cell}</td>`,
  )}</tr>`;
}
