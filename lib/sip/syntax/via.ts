// Via (RFC 3261 §20.42): who sent the message, and which transaction the answer belongs to.
import { parseHostPort } from "./host.ts";
import { type Parameters, parseParameters, serializeParameters } from "./parameters.ts";

export interface Via {
  /** `UDP`, `TCP`, `TLS`, `WS`, `WSS` …, as written. */
  readonly transport: string;
  /** The sent-by host in lower case. */
  readonly host: string;
  readonly port?: number;
  readonly parameters: Parameters;
}

/** The grammar allows white space around the slashes. */
const PROTOCOL = /^SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*([!%'*+\-.0-9A-Z_`a-z~]+)[ \t]+/i;

/** One element of a Via header; undefined if it is malformed. */
export function parseVia(value: string): Via | undefined {
  const protocol = PROTOCOL.exec(value);
  if (protocol === null) return undefined;
  const start = protocol[0].length;
  const semicolon = value.indexOf(";", start);
  const hostPort = parseHostPort(value.slice(start, semicolon < 0 ? value.length : semicolon).trim());
  const parameters = semicolon < 0 ? [] : parseParameters(value, semicolon);
  return hostPort && parameters && { transport: protocol[1] ?? "", ...hostPort, parameters };
}

export function serializeVia({ transport, host, port, parameters }: Via): string {
  return `SIP/2.0/${transport} ${host}${port === undefined ? "" : `:${port}`}${serializeParameters(parameters)}`;
}

/** §8.1.1.7: a branch that begins so is unique over space and time. */
export const MAGIC_COOKIE = "z9hG4bK";
