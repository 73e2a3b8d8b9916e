// The parts of an error that may be logged. Its text comes from the SDK, a parser or the runtime.

export interface ErrorFacts {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

export function errorFacts({ name, message, stack }: Error): ErrorFacts {
  return { name, message: withoutCredentials(message), stack: stack && withoutCredentials(stack) };
}

/**
 * An error with its name, message and stack only. Errors of the SDK carry the request's metadata and, after a failed condition,
 * the item, and Lambda's runtime logs an error with all its properties.
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
