// The usual kinds of fault.
import { answer, asRequest, asResponse } from "./edit.ts";
import type { Fault } from "./faulty-server.ts";

/** Refuses requests that look like this. */
export function refuses(name: string, title: string, isRefused: (text: string) => boolean, status = 400): Fault {
  return {
    name,
    title,
    fromPhone(text, wire) {
      const request = asRequest(text.trimStart());
      if (request === undefined || !isRefused(text)) return [text];
      if (request.method !== "ACK") wire.reply(answer(request, status));
      return [];
    },
  };
}

/** Changes responses before a phone sees them: those to some methods, if any are named. */
export function spoils(
  name: string,
  title: string,
  change: (text: string) => string,
  ...methods: readonly string[]
): Fault {
  return { name, title, toPhone: (text) => [asResponse(text, ...methods) === undefined ? text : change(text)] };
}

/** Changes requests before a phone sees them: those of some methods, if any are named. */
export function misforwards(
  name: string,
  title: string,
  change: (text: string) => string,
  ...methods: readonly string[]
): Fault {
  return { name, title, toPhone: (text) => [asRequest(text, ...methods) === undefined ? text : change(text)] };
}

/** Understands requests in its own way: changes them before the good server sees them. */
export function misreads(
  name: string,
  title: string,
  change: (text: string) => string,
  ...methods: readonly string[]
): Fault {
  return { name, title, fromPhone: (text) => [asRequest(text, ...methods) === undefined ? text : change(text)] };
}

/** Never gets a message of this kind. */
export function swallows(name: string, title: string, isLost: (text: string) => boolean): Fault {
  return { name, title, fromPhone: (text) => (isLost(text) ? [] : [text]) };
}

/** Never sends what looks like this. */
export function withholds(name: string, title: string, isLost: (text: string) => boolean): Fault {
  return { name, title, toPhone: (text) => (isLost(text) ? [] : [text]) };
}
