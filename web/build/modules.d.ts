// Modules that exist only inside the bundles: see bundle.mjs, which provides them.

/** A style sheet imported by a script is its text. */
declare module '*.css' {
  const text: string;
  export default text;
}

/** The engine inlined into a self-contained lab: the worker's source and the wasm in base64. */
declare module 'virtual:engine' {
  export const workerText: string;
  export const wasmBase64: string;
}

/** Eleventy ships no types; this is the part that pages.mjs uses. */
declare module '@11ty/eleventy' {
  export interface Config {
    setIncludesDirectory(folder: string): void;
    setTemplateFormats(formats: string[]): void;
    setUseGitIgnore(use: boolean): void;
    addGlobalData(name: string, value: unknown): void;
    addFilter(name: string, filter: (...values: never[]) => unknown): void;
    addPairedShortcode(name: string, shortcode: (content: string, ...values: never[]) => string): void;
    addShortcode(name: string, shortcode: (...values: never[]) => string): void;
  }
  export default class Eleventy {
    constructor(
      input: string,
      output: string,
      options: { quietMode: boolean; configPath: string; config: (config: Config) => void },
    );
    init(): Promise<void>;
    write(): Promise<void>;
  }
}
