// The events of a WebSocket API, field by field as captured from AWS.
import type { IncomingMessage } from "node:http";
import type { ApiSpec } from "./spec.ts";
import { newGatewayId } from "./identifiers.ts";

/** Facts that every event of a connection repeats. */
export interface ConnectionFacts {
  readonly connectionId: string;
  /** Epoch milliseconds. */
  readonly connectedAt: number;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  /** Context that the authorizer returned. */
  readonly authorizer?: Readonly<Record<string, string | number | boolean>>;
}

export interface GatewayEvent {
  readonly requestContext: Readonly<Record<string, unknown>> & {
    readonly requestId: string;
    readonly connectionId: string;
  };
  readonly [key: string]: unknown;
}

export function connectEvent(api: ApiSpec, facts: ConnectionFacts, request: IncomingMessage): GatewayEvent {
  return {
    ...handshakeFields(request, facts, new Set(["connection", "upgrade"])),
    requestContext: contextOf(api, facts, "$connect", "CONNECT"),
    isBase64Encoded: false,
  };
}

/** Event of a REQUEST authorizer. */
export function authorizerEvent(api: ApiSpec, facts: ConnectionFacts, request: IncomingMessage): GatewayEvent {
  return {
    type: "REQUEST",
    methodArn: `${api.arn}/${api.stage}/$connect`,
    ...handshakeFields(request, facts, new Set()),
    stageVariables: {},
    requestContext: contextOf(api, facts, "$connect", "CONNECT"),
  };
}

/** A message: no headers, no query string. */
export function messageEvent(api: ApiSpec, facts: ConnectionFacts, routeKey: string, body: string): GatewayEvent {
  const context = contextOf(api, facts, routeKey, "MESSAGE");
  return { requestContext: { ...context, messageId: newGatewayId() }, body, isBase64Encoded: false };
}

export function disconnectEvent(api: ApiSpec, facts: ConnectionFacts, code: number, reason: string): GatewayEvent {
  const headers = { Host: api.domainName, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" };
  const context = contextOf(api, facts, "$disconnect", "DISCONNECT");
  return {
    headers,
    multiValueHeaders: multiple(Object.entries(headers)),
    requestContext: { ...context, disconnectStatusCode: code, disconnectReason: reason },
    isBase64Encoded: false,
  };
}

type EventType = "CONNECT" | "MESSAGE" | "DISCONNECT";

function contextOf(api: ApiSpec, facts: ConnectionFacts, routeKey: string, eventType: EventType) {
  const now = Date.now();
  const requestId = newGatewayId();
  return {
    routeKey,
    ...(facts.authorizer ? { authorizer: facts.authorizer } : {}),
    eventType,
    extendedRequestId: requestId,
    requestTime: clfTime(now),
    messageDirection: "IN",
    stage: api.stage,
    connectedAt: facts.connectedAt,
    requestTimeEpoch: now,
    identity: { ...(facts.userAgent === undefined ? {} : { userAgent: facts.userAgent }), sourceIp: facts.sourceIp },
    requestId,
    domainName: api.domainName,
    connectionId: facts.connectionId,
    apiId: api.id,
  };
}

/** Headers with names as the client wrote them and those that the gateway adds; query parameters only if present. */
function handshakeFields(request: IncomingMessage, facts: ConnectionFacts, without: ReadonlySet<string>): object {
  const raw = request.rawHeaders;
  const sent = raw.flatMap((name, index) => (index % 2 ? [] : [[name, raw[index + 1] ?? ""] as const]));
  const added = [
    ["X-Forwarded-For", facts.sourceIp],
    ["X-Forwarded-Port", "443"],
    ["X-Forwarded-Proto", "https"],
  ] as const;
  const headers = [...sent.filter(([name]) => !without.has(name.toLowerCase())), ...added];
  const query = [...new URLSearchParams(request.url?.split("?", 2)[1])];
  return {
    headers: Object.fromEntries(headers),
    multiValueHeaders: multiple(headers),
    ...(query.length
      ? { queryStringParameters: Object.fromEntries(query), multiValueQueryStringParameters: multiple(query) }
      : {}),
  };
}

function multiple(entries: readonly (readonly [string, string])[]): Record<string, readonly string[]> {
  const all: Record<string, string[]> = {};
  for (const [name, value] of entries) (all[name] ??= []).push(value);
  return all;
}

/** `11/Nov/2024:11:35:24 +0000` */
function clfTime(epochMs: number): string {
  const [, day, month, year, time] = new Date(epochMs).toUTCString().split(/[ ,]+/);
  return `${day}/${month}/${year}:${time} +0000`;
}
