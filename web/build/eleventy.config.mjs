// What Eleventy reads from a file only; the rest of its settings stand in pages.mjs.
export const config = { markdownTemplateEngine: 'njk' };

export default function settings() {}
