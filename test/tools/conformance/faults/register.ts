// Faults of a registrar have these in common.
import { answer, asRequest, withList } from "./edit.ts";
import type { Fault } from "./faulty-server.ts";

export const REGISTER = "REGISTER";

export const inContacts =
  (change: (contacts: readonly string[]) => readonly string[]) =>
  (text: string): string =>
    withList(text, "contact", change);

/** Answers the REGISTERs that look like this itself. */
export function answersRegister(
  name: string,
  title: string,
  isMeant: (text: string) => boolean,
  status: number,
  ...lines: readonly string[]
): Fault {
  return {
    name,
    title,
    fromPhone(text, wire) {
      const request = asRequest(text, REGISTER);
      if (request === undefined || !isMeant(text)) return [text];
      wire.reply(answer(request, status, ...lines));
      return [];
    },
  };
}

export function isRegister(text: string): boolean {
  return asRequest(text, REGISTER) !== undefined;
}
