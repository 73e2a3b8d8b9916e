// The features of the server, found out once before the first check: checks of a missing extension are skipped, not failed.
import { claim } from "../check.ts";
import { contactsOf } from "../sip/address.ts";
import { challengesOf } from "../sip/digest.ts";
import { hasField, listOf, valueOf } from "../sip/message.ts";
import type { Lab } from "./lab.ts";

export interface Features {
  /** RFC 5626: the registrar keeps flows. */
  readonly outbound: boolean;
  /** RFC 5627 */
  readonly gruu: boolean;
  /** RFC 3608, the first element. */
  readonly serviceRoute: string | undefined;
  /** The registrar challenges with digest. */
  readonly digest: boolean;
}

export const noFeatures: Features = { outbound: false, gruu: false, serviceRoute: undefined, digest: false };

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
    digest: challengesOf(first).some(({ scheme }) => scheme === "digest"),
  };
}
