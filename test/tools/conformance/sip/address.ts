// Addresses, URIs and Via elements, read as far as the checks look into them.
import { listOf, type SipMessage, splitOutside, valueOf } from "./message.ts";

/** Names in lower case; quotes taken off values; a parameter without value is "". */
export type Parameters = ReadonlyMap<string, string>;

export interface Address {
  readonly display: string;
  readonly uri: string;
  readonly parameters: Parameters;
}

/** A From, To, Contact, Route … element (RFC 3261 §20.10). */
export function readAddress(element: string): Address {
  const bracketed = /^((?:"(?:[^"\\]|\\.)*"|[^<"])*)<([^>]*)>(.*)$/s.exec(element);
  if (bracketed !== null) {
    const [, display = "", uri = "", rest = ""] = bracketed;
    return { display: display.trim(), uri, parameters: readParameters(rest) };
  }
  const [uri = "", ...rest] = splitOutside(element, ";");
  return { display: "", uri: uri.trim(), parameters: readParameters(`;${rest.join(";")}`) };
}

/** Of `;a=b;c`. */
export function readParameters(text: string): Parameters {
  const parameters = new Map<string, string>();
  for (const part of splitOutside(text, ";")) {
    const equals = part.indexOf("=");
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (name !== "") parameters.set(name, equals < 0 ? "" : unquote(part.slice(equals + 1).trim()));
  }
  return parameters;
}

export function unquote(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/gs, "$1") : value;
}

export interface Uri {
  readonly scheme: string;
  readonly user: string;
  /** Lower case. */
  readonly host: string;
  readonly parameters: Parameters;
  /** What stands behind "?". */
  readonly headers: string;
}

export function readUri(text: string): Uri {
  const [whole = "", headers = ""] = text.split("?");
  const match = /^([a-z][a-z0-9+.-]*):(?:([^@]*)@)?([^;]*)(.*)$/i.exec(whole);
  const [, scheme = "", user = "", host = "", rest = ""] = match ?? [];
  return {
    scheme: scheme.toLowerCase(),
    user,
    host: host.toLowerCase().replace(/:\d+$/, ""),
    parameters: readParameters(rest),
    headers,
  };
}

export interface Via {
  /** `SIP/2.0/WS`, white space taken out. */
  readonly protocol: string;
  readonly sentBy: string;
  readonly parameters: Parameters;
}

export function readVia(element: string): Via {
  const [head = "", ...rest] = splitOutside(element, ";");
  const match = /^(\S+\s*\/\s*\S+\s*\/\s*\S+)\s+(.*)$/.exec(head.trim());
  return {
    protocol: (match?.[1] ?? "").replace(/\s/g, ""),
    sentBy: (match?.[2] ?? "").trim(),
    parameters: readParameters(`;${rest.join(";")}`),
  };
}

/** All Via elements, topmost first. */
export function viasOf(message: SipMessage): readonly Via[] {
  return listOf(message, "via").map(readVia);
}

/** Branch of the topmost Via. */
export function branchOf(message: SipMessage): string {
  return viasOf(message)[0]?.parameters.get("branch") ?? "";
}

export function tagIn(message: SipMessage, name: "from" | "to"): string {
  return readAddress(valueOf(message, name)).parameters.get("tag") ?? "";
}

export function uriIn(message: SipMessage, name: "from" | "to" | "contact"): string {
  return readAddress(valueOf(message, name)).uri;
}

/** Contact elements of a message. */
export function contactsOf(message: SipMessage): readonly Address[] {
  return listOf(message, "contact").map(readAddress);
}
