// Looks for secrets in the lines of a log: as they are, and packed the way a careless line would have them.
import { inflateRawSync, inflateSync } from "node:zlib";

/** A secret that must not be found, and its name in a report. */
export type Secrets = ReadonlyMap<string, string>;

/** `what: line` for each secret that stands in a line. */
export function leaksIn(lines: readonly string[], secrets: Secrets): readonly string[] {
  return lines.flatMap((line) => {
    const readings = readingsOf(line);
    return [...secrets]
      .filter(([secret]) => readings.some((reading) => reading.includes(secret)))
      .map(([, what]) => `${what}: ${line.slice(0, 300)}`);
  });
}

/**
 * The line, the line without the escapes of JSON, and the decoded text of its long words in base64, compressed or not.
 */
function readingsOf(line: string): readonly string[] {
  const words = line.match(/[A-Za-z0-9+/_-]{40,}/g) ?? [];
  return [line, line.replaceAll("\\", ""), ...words.flatMap((word) => unpackings(Buffer.from(word, "base64")))];
}

function unpackings(bytes: Buffer): readonly string[] {
  return [bytes, tryOr(() => inflateRawSync(bytes)), tryOr(() => inflateSync(bytes))].map((text) =>
    text.toString("utf8"),
  );
}

function tryOr(unpack: () => Buffer): Buffer {
  try {
    return unpack();
  } catch {
    return Buffer.alloc(0);
  }
}
