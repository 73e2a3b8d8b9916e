// A command cannot do its work. The message says what to do instead.

export class CommandError extends Error {
  /** 1: it failed; 2: the command line is wrong. */
  readonly exitCode: 1 | 2;
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
