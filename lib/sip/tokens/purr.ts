// The PURR of RFC 8599 §6.2.1: a device that writes it into the Contact of a dialog wants a push for the requests of that dialog.
// It is sealed, and another one with each REGISTER, so that peers cannot tell which of them are of one device.
import type { Aor } from "../syntax/aor.ts";
import { hashOf } from "./hash.ts";
import { seal, unseal } from "./seal.ts";
import type { SigningKeys } from "./signature.ts";

/** @param device `deviceOf` it; `random` makes each one new */
export function toPurr(aor: Aor, device: string, random: string, keys: SigningKeys): string {
  return seal("purr", `${nameOf(aor, device)} ${random}`, keys);
}

/** This server made it for this device. */
export function isPurrOf(text: string, aor: Aor, device: string, keys: SigningKeys): boolean {
  return unseal("purr", text, keys)?.split(" ", 1)[0] === nameOf(aor, device);
}

function nameOf(aor: Aor, device: string): string {
  return hashOf([aor, device], 16);
}
