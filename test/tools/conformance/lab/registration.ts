// Shared parts of the registrar's checks.
import { claimEqual } from "../check.ts";
import { type Address, contactsOf } from "../sip/address.ts";
import type { SipResponse } from "../sip/message.ts";
import type { Phone } from "./phone.ts";

/** A contact of this phone, one of several: without instance, so that only its URI distinguishes it. */
export function contactOf(phone: Phone, n = 1): string {
  return `sip:device${n}@${phone.host};transport=ws`;
}

export function find(bindings: readonly Address[], uri: string): Address | undefined {
  return bindings.find((binding) => binding.uri === uri);
}

export function claimBound(bindings: readonly Address[], ...uris: readonly string[]): void {
  claimEqual(bindings.map(({ uri }) => uri).toSorted(), uris.toSorted(), "bindings");
}

export function expiresOf(response: SipResponse, uri: string): number {
  return Number(find(contactsOf(response), uri)?.parameters.get("expires") ?? Number.NaN);
}

/** Supported would make it an outbound device: these checks want the plain registrar. */
export const plain = { lines: [] } as const;
