import type { Ports } from "../../../lib/signaling/signaling.ts";

export interface StateUnderTest extends Pick<Ports, "look" | "commit"> {
  /** `domain` is domain of the AOR and digest realm. */
  addSubscriber(subscriber: { user: string; password: string; domain: string }): Promise<void>;
  close(): Promise<void>;
}
