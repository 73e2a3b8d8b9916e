// The configuration of the page: `config.json`, with every default filled in.
import type { IssuerSignIn, PhoneConfig, Subscriber } from "../../phone-config.ts";

export interface Config extends PhoneConfig {
  readonly subscribers: readonly Subscriber[];
  readonly signIn?: IssuerSignIn;
  readonly passwords: boolean;
  readonly log: boolean;
}

export async function loadConfig(): Promise<Config> {
  const response = await fetch("config.json");
  if (!response.ok) throw new Error(`config.json: ${response.status}`);
  const config: PhoneConfig = await response.json();
  const ws = new URL(config.ws, location.href);
  ws.protocol = ws.protocol.replace("http", "ws");
  const tokensAtConnect = config.signIn !== undefined && config.signIn.where !== "register";
  return { subscribers: [], passwords: !tokensAtConnect, log: true, ...config, ws: ws.href };
}
