// A phone that answers challenges by hand.
import { claimEqual, skip } from "../check.ts";
import { bestChallenge, type Challenge, challengesOf, credentialsLine, type Forgery } from "../sip/digest.ts";
import type { SipResponse } from "../sip/message.ts";
import { random } from "../sip/write.ts";
import type { Lab } from "./lab.ts";
import type { Phone, RegisterParts } from "./phone.ts";

/** The challenges to a first REGISTER of this connection. */
export async function challenged(phone: Phone): Promise<readonly Challenge[]> {
  const response = await phone.register({ callId: random(8) }, { answersChallenges: false });
  claimEqual(response.status, 401, "status of a REGISTER without credentials");
  return challengesOf(response);
}

export function strongest(challenges: readonly Challenge[]): Challenge {
  return bestChallenge(challenges) ?? skip("no challenge has an algorithm the suite knows");
}

/** A REGISTER with credentials that may be forged. */
export async function answerWith(
  phone: Phone,
  lab: Lab,
  challenge: Challenge,
  forgery: Forgery = {},
  parts: RegisterParts = {},
): Promise<SipResponse> {
  const line = credentialsLine(challenge, phone.secret, { method: "REGISTER", uri: `sip:${lab.domain}` }, forgery);
  return phone.register(
    { callId: random(8), ...parts, lines: [line, ...(parts.lines ?? [])] },
    { answersChallenges: false },
  );
}
