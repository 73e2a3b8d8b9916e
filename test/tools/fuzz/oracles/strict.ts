// A strict checker of the written messages, without any leniency (RFC 3261 §7, §18.3, §25.1; RFC 7118 §5). It shares no
// code with `lib`.

const METHOD = /^[A-Za-z0-9\-.!%*_+`'~]+$/;
const REQUEST_LINE = /^([^ ]+) ([A-Za-z][\x21\x23-\x3b\x3d\x3f-\x7e]*) SIP\/2\.0$/;
/** The reason phrase is the answering phone's. */
const STATUS_LINE = /^SIP\/2\.0 ([1-6]\d\d) ([^\0\r\n]*)$/i;
const FIELD = /^[A-Za-z0-9\-.!%*_+`'~]+[ \t]*:/;
const SHORT: Readonly<Record<string, string>> = { v: "via", f: "from", t: "to", i: "call-id", l: "content-length" };

/** `isWhole`: false for a response to an unreadable message, whose fields it repeats unchanged. */
export function faultIn(text: string, isWhole: boolean): string | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return "its head does not end";
  const head = text.slice(0, end);
  if (/\r(?!\n)|(?<!\r)\n/.test(head)) return "a CR or LF alone in its head";
  const [start = "", ...lines] = head.split(/\r\n(?![ \t])/);
  const isResponse = start.startsWith("SIP/");
  const request = REQUEST_LINE.exec(start);
  if (isResponse ? !STATUS_LINE.test(start) : request === null || !METHOD.test(request[1] ?? ""))
    return "its first line";

  const values = new Map<string, string[]>();
  for (const line of lines) {
    if (!FIELD.test(line)) {
      if (isWhole) return `a line that is not a field: ${JSON.stringify(line)}`;
      continue;
    }
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trimEnd().toLowerCase();
    const long = SHORT[name] ?? name;
    values.set(long, [...(values.get(long) ?? []), line.slice(colon + 1).trim()]);
  }
  const lengths = new Set(values.get("content-length"));
  if (lengths.size > 1) return "two lengths";
  const [length] = lengths;
  const octets = Buffer.byteLength(text.slice(end + 4));
  if (length !== undefined && (!/^\d+$/.test(length) || Number(length) !== octets))
    return `Content-Length ${length} before ${octets} octets`;
  return isWhole ? faultInFields(values, request?.[1]) : undefined;
}

function faultInFields(values: ReadonlyMap<string, readonly string[]>, method: string | undefined): string | undefined {
  for (const name of ["from", "to", "call-id", "cseq"]) {
    if (values.get(name)?.length !== 1) return `${values.get(name)?.length ?? 0} times ${name}`;
  }
  if (!values.has("via")) return "no Via";
  const cseq = /^(\d+)\s+(\S+)$/.exec(values.get("cseq")?.[0] ?? "");
  if (cseq === null || Number(cseq[1]) >= 2 ** 31) return "its CSeq";
  if (method === undefined) return undefined;
  if (cseq[2] !== method) return "a CSeq of another method";
  const hops = values.get("max-forwards");
  return hops?.length === 1 && /^\d{1,3}$/.test(hops[0] ?? "") ? undefined : "its Max-Forwards";
}
