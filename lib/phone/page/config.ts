// What the page is told by its server (`config.json`) and by its own address.

import type { PhoneConfig, Subscriber } from "../phone-config.ts";

/** Who signs in. */
export interface Account extends Subscriber {
  readonly domain: string;
}

export async function loadConfig(): Promise<PhoneConfig> {
  const response = await fetch("config.json");
  if (!response.ok) throw new Error(`config.json: ${response.status}`);
  const config: PhoneConfig = await response.json();
  const ws = new URL(config.ws, location.href);
  ws.protocol = ws.protocol.replace("http", "ws");
  return { ...config, ws: ws.href };
}

/** `?user=alice&auto=1`, with `&password=` for somebody the server does not know. */
export function accountOf(query: string, config: PhoneConfig): { readonly account: Account; readonly auto: boolean } {
  const given = new URLSearchParams(query);
  const user = given.get("user") ?? "";
  const known = config.subscribers.find((subscriber) => subscriber.user === user);
  const account = {
    user,
    password: given.get("password") ?? known?.password ?? "",
    domain: given.get("domain") ?? config.domain,
  };
  return { account, auto: given.get("auto") === "1" && account.user !== "" && account.password !== "" };
}

/** Address of a phone that signs in by itself. */
export function phoneOf(user: string): string {
  return `?${new URLSearchParams({ user, auto: "1" }).toString()}`;
}
