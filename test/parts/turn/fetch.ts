// How a phone of the tests asks for its servers.
import type { SipResponse } from "../../../lib/sip/syntax/message.ts";
import { RTC_CONFIGURATION } from "../../../lib/sip/turn/ice-servers.ts";
import type { Phone, RequestParts } from "../../support/phone/phone.ts";
import type { TurnCredentials } from "./turn-client.ts";

export interface RtcConfiguration {
  readonly iceServers: readonly (TurnCredentials & { readonly urls: readonly string[] })[];
  /** Seconds. */
  readonly ttl: number;
}

export const accept = (types: string): RequestParts => ({ lines: [`Accept: ${types}`] });

export function askForServers(phone: Phone, domain: string, parts = accept(RTC_CONFIGURATION)): Promise<SipResponse> {
  return phone.ask("OPTIONS", `sip:${domain}`, parts);
}

/** The one entry of the list. */
export function credentialsIn({ body }: SipResponse): TurnCredentials {
  const { iceServers }: RtcConfiguration = JSON.parse(body);
  const [only, ...others] = iceServers;
  if (only === undefined || others.length > 0) throw new Error(`expected one server: ${body}`);
  return only;
}
