// Command lines as they are typed, before Node parses them.

/**
 * Node takes `--jitter -5` for two options and reports that in a programmer's words; joined, the value reaches its own
 * check.
 */
export function joinNegativeValues(args: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1);
    const isValue = /^-\d/.test(arg) && last !== undefined && /^--[a-z][a-z-]*$/.test(last);
    if (isValue) joined.splice(-1, 1, `${last}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}
