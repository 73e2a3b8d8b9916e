// The features of the server, found out once before the first check: checks of a missing extension are skipped, not failed.
import { claim } from "../check.ts";
import { contactsOf } from "../sip/address.ts";
import { challengesOf } from "../sip/digest.ts";
import { hasField, listOf, valueOf, valuesOf } from "../sip/message.ts";
import type { Lab } from "./lab.ts";
import type { Phone } from "./phone.ts";
import { bringing } from "./resource-list.ts";

export interface Features {
  /** RFC 5626: the registrar keeps flows. */
  readonly outbound: boolean;
  /** RFC 5627 */
  readonly gruu: boolean;
  /** RFC 3608, the first element. */
  readonly serviceRoute: string | undefined;
  /** The registrar challenges with digest. */
  readonly digest: boolean;
  /** RFC 3856: the server is the notifier of presence. */
  readonly presence: boolean;
  /** RFC 3680: the server is the notifier of registrations. */
  readonly reg: boolean;
  /** RFC 3857: it lists the watchers of presence. */
  readonly winfo: boolean;
  /** RFC 5367: it takes a list in a SUBSCRIBE. */
  readonly lists: boolean;
  /** RFC 4235: it is the notifier of calls. */
  readonly dialog: boolean;
  /** RFC 3842: it is the notifier of waiting messages. */
  readonly messageSummary: boolean;
  /** RFC 8599: it asks push services for notifications. */
  readonly push: boolean;
}

export const noFeatures: Features = {
  outbound: false,
  gruu: false,
  serviceRoute: undefined,
  digest: false,
  presence: false,
  reg: false,
  winfo: false,
  lists: false,
  dialog: false,
  messageSummary: false,
  push: false,
};

/** Registers one device as a WebRTC phone does and looks at the answers. */
export async function probeFeatures(lab: Lab): Promise<Features> {
  const phone = await lab.connect("alice");
  const first = await phone.register({}, { answersChallenges: false });
  const answer = first.status === 200 ? first : await phone.register();
  claim(answer.status === 200, `the first account cannot register: ${answer.startLine}`);
  return {
    outbound: listOf(answer, "require").includes("outbound"),
    gruu: contactsOf(answer).some(({ parameters }) => parameters.has("pub-gruu")),
    serviceRoute: hasField(answer, "service-route") ? valueOf(answer, "service-route") : undefined,
    presence: await isNotifier(phone, "presence"),
    reg: await isNotifier(phone, "reg"),
    winfo: await isNotifier(phone, "presence.winfo"),
    lists: await takesLists(phone),
    dialog: await isNotifier(phone, "dialog"),
    messageSummary: await isNotifier(phone, "message-summary"),
    push: await knowsPush(phone),
    digest: challengesOf(first).some(({ scheme }) => scheme === "digest"),
  };
}

/** RFC 8599 §5.6.1.1: `pn-provider` without a value asks which services there are. */
async function knowsPush(phone: Phone): Promise<boolean> {
  const contact = phone.device.replace(">", ";pn-provider>");
  const answer = await phone.register({ contacts: [`${contact};expires=600`] });
  return valuesOf(answer, "feature-caps").some((value) => value.includes("+sip.pns"));
}

/** A list of the user alone, fetched once. */
async function takesLists(phone: Phone): Promise<boolean> {
  const { lines, body } = bringing(phone.aor);
  const once = lines.map((line) => (line.startsWith("Expires") ? "Expires: 0" : line));
  const fetch = phone.request("SUBSCRIBE", phone.aor, { to: phone.aor, body, lines: once });
  const answer = await fetch.final().catch(() => undefined);
  return answer !== undefined && answer.status < 300 && listOf(answer, "require").includes("eventlist");
}

/** Fetches the user's own state. A server that forwards the SUBSCRIBE gets no answer of this phone. */
async function isNotifier(phone: Phone, event: string): Promise<boolean> {
  const fetch = phone.request("SUBSCRIBE", phone.aor, { lines: [`Event: ${event}`, "Expires: 0"] });
  const forwarded = phone.incoming("SUBSCRIBE", fetch.sent.callId).then(
    (request) => phone.answer(request, 489),
    () => undefined,
  );
  const answer = await Promise.race([fetch.final().catch(() => undefined), forwarded]);
  return answer !== undefined && answer.status < 300;
}
