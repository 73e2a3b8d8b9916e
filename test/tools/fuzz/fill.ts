// A recorded message for another call: the parts that tie it to one call are replaced, the rest stays as the library
// wrote it.
import { joinParts, nameOf, partsOf } from "../conformance/faults/edit.ts";

export interface Parts {
  /** Request-URI. */
  readonly uri?: string;
  readonly vias?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  /** The number; the method stays. */
  readonly cseq?: number;
  /** The whole value. */
  readonly cseqLine?: string;
  readonly contact?: string;
  readonly routes?: readonly string[];
  readonly recordRoutes?: readonly string[];
  /** A whole header line. */
  readonly credentials?: string;
}

export function fill(text: string, parts: Parts): string {
  const { start, lines, body } = partsOf(text);
  const method = start.split(" ", 1)[0] ?? "";
  const wanted = new Map<string, readonly string[]>();
  const want = (name: string, spelling: string, values: readonly string[] | undefined): void => {
    if (values !== undefined)
      wanted.set(
        name,
        values.map((value) => `${spelling}: ${value}`),
      );
  };
  const one = (value: string | undefined): readonly string[] | undefined => (value === undefined ? undefined : [value]);
  want("via", "Via", parts.vias);
  want("from", "From", one(parts.from));
  want("to", "To", one(parts.to));
  want("call-id", "Call-ID", one(parts.callId));
  want("cseq", "CSeq", one(parts.cseqLine ?? (parts.cseq === undefined ? undefined : `${parts.cseq} ${method}`)));
  want("contact", "Contact", one(parts.contact));
  want("route", "Route", parts.routes);
  want("record-route", "Record-Route", parts.recordRoutes);
  if (parts.credentials !== undefined) {
    wanted.set("authorization", []);
    wanted.set("proxy-authorization", []);
    wanted.set("credentials", [parts.credentials]);
  }

  const filled: string[] = [];
  for (const line of lines) {
    const name = nameOf(line);
    const values = wanted.get(name);
    if (values === undefined) filled.push(line);
    else {
      filled.push(...values);
      wanted.set(name, []);
    }
  }
  for (const values of wanted.values()) filled.push(...values);
  return joinParts({ start: startOf(start, parts.uri), lines: filled, body });
}

function startOf(start: string, uri: string | undefined): string {
  if (uri === undefined || start.startsWith("SIP/")) return start;
  const [method = ""] = start.split(" ", 1);
  return `${method} ${uri} SIP/2.0`;
}
