// The leg of a call to the endpoint of an HTTP callee (RFC 9725), as the log has it: requests and their answers, with the
// host of the endpoint. The server takes SIP messages for the callee itself, so no ladder has an arrow for them.
import type { SentMessage } from "../line.ts";

export interface HttpMessage {
  /** `POST`, `201 POST` */
  readonly title: string;
  /** `media.example.com:8443` */
  readonly host: string;
}

/** @param title `POST media.example.com`, `201 POST media.example.com`; undefined for a SIP message */
export function httpMessageIn({ title, flow }: SentMessage): HttpMessage | undefined {
  const [, name, host] = isHttpFlow(flow) ? (/^((?:\d{3} )?[^\s\d]\S*) (\S+)$/.exec(title) ?? []) : [];
  return name === undefined || host === undefined ? undefined : { title: name, host };
}

/** The flow of an HTTP callee names its address, and belongs to no connection. */
export function isHttpFlow(flow: string): boolean {
  return flow.startsWith("http:");
}
