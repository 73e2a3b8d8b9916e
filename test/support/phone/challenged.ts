// A phone that was challenged and answers with credentials that a test can alter.
import { header, type SipResponse } from "../../../lib/sip/syntax/message.ts";
import { type Bent, challengesIn, digestValue } from "./digest.ts";
import type { RequestParts } from "./phone.ts";
import { DOMAIN, type Line, type Network } from "./network.ts";

export interface Challenged {
  /** The last challenge. */
  readonly challenge: SipResponse;
  /** Answers it. Sends a REGISTER unless the phone was challenged for another request. */
  answer(bent?: Bent, parts?: RequestParts): Promise<SipResponse>;
  /** Sends any header lines with the request. */
  send(lines: readonly string[], parts?: RequestParts): Promise<SipResponse>;
  /** The next challenge replaces the stored one. */
  meets(challenge: SipResponse): void;
}

export interface Asking extends Line {
  readonly method?: string;
  readonly uri?: string;
  /** Digest username, where it differs from the user part of the phone's address. */
  readonly username?: string;
}

/** A phone on a new connection, challenged for its first request. */
export async function challenged(network: Network, user: string, asking: Asking = {}): Promise<Challenged> {
  const { method = "REGISTER", uri = `sip:${DOMAIN}`, username = user, password = username } = asking;
  const phone = network.phone(user, asking);
  const to = method === "REGISTER" ? phone.aor : uri;
  const contact = method === "REGISTER" ? [`Contact: <${phone.contact}>`] : [];

  async function send(lines: readonly string[], parts: RequestParts = {}): Promise<SipResponse> {
    const sent = await phone.request(method, uri, { to, ...parts, lines: [...contact, ...lines] });
    // Each transaction has its own response.
    return phone.inbox.take("an answer", (message): message is SipResponse => {
      return message.kind === "response" && header(message, "cseq") === `${sent.cseq} ${method}`;
    });
  }

  let challenge = await send([]);
  const name = challenge.status === 407 ? "Proxy-Authorization" : "Authorization";
  return {
    get challenge() {
      return challenge;
    },
    answer: (bent = {}, parts) =>
      send([`${name}: ${digestValue(challenge, { user: username, password, method, uri }, bent)}`], parts),
    send,
    meets: (next) => void (challenge = next),
  };
}

/** `stale` of each digest challenge: `true`, or undefined where it is absent. */
export function stales(response: SipResponse): readonly (string | undefined)[] {
  return challengesIn(response)
    .filter(({ scheme }) => scheme === "digest")
    .map(({ parameters }) => parameters.get("stale"));
}

export function nonceIn(response: SipResponse): string {
  return (
    challengesIn(response)
      .find(({ scheme }) => scheme === "digest")
      ?.parameters.get("nonce") ?? ""
  );
}
