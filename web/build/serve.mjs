// Serves dist/ as a host would, with the site's policy as a header as well, for looking at it and for the tests.
//
//   node web/build/serve.mjs [--port 8080]
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sitePolicy } from './csp.mjs';

const types = /** @type {Record<string, string>} */ ({
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
});

/**
 * A server over one folder; call listen on it.
 * @param {string} folder
 */
export function siteServer(folder) {
  const root = resolve(folder);
  return createServer((request, response) => {
    const say = (/** @type {number} */ status, /** @type {string} */ text) => {
      response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return say(405, 'only GET and HEAD');
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
    const file = fileFor(root, pathname);
    if (!file) return say(404, 'not found');
    if (statSync(file).isDirectory()) {
      response.writeHead(301, { Location: `${pathname}/${search}` }).end();
      return;
    }
    response.writeHead(200, headersFor(file, pathname));
    if (request.method === 'HEAD') response.end();
    else createReadStream(file).pipe(response);
  });
}

/**
 * The file at an address, or a folder asked for without its slash. Nothing outside the root, and no hidden file.
 * @param {string} root
 * @param {string} pathname
 */
function fileFor(root, pathname) {
  let path;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (path.includes('\0') || path.split(/[\\/]/).some((part) => part.startsWith('.'))) return null;
  const file = resolve(join(root, path, path.endsWith('/') ? 'index.html' : ''));
  if (file !== root && !file.startsWith(root + sep)) return null;
  return existsSync(file) ? file : null;
}

/**
 * An embed brings the policy of its own scripts in a meta element; the site's would forbid them.
 * @param {string} file
 * @param {string} pathname
 */
function headersFor(file, pathname) {
  const extension = extname(file);
  const embedded = pathname.startsWith('/embed/');
  return {
    'Content-Type': types[extension] ?? 'application/octet-stream',
    'Content-Length': statSync(file).size,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
    ...(extension === '.html' && !embedded ? { 'Content-Security-Policy': sitePolicy } : {}),
  };
}

/** @param {string[]} words */
function main(words) {
  const at = words.indexOf('--port');
  const port = at < 0 ? 8080 : Number(words[at + 1]);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    console.error('serve: --port needs a number from 0 to 65535');
    process.exit(2);
  }
  const folder = join(dirname(fileURLToPath(import.meta.url)), '../../dist');
  if (!existsSync(join(folder, 'index.html'))) {
    console.error('serve: there is no site in dist/; ./build-wasm.sh builds it first');
    process.exit(1);
  }
  const server = siteServer(folder);
  server.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    const taken = error.code === 'EADDRINUSE';
    console.error(
      taken ? `serve: port ${port} is taken; choose another with --port` : `serve: ${error.message}`,
    );
    process.exit(1);
  });
  server.listen(port, () => {
    const address = server.address();
    const actual = typeof address === 'object' && address ? address.port : port;
    console.log(`http://localhost:${actual}  (Ctrl-C ends it)`);
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
