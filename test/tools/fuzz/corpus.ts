// Real messages to start from: those that JsSIP and SIP.js sent through the local cloud in Chromium, one of each kind,
// byte for byte; a few made by hand for kinds that neither of them sends; and the torture messages of RFC 4475 and RFC
// 5118.
import { readdirSync, readFileSync } from "node:fs";
import { readMessage, type SipMessage } from "../conformance/sip/message.ts";

export interface Sample {
  /** `jssip-invite`: the name of the file. */
  readonly name: string;
  readonly text: string;
  readonly message: SipMessage;
}

const here = (folder: string): URL => new URL(folder, import.meta.url);

function textsIn(folder: URL): { readonly name: string; readonly text: string }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".sip"))
    .sort()
    .map((file) => ({ name: file.slice(0, -".sip".length), text: readFileSync(new URL(file, folder), "utf8") }));
}

export const samples: readonly Sample[] = textsIn(here("corpus/")).map(({ name, text }) => {
  const message = readMessage(text);
  if (message === undefined) throw new TypeError(`${name} is no SIP`);
  return { name, text, message };
});

/** Those with that method, or that status and method, of any author: `INVITE`, `180 INVITE`. */
export function samplesOf(title: string): readonly Sample[] {
  return byTitle.get(title) ?? [];
}

const byTitle = new Map<string, Sample[]>();
for (const sample of samples) {
  const { message } = sample;
  const title = message.kind === "request" ? message.method : `${message.status} ${message.method}`;
  byTitle.set(title, [...(byTitle.get(title) ?? []), sample]);
}

/** Addressed to our domain. */
export const torture: readonly string[] = [
  ...textsIn(here("../../requirements/rfc4475/messages/")),
  ...textsIn(here("../../requirements/rfc5118/messages/")),
].map(({ text }) => text);
