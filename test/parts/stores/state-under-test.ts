import type { Ports } from "../../../lib/signaling/ports.ts";

export interface StateUnderTest extends Pick<Ports, "read" | "commit"> {
  /** `domain` is the domain of the AOR and the digest realm. */
  addSubscriber(subscriber: { user: string; password: string; domain: string }): Promise<void>;
  close(): Promise<void>;
}
