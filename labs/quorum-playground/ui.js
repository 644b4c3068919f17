// What the element remembers about its own face, and nothing about the run.

/**
 * @typedef {object} Ui
 * @property {string | null} menu       the machine, or the message, whose menu is open
 * @property {boolean} promises         all promises are listed
 * @property {boolean} round            the ring is drawn round
 * @property {boolean} tables           the tables are open
 * @property {string | null} address    a link to copy by hand
 * @property {string | null} content    a file's text to copy by hand
 * @property {string | null} copied     the button that put the link on the clipboard: link or hand-in
 * @property {number} stageWidth        of what stands on the stage, in pixels
 * @property {number} sideWidth         of what stands in the side panel, in pixels
 * @property {number} diagramWidth      of the space-time diagram, in pixels
 * @property {number} whyWidth          of the calls in an explanation, in pixels
 * @property {number} curveWidth        of the curve, in pixels
 * @property {Record<string, string>} drafts  what was typed into the put and get fields
 * @property {(change: Partial<Ui>) => void} set
 */

export {};
