// A phone that was challenged and answers as a test wants it to.
import { header, type SipResponse } from "../../../lib/sip/syntax/message.ts";
import { type Bent, challengesIn, digestValue } from "./digest.ts";
import type { RequestParts } from "./phone.ts";
import { DOMAIN, type Line, type Network } from "./network.ts";

export interface Challenged {
  /** The challenge that was last. */
  readonly challenge: SipResponse;
  /** Answers it. A REGISTER unless the phone was asked for something else. */
  answer(bent?: Bent, parts?: RequestParts): Promise<SipResponse>;
  /** Sends any header lines with the request. */
  send(lines: readonly string[], parts?: RequestParts): Promise<SipResponse>;
  /** The next challenge is the one that is answered. */
  meets(challenge: SipResponse): void;
}

export interface Asking extends Line {
  readonly method?: string;
  readonly uri?: string;
  /** Digest username, where it is not the user part of the phone's address as that is written. */
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
    // Of several transactions each has its own answer.
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
