// Texts that were compressed with raw deflate (RFC 1951).
import { inflateRawSync } from "node:zlib";

/** Undefined for anything else. */
export function inflate(bytes: Uint8Array, dictionary = ""): string | undefined {
  try {
    return inflateRawSync(bytes, { dictionary: Buffer.from(dictionary) }).toString("utf8");
  } catch (error) {
    if (isFromZlib(error)) return undefined;
    throw error;
  }
}

function isFromZlib(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && String(error.code).startsWith("Z_");
}
