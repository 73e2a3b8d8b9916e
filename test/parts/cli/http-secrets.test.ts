// Secrets of HTTP callees on the deployed bundles: the bearer token, the headers of the policy and the path of the URL reach
// the endpoint, and occur in no log line, drawing, list, finding or SIP message, whatever the endpoint does.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { localOrigins } from "../../../lib/local/synthesize.ts";
import { temporaryFolder } from "../../../lib/local/temporary-folder.ts";
import { anAssembly } from "../../support/assembly.ts";
import { type EndpointReply, type HttpsEndpoint, startHttpsEndpoint } from "../../support/https-endpoint.ts";
import { ANSWER, OFFER } from "../../support/phone/http-endpoint.ts";
import type { SocketPhone } from "../../support/phone/socket.ts";
import { DOMAIN } from "../../systems/e2e/service.ts";
import { closeClouds } from "../local/cloud.ts";
import { anOperatedService, type OperatedService } from "./command.ts";

const [TOKEN, KEY, PATH] = ["b3arer-t0ken", "he4der-k3y", "str3am-path"];
const RESTART = OFFER.replace("abcd", "wxyz").replace("0123456789", "9876543210");
const lines = ["Content-Type: application/sdp"];

let endpoint: HttpsEndpoint;
let service: OperatedService;
let alice: SocketPhone;
/** Every frame that alice got. */
const received: string[] = [];

beforeAll(async () => {
  endpoint = await startHttpsEndpoint();
  const { host, certificates } = endpoint;
  const httpHosts = [host, host.replace("localhost", "127.0.0.1"), "localhost:1"].join();
  const httpSecretNames = "media,broken";
  const assembly = await anAssembly({ domain: DOMAIN, origins: localOrigins.join(","), httpHosts, httpSecretNames });
  const secrets = { media: TOKEN, broken: `${TOKEN} ${TOKEN}` };
  service = await anOperatedService({ assembly, secrets, httpCertificates: certificates });
  alice = await service.online("alice");
  alice.socket.on("message", (data: Buffer) => received.push(data.toString("utf8")));
  const callees = {
    studio: [host, "media"],
    closed: ["localhost:1", "media"],
    odd: [host, "broken"],
    bare: [host, "no"],
  };
  for (const [user, [at = "", secret = ""]] of Object.entries(callees)) {
    const options = ["--http", `https://${at}/${PATH}`, "--http-secret", secret, "--http-headers", `X-Key: ${KEY}`];
    const { code, error } = await service.sip(["users", "policy", "set", user, ...options]);
    if (code !== 0) throw new Error(error);
  }
});
afterAll(async () => {
  service.stop();
  await closeClouds();
  await endpoint.close();
});

async function callTo(user: string): Promise<readonly [callId: string, status: number]> {
  const invite = await alice.request("INVITE", `sip:${user}@${DOMAIN}`, { body: OFFER, lines });
  const final = await alice.takeFinal("INVITE");
  if (final.status === 200) {
    const dialog = alice.dialogAsCaller(invite, final);
    await alice.inDialog("ACK", dialog, { cseq: invite.cseq });
    await alice.inDialog("INVITE", dialog, { body: RESTART, lines });
    await alice.takeFinal("INVITE");
    await alice.inDialog("BYE", dialog);
    await alice.takeFinal("BYE");
  }
  await service.cloud.settled();
  return [invite.callId, final.status];
}

/** The endpoint gives the secrets back, as a careless one may. */
const repeating = (status: number, more: Readonly<Record<string, string>> = {}): EndpointReply => ({
  status,
  headers: { "X-Echo": `Bearer ${TOKEN}`, ...more },
  body: `Bearer ${TOKEN}, ${KEY}`,
});

test("the token and the headers of a policy, and the path of its URL, are in the requests alone", async () => {
  const sdp = { "Content-Type": "application/sdp" };
  const elsewhere = `https://${endpoint.host.replace("localhost", "127.0.0.1")}/${PATH}`;
  const replies: readonly (readonly [string, number, EndpointReply?])[] = [
    ["studio", 200],
    ["studio", 488, repeating(400)],
    ["studio", 500, repeating(401)],
    ["studio", 486, repeating(403)],
    ["studio", 404, repeating(404)],
    ["studio", 500, repeating(500)],
    ["studio", 500, repeating(302, { Location: elsewhere })],
    ["studio", 500, repeating(307, { Location: `/${PATH}` })],
    ["studio", 500, repeating(307, { Location: `https://evil.example/${PATH}` })],
    ["studio", 502, repeating(201)],
    ["studio", 502, repeating(201, { Location: `/${PATH}` })],
    ["studio", 502, repeating(201, { ...sdp, Location: `https://evil.example/${TOKEN}` })],
    ["closed", 500],
    ["odd", 500],
    ["bare", 500],
  ];
  const calls: string[] = [];
  for (const [user, status, reply] of replies) {
    endpoint.reply = () => reply;
    const [callId, answered] = await callTo(user);
    expect([user, reply?.status, answered]).toEqual([user, reply?.status, status]);
    calls.push(callId);
  }
  // An answered call whose endpoint takes PATCH, and refuses both the restart and the end.
  const patchable = { ...sdp, Location: `/${PATH}/1`, "Accept-Patch": "application/trickle-ice-sdpfrag" };
  endpoint.reply = ({ title }) =>
    title.startsWith("POST ") ? { ...repeating(201, patchable), body: ANSWER } : repeating(500);
  calls.push((await callTo("studio"))[0]);
  const redirected = { status: 307, headers: { Location: elsewhere } };
  endpoint.reply = ({ headers }) => (headers.host === endpoint.host ? redirected : undefined);
  calls.push((await callTo("studio"))[0]);
  service.cloud.queues.advance(60);
  await service.cloud.settled();

  const asked = endpoint.requests.filter(({ headers }) => headers.authorization === `Bearer ${TOKEN}`);
  expect(asked.length).toBeGreaterThan(15);
  expect(asked.every(({ headers }) => headers["x-key"] === KEY)).toBe(true);
  expect(new Set(asked.map(({ title }) => title.split(" ")[0]))).toEqual(new Set(["POST", "PATCH", "DELETE"]));

  const folder = temporaryFolder();
  const told = new Map<string, string>([
    ["the log", service.cloud.logs.map(({ text }) => text).join("\n")],
    ["SIP", received.join("\n")],
  ]);
  const say = async (...words: readonly string[]) => {
    const { code, out, error } = await service.sip(words);
    expect([words[0], code]).toEqual([words[0], 0]);
    told.set(words.join(" "), out + error);
  };
  for (const [at, callId] of calls.entries()) {
    const [svg, pcap] = [join(folder, `${at}.svg`), join(folder, `${at}.pcap`)];
    await say("trace", callId, "--json"); // all that the drawings are made of, which the calls have in turn
    if (at % 2 === 0) {
      await say("trace", callId, "--svg", svg);
      told.set(svg, readFileSync(svg, "utf8"));
    } else {
      await say("trace", callId, "--pcap", pcap);
      told.set(pcap, readFileSync(pcap, "latin1") + readFileSync(`${pcap}.hosts`, "utf8"));
    }
    await say("trace", callId, ...(at % 2 === 0 ? [] : ["--mermaid"]));
  }
  await say("calls");
  await say("calls", "--json");
  await say("cost");
  const { out: findings } = await service.sip(["doctor", "--no-call", "--json"], "", new AbortController().signal);
  told.set("doctor", findings);
  expect([...told.values()].every((text) => text.length > 0)).toBe(true);
  const leaks = [...told].flatMap(([where, text]) =>
    [TOKEN, KEY, PATH].filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${where}`),
  );
  expect(leaks).toEqual([]);
  expect((await service.sip(["users", "policy", "get", "studio", "--json"])).out).not.toContain(TOKEN);
});
