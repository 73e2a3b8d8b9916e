/** The time in epoch seconds, as the protocol counts it. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}
