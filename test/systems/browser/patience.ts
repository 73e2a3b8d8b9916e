/** How long a test waits for something, on a machine that does other things besides. */
export const PATIENCE_MS = 30_000;
