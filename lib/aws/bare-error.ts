// What of an error may be written down. Its text is others': the SDK's, a parser's, the runtime's.

export interface ErrorFacts {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

export function errorFacts({ name, message, stack }: Error): ErrorFacts {
  return { name, message: withoutCredentials(message), stack: stack && withoutCredentials(stack) };
}

/**
 * An error with its name, message and stack and nothing else: those of the SDK carry the request's metadata and, after a
 * failed condition, the item; whoever logs an error with all its properties, as Lambda's runtime does, would write that down.
 */
export function bareError(error: Error): Error {
  const { name, message, stack } = errorFacts(error);
  const bare = new Error(message);
  for (const [key, value] of Object.entries({ name, stack })) {
    Object.defineProperty(bare, key, { value, configurable: true, writable: true, enumerable: false });
  }
  return bare;
}

/** JWTs, and AWS's session token: AWS repeats the whole request whose signature is wrong. */
function withoutCredentials(text: string): string {
  return text.replace(/\beyJ[\w-]{8,}(?:\.[\w-]*)*|(?<=x-amz-security-token:\s*)[^\s'"\\]+/gi, "…");
}
