// The two typefaces: Latin subsets out of their npm packages, under the names that site.css and the preloads use.
import { copyFileSync, mkdirSync } from 'node:fs';

export const fonts = {
  'source-serif-4.woff2':
    'node_modules/@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2',
  'plex-mono-400.woff2': 'node_modules/@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-400-normal.woff2',
  'plex-mono-500.woff2': 'node_modules/@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-500-normal.woff2',
};

export function copyFonts() {
  mkdirSync('dist/assets', { recursive: true });
  for (const [name, source] of Object.entries(fonts)) copyFileSync(source, `dist/assets/${name}`);
}
