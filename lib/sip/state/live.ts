// The lifetime that most records have. A row outlives it: DynamoDB removes expired rows days later.

/** @param now epoch seconds */
export function isLive({ expiresAt }: { readonly expiresAt: number }, now: number): boolean {
  return expiresAt > now;
}
