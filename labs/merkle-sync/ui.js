// What the element remembers about its own face, and nothing about the run.

/**
 * @typedef {object} Ui
 * @property {number} stageWidth  of what stands on the stage, in pixels
 * @property {number} billWidth
 * @property {number} curveWidth
 * @property {boolean} tables     the tables are open
 * @property {string | null} copied   the button that put the link on the clipboard
 * @property {string | null} address  a link to copy by hand
 * @property {string | null} content  a file's text to copy by hand
 * @property {'bill' | 'curve' | 'proof'} tab  on a phone, one of the three
 * @property {number | null} zoomed  on a phone, the level whose cells are wide
 * @property {{key: number, side: 'A' | 'B'}} hand  what an edit by hand is about
 * @property {(change: Partial<Ui>) => void} set
 */

export {};
