/**
 * Long work of which one is under way at a time: how far it is, and a way to stop it. Work that was stopped, or whose
 * place was taken by other work, is heard of no more.
 * @template {{done: number, total: number}} [Progress={done: number, total: number}]
 */
export class OneJob {
  /** Of the work under way; null when there is none. @type {Progress | null} */
  progress = null;
  /** @type {AbortController | null} */
  #running = null;

  /** @param {() => void} onProgress also when it begins and when it ends */
  constructor(onProgress) {
    this.onProgress = onProgress;
  }

  get isRunning() {
    return this.#running !== null;
  }

  /**
   * @template Result
   * @param {Progress} start what the progress is at first
   * @param {(signal: AbortSignal, report: (progress: Progress) => void) => Promise<Result>} work
   * @returns {Promise<Result | null>} null when it was stopped; an error of work that was not is thrown
   */
  async run(start, work) {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    const { signal } = running;
    /** @param {Progress} progress */
    const report = (progress) => {
      if (signal.aborted) return;
      this.progress = progress;
      this.onProgress();
    };
    report(start);
    try {
      const result = await work(signal, report);
      return signal.aborted ? null : result;
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    } finally {
      if (this.#running === running) this.#end();
    }
  }

  stop() {
    this.#running?.abort();
    this.#end();
  }

  #end() {
    this.#running = null;
    this.progress = null;
    this.onProgress();
  }
}
