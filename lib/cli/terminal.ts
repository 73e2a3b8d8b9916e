// The ways in and out of a command.

export interface Terminal {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly isColored: boolean;
  readonly readPassword: (user: string) => Promise<string>;
  /** Aborts when a command that would go on for ever is to end. */
  readonly ended: () => AbortSignal;
}
