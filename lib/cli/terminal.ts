// The ways in and out of a command.

export interface Terminal {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly isColored: boolean;
  /** Replaces the last text of progress on a terminal; an empty text ends it. Without a terminal it is not shown. */
  readonly progress: (text: string) => void;
  readonly readPassword: (user: string) => Promise<string>;
  /** Aborts when the user interrupts the command (Ctrl-C). */
  readonly ended: () => AbortSignal;
}
