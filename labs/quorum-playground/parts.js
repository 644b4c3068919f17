// What of the lab is loaded when it is first needed, each with its looks.

/** @import { Parts } from './lab.js' */

/** @type {{[Name in keyof Parts]: () => Promise<{part: Parts[Name], looks: string}>}} */
const loaders = {
  judging: async () => {
    const [part, looks] = await Promise.all([import('./judging.js'), import('./judging.css')]);
    return { part, looks: looks.default };
  },
  stories: async () => {
    const [part, looks] = await Promise.all([import('./stories.js'), import('./stories.css')]);
    return { part, looks: looks.default };
  },
  challenges: async () => {
    const [part, looks] = await Promise.all([
      import('./challenges.js'),
      import('../../web/ui/challenges.css'),
    ]);
    return { part, looks: looks.default };
  },
};

/**
 * @template {keyof Parts} Name
 * @param {Name} name
 */
export function loadPart(name) {
  return loaders[name]();
}
