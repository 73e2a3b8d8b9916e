// Subscribers: no change writes them, the operator of the process adds them.
import type { Subscriber } from "../../sip/state/subscriber.ts";
import type { Rows } from "./record.ts";

export function putSubscriber({ subscribers }: Rows, subscriber: Subscriber): void {
  subscribers.set(subscriber.aor, subscriber);
}
