// The phones that are registered, for tools.
import type { Binding, Registration } from "../sip/state/registration.ts";

export interface Phone extends Pick<Binding, "contact" | "flow"> {
  readonly address: string;
  readonly instance: string | undefined;
  /** Seconds until the binding ends unless it is refreshed. */
  readonly expiresIn: number;
  /** Seconds since the REGISTER. */
  readonly registeredFor: number;
}

/** The row of an AOR stays for some time after its last binding has ended. @param now epoch seconds */
export function livePhones({ aor: address, bindings }: Registration, now: number): readonly Phone[] {
  return bindings
    .filter(({ expiresAt }) => expiresAt > now)
    .map(({ contact, flow, instance, expiresAt, registeredAt }) => {
      return { address, contact, flow, instance, expiresIn: expiresAt - now, registeredFor: now - registeredAt };
    });
}
