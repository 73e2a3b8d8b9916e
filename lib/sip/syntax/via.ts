// Via (RFC 3261 §20.42): the sender of a message, and the transaction that its response belongs to.
import { endOf, skipSpace, skipSpaceBack, TOKEN } from "./characters.ts";
import { hostPortAt, parseHostPort } from "./host.ts";
import { type Parameters, parseParameters, serializeParameters } from "./parameters.ts";

export interface Via {
  /** `UDP`, `TCP`, `TLS`, `WS`, `WSS` …, as written. */
  readonly transport: string;
  /** The sent-by host in lower case. */
  readonly host: string;
  readonly port?: number;
  readonly parameters: Parameters;
}

const PROTOCOL = "SIP/2.0/";
/** The grammar allows white space around the slashes, and any case. */
const UNUSUAL_PROTOCOL = /^SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*/i;

/** One element of a Via header; undefined if it is malformed. */
export function parseVia(value: string): Via | undefined {
  const start =
    value.slice(0, PROTOCOL.length) === PROTOCOL ? PROTOCOL.length : (UNUSUAL_PROTOCOL.exec(value)?.[0].length ?? 0);
  const end = endOf(TOKEN, value, start, value.length);
  const sentBy = skipSpace(value, end, value.length);
  if (start === 0 || end === start || sentBy === end) return undefined;

  const semicolon = value.indexOf(";", sentBy);
  const sentByEnd = skipSpaceBack(value, sentBy, semicolon < 0 ? value.length : semicolon);
  const hostPort = hostPortAt(value, sentBy, sentByEnd) ?? parseHostPort(value.slice(sentBy, sentByEnd));
  const parameters = semicolon < 0 ? [] : parseParameters(value, semicolon);
  if (hostPort === undefined || parameters === undefined) return undefined;
  const { host, port } = hostPort;
  const transport = value.slice(start, end);
  return port === undefined ? { transport, host, parameters } : { transport, host, port, parameters };
}

export function serializeVia({ transport, host, port, parameters }: Via): string {
  return `SIP/2.0/${transport} ${host}${port === undefined ? "" : `:${port}`}${serializeParameters(parameters)}`;
}

/** §8.1.1.7: a branch with this prefix is globally unique. */
export const MAGIC_COOKIE = "z9hG4bK";
