/**
 * The worker script, bundled with the glue as one classic script (IIFE): the site serves it as a file, an embed holds
 * it as text. In a page that cannot start workers the same script is loaded as an ordinary one; it then only leaves
 * the glue where the client finds it, so the page never carries the glue twice.
 */
import createSystemsim from 'virtual:glue';
import { serveEngine } from './serve.js';

if (typeof document === 'undefined') serveEngine(/** @type {any} */ (self), createSystemsim);
else globalThis.systemsimGlue = createSystemsim;
