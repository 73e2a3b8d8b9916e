// A phone that loses its connection and finds another.
import type { Lab } from "./lab.ts";
import type { Phone } from "./phone.ts";

/** The same device on a new connection, registered. */
export function comeBack(lab: Lab, phone: Phone, who: "alice" | "bob"): Promise<Phone> {
  return lab.online(who, { instance: phone.instance });
}

/** The network fails, without a close frame; then the server has had its time to notice. */
export async function vanish(lab: Lab, phone: Phone): Promise<void> {
  phone.connection.cut();
  await phone.connection.closed;
  await lab.quiet();
}
