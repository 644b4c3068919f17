/**
 * The engine as the page sees it: sessions, jobs, and one event. It runs in a worker where one can be made, else on
 * this thread in slices; the page sees no difference. Loading starts with the first call, which waits for it.
 * There may be modules for what most pages never ask for: jobs (`source.jobs`), jobs on a store alone (`source.store`),
 * sessions whose machines have LSM trees (`source.trees`), sessions and jobs of clusters that heal themselves
 * (`source.healing`), two replicas that are made equal (`source.sync`). Each is loaded when it is first needed, and who
 * asks for nothing else loads nothing else.
 *
 *   const engine = openEngine({ workerUrl, wasmUrl });
 *   const session = await engine.create({ seed: 42 });
 *   await session.step({ maxEvents: 100 });
 *   const stage = await session.view('stage');
 *
 * Every refusal is an EngineError. If the engine aborts, the call in question is refused with code "aborted", a new
 * engine is built from scenarios and actions, and an `engineerror` event says so.
 */
import { Dispatcher } from './dispatcher.js';
import { EngineErrorEvent } from './errors.js';
import { moduleOf, runJob } from './job.js';
import { moduleFor } from './modules.js';
import { openPort } from './ports.js';
import { Replicas } from './replicas.js';
import { Session } from './session.js';

/** @import { About, EngineSource, Job, ReplicasSetup, ReportOf, Scenario } from './engine.d.ts' */
/** @import { JobOptions } from './job.js' */
/** @import { ModuleName } from './modules.js' */
/** @import { MakeOptions } from './replicas.js' */

/**
 * @param {EngineSource} source
 * @returns {Engine}
 */
export function openEngine(source) {
  return new Engine(source);
}

export class Engine extends EventTarget {
  /** Where sessions are, and what has no module of its own. @type {Dispatcher | null} */
  #main = null;
  /** The other modules that were needed, by name. @type {Map<string, Dispatcher>} */
  #modules = new Map();
  #source;
  #closed = false;

  /** @param {EngineSource} source */
  constructor(source) {
    super();
    this.#source = source;
  }

  get #dispatcher() {
    if (!this.#main) {
      this.#main = this.#open(this.#source);
      if (this.#closed) this.#main.close();
    }
    return this.#main;
  }

  /** @param {EngineSource} source */
  #open(source) {
    return new Dispatcher(
      () => openPort(source),
      (error, rebuilt) => this.dispatchEvent(new EngineErrorEvent(error, rebuilt)),
    );
  }

  /** Whether clusters that heal themselves can be had; an embed's module carries none. */
  get canHeal() {
    return this.#source.healing !== undefined;
  }

  /**
   * @param {Scenario | string} scenario an object, or JSON text as it stands in a file
   * @returns {Promise<Session>}
   */
  create(scenario) {
    const text = typeof scenario === 'string' ? scenario : JSON.stringify(scenario);
    const name = moduleFor(text);
    const dispatcher = name === null ? this.#dispatcher : this.#module(name);
    return dispatcher.request(
      'create',
      () => [text],
      (status) => {
        const session = new Session(dispatcher, text, status);
        dispatcher.alive.add(session);
        return session;
      },
    );
  }

  /** Another module; this engine's own when there is none. @param {ModuleName} name */
  #module(name) {
    const source = this.#source[name];
    if (!source || this.#closed) return this.#dispatcher;
    let module = this.#modules.get(name);
    // One that did not arrive is asked for again.
    if (!module || module.over) {
      module = this.#open(source);
      this.#modules.set(name, module);
    }
    return module;
  }

  /**
   * @template {Job} Asked
   * @param {Asked} job
   * @param {JobOptions<Asked>} [options]
   * @returns {Promise<ReportOf<Asked>>}
   */
  runJob(job, options) {
    return runJob(this.#module(moduleOf(job)), job, options);
  }

  /**
   * Two replicas that have drifted apart.
   * @param {ReplicasSetup} setup
   * @param {MakeOptions} [options]
   * @returns {Promise<Replicas>}
   */
  async replicas(setup, options) {
    const replicas = new Replicas(this.#module('sync'), setup);
    await replicas.make(options);
    return replicas;
  }

  /** @returns {Promise<About>} */
  about() {
    return this.#dispatcher.request(
      'about',
      () => [],
      (json) => JSON.parse(json),
    );
  }

  /** Ends the workers; every session and job ends with it. */
  close() {
    this.#closed = true;
    this.#main?.close();
    for (const module of this.#modules.values()) module.close();
  }
}
