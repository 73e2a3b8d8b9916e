import { afterAll, expect, test } from "@jest/globals";
import { headers } from "../../../lib/sip/syntax/message.ts";
import { closeClouds } from "../../parts/local/cloud.ts";
import { aService, DOMAIN } from "./service.ts";

afterAll(closeClouds);

test("RFC 7118 §8.2: a client that makes the URL it connects to its outbound proxy gets its call through", async () => {
  const service = await aService();
  const [alice, bob] = [await service.online("alice"), await service.online("bob")];
  const { host } = new URL(service.cloud.ws);
  await alice.request("INVITE", `sip:bob@${DOMAIN}`, { routes: [`<sip:${host};transport=ws;lr>`] });
  expect(headers(await bob.takeRequest("INVITE"), "route")).toEqual([]);
});
