// The account of a sign-in by password, and the links that sign in by themselves.
import type { Config } from "./config.ts";

export interface Account {
  readonly user: string;
  readonly password: string;
  readonly domain: string;
}

/** `?user=alice&auto=1` signs in with the password from the configuration, or with `&password=`. */
export function accountOf(query: string, config: Config): { readonly account: Account; readonly auto: boolean } {
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

/** The link to a phone that signs in by itself. */
export function phoneOf(user: string): string {
  return `?${new URLSearchParams({ user, auto: "1" }).toString()}`;
}
