// A Lambda of your sign-up: accounts with passwords, for clients without tokens. Deploy it with
// `sip.grantManageSubscribers(fn)` and SUBSCRIBERS_TABLE: sip.subscribersTableName.
import { createSubscribers } from "sip-serverless/subscribers";

const subscribers = createSubscribers({ table: process.env["SUBSCRIBERS_TABLE"] ?? "" });

/** Adds the account and returns its password, made by machine; calling it again gives a new password. */
export async function signUp(user: string): Promise<string> {
  const password = crypto.randomUUID();
  await subscribers.put(`sip:${user}@example.com`, password);
  return password;
}

/** A group that rings its members, and a forwarding for the time when they do not answer. */
export async function openHotline(members: readonly string[]): Promise<void> {
  await subscribers.setPolicy("sip:hotline@example.com", {
    group: members.map((user) => `sip:${user}@example.com`),
    ringSeconds: 30,
    forwarding: { noAnswer: "sip:voicemail@example.com" },
  });
}
