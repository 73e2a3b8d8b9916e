// Messages that several readers look at: phones, attackers, oracles and the statistics.
import { readMessage, type SipMessage } from "../conformance/sip/message.ts";

/** A message is read by all of them in one turn. */
const LATEST = 50;
const latest = new Map<string, SipMessage | undefined>();

/** As `readMessage`; the latest texts are not read again. */
export function readOnce(text: string): SipMessage | undefined {
  if (latest.has(text)) return latest.get(text);
  const message = readMessage(text);
  const [oldest] = latest.size < LATEST ? [] : latest.keys();
  if (oldest !== undefined) latest.delete(oldest);
  latest.set(text, message);
  return message;
}
