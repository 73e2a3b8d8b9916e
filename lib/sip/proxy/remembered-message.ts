// The whole request, kept while a later branch may need it.
import { readEssentials } from "../syntax/essentials.ts";
import { parseMessage } from "../syntax/parse.ts";
import type { ResponseContext } from "./response-context.ts";
import type { Forwarded } from "./start-group.ts";

/** Undefined if nothing was kept. It was accepted once, so it is well formed. */
export function rememberedMessage({ message }: Pick<ResponseContext, "message">): Forwarded | undefined {
  return message === undefined ? undefined : readForwarded(message);
}

export function readForwarded(text: string): Forwarded | undefined {
  const parsed = parseMessage(text);
  if (!parsed.ok || parsed.message.kind !== "request") return undefined;
  const read = readEssentials(parsed.message);
  return read.ok ? { request: parsed.message, essentials: read.essentials } : undefined;
}
