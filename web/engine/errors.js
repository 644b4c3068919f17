/**
 * The one kind of error that web/engine throws: a code, a sentence that says what was expected and found, and the
 * JSON pointer of the place. Codes of the engine: bad_input, not_found, limit, stale_id, internal. Codes of this
 * folder: aborted (the engine stopped in the middle of this call) and closed (the engine was closed by the page).
 */
export class EngineError extends Error {
  /** @param {{ code: string, message: string, path?: string }} fields */
  constructor({ code, message, path = '' }) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
    this.path = path;
  }

  /** What crosses from the worker to the page. */
  toJSON() {
    return { code: this.code, message: this.message, path: this.path };
  }

  /**
   * Anything caught, as an EngineError.
   * @param {unknown} error
   */
  static from(error) {
    if (error instanceof EngineError) return error;
    return new EngineError({
      code: 'internal',
      message: error instanceof Error ? error.message : String(error),
    });
  }
}

/** Tells the page that the engine aborted: `rebuilt` says whether a new one has taken over. */
export class EngineErrorEvent extends Event {
  /**
   * @param {EngineError} error
   * @param {boolean} rebuilt
   */
  constructor(error, rebuilt) {
    super('engineerror');
    this.error = error;
    this.rebuilt = rebuilt;
  }
}
