// Staying registered (RFC 3261 §10.2): challenge, refresh, and another attempt after a loss.
import type { SipResponse } from "../../../../lib/sip/syntax/message.ts";
import type { Wire } from "../core/wire.ts";
import { DOMAIN } from "../script/users.ts";
import type { Line } from "./line.ts";
import { TIMER_B } from "./line.ts";
import { credentials, grantedTo, writeRequest } from "./text.ts";

export interface Registration {
  /** On a new connection, or as the script says. */
  register(): void;
  unregister(): void;
  receive(response: Wire<SipResponse>): void;
}

interface Options {
  /** Refreshes end here, in milliseconds. */
  readonly until: number;
  /** Resumes the actions that waited for a registration. */
  registered(expires: number): void;
}

/** A Call-ID is kept for a life (RFC 3261 §10.2): `life` numbers it. */
export function createRegistration(line: Line, life: number, { until, registered }: Options): Registration {
  const { plan, aor } = line;
  const uri = `sip:${DOMAIN}`;
  const callId = `register${life}@${plan.name}`;
  const fromTag = line.tag();
  let cseq = line.random.named(callId).between(1, 1000);
  let pending: { readonly branch: string; readonly expires: number; readonly contact: string } | undefined;
  let refreshes = 0;

  function ask(expires: number, lines: readonly string[] = []): void {
    cseq += 1;
    const branch = line.branch();
    const device = plan.hasInstance ? `;+sip.instance="<${instanceOf(plan.name)}>";reg-id=1` : "";
    const uriOfContact = `${line.contact()}${line.pushParameters()}`;
    pending = { branch, expires, contact: uriOfContact };
    const contact = `Contact: <${uriOfContact}>${device};q=${plan.q};expires=${expires}`;
    const from = `<${aor}>`;
    line.send(
      writeRequest({
        method: "REGISTER",
        uri,
        host: line.host(),
        branch,
        to: from,
        from: `${from};tag=${fromTag}`,
        callId,
        cseq,
        lines: [contact, "Supported: path, gruu, outbound", ...lines],
      }),
    );
    line.later(TIMER_B, () => {
      if (pending?.branch === branch) retry(expires);
    });
  }

  function retry(expires: number): void {
    pending = undefined;
    if (line.now() < until && expires > 0) line.later(line.random.between(2000, 9000), () => ask(expires));
  }

  function receive(response: Wire<SipResponse>): void {
    const { message, branch, status } = response;
    if (pending?.branch !== branch || status < 200) return;
    const { expires, contact } = pending;
    pending = undefined;
    if (status === 401) return ask(expires, [credentials(response, { method: "REGISTER", uri }, plan.user)]);
    if (status !== 200) return retry(expires);
    const granted = grantedTo(message, contact);
    if (expires === 0 || granted === 0) return;
    registered(granted);
    refreshes += 1;
    const turn = refreshes;
    line.later(granted * 900, () => {
      if (turn === refreshes && line.now() < until) ask(plan.expires);
    });
  }

  return { register: () => ask(plan.expires), unregister: () => ask(0), receive };
}

export function instanceOf(phone: string): string {
  return `urn:uuid:00000000-0000-4000-8000-${Buffer.from(phone).toString("hex").slice(-12).padStart(12, "0")}`;
}
