// Session descriptions (RFC 8866) as far as a further answer needs them (RFC 3264 §8): m-lines, their directions, and the
// version in `o=`. All other lines are kept as they are: an endpoint and a phone have agreed on them.

export interface SessionDescription {
  /** Lines before the first m-line. */
  readonly session: readonly string[];
  readonly media: readonly MediaDescription[];
}

/** An m-line and the lines that follow it. */
export interface MediaDescription {
  readonly lines: readonly string[];
}

export type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

/** @param contentType value of a Content-Type */
export function isSdp(contentType = ""): boolean {
  return /^application\/sdp\s*(?:;|$)/i.test(contentType.trim());
}

/** Undefined for a text without `v=0`, `o=` and an m-line. */
export function parseSdp(text: string): SessionDescription | undefined {
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line !== "");
  const starts = lines.flatMap((line, at) => (line.startsWith("m=") ? [at] : []));
  const session = lines.slice(0, starts[0] ?? 0);
  const media = starts.map((start, at) => ({ lines: lines.slice(start, starts[at + 1]) }));
  if (lines[0] !== "v=0" || !media.every(({ lines: [first = ""] }) => M_LINE.test(first))) return undefined;
  return session.some((line) => O_LINE.test(line)) ? { session, media } : undefined;
}

const M_LINE = /^m=(\S+) (\d{1,5})(?:\/\d+)? (\S+) (\S.*)$/;
const O_LINE = /^(o=\S+ \S+ )(\d{1,20})( .*)$/;

export function serializeSdp({ session, media }: SessionDescription): string {
  return [...session, ...media.flatMap(({ lines }) => lines)].map((line) => `${line}\r\n`).join("");
}

/** The value of the first attribute of that name: in the media description, else in the session (RFC 8866 §5.13). */
export function attribute(
  name: string,
  { lines }: MediaDescription,
  { session }: Pick<SessionDescription, "session">,
): string | undefined {
  const start = `a=${name}:`;
  return [...lines, ...session].find((line) => line.startsWith(start))?.slice(start.length);
}

export function isRefused({ lines: [first = ""] }: MediaDescription): boolean {
  return M_LINE.exec(first)?.[2] === "0";
}

/** RFC 8866 §6.7: sendrecv where neither the media nor the session says otherwise. */
export function directionOf({ lines }: MediaDescription, { session }: Pick<SessionDescription, "session">): Direction {
  return lines.map(toDirection).find(Boolean) ?? session.map(toDirection).find(Boolean) ?? "sendrecv";
}

function toDirection(line: string): Direction | undefined {
  const [, word] = /^a=(sendrecv|sendonly|recvonly|inactive)$/.exec(line) ?? [];
  return directions.find((one) => one === word);
}

const directions = ["sendrecv", "sendonly", "recvonly", "inactive"] as const;

export function withDirection(media: MediaDescription, direction: Direction): MediaDescription {
  const line = `a=${direction}`;
  const at = media.lines.findIndex((one) => toDirection(one) !== undefined);
  return { lines: at < 0 ? [...media.lines, line] : media.lines.with(at, line) };
}

/** RFC 3264 §6: a media description of an offer, refused by port 0. */
export function refused({ lines }: MediaDescription): MediaDescription {
  const [, kind = "audio", , protocol = "RTP/AVP", formats = "0"] = M_LINE.exec(lines[0] ?? "") ?? [];
  const mid = lines.filter((line) => line.startsWith("a=mid:"));
  return { lines: [`m=${kind} 0 ${protocol} ${formats}`, "c=IN IP4 0.0.0.0", "a=inactive", ...mid] };
}

/** RFC 3264 §8: a changed description has a higher version. */
export function withVersionRaised(session: readonly string[], by: number): readonly string[] {
  return session.map((line) => {
    const [, before, version, after] = O_LINE.exec(line) ?? [];
    return version === undefined ? line : `${before}${BigInt(version) + BigInt(by)}${after}`;
  });
}
