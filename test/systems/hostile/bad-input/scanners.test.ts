import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { header, headers, type SipResponse } from "../../../../lib/sip/syntax/message.ts";
import { closeClouds } from "../../../parts/local/cloud.ts";
import { aService, DOMAIN, type Service } from "../../e2e/service.ts";
import type { SocketPhone } from "../../../support/phone/socket.ts";

// The method of a scanner: the same request to many extensions, to find those whose response differs. None differs: a
// sender without a login gets the same response for every extension, no phone rings, and nothing is written.

let service: Service;
let bob: SocketPhone;
beforeAll(async () => {
  service = await aService();
  bob = await service.online("bob");
  await service.online("alice");
});
afterAll(closeClouds);

/** Registered, known and offline, unknown, numbers, names of machines, and the favourites of scanners. */
const extensions = ["bob", "alice", "carol", "100", "1000", "9999", "admin", "root", "test", "nobody", "0", "%62ob"];
const scanners = ["friendly-scanner", "sipvicious", "sundayddr", "sip-scan", "VaxSIPUserAgent/3.1", "PortSIP VoIP SDK"];

/** By each of the scanners in turn. */
async function scan(method: string): Promise<SipResponse[]> {
  const mallory = await service.connect("mallory");
  const answers: SipResponse[] = [];
  for (const [index, extension] of extensions.entries()) {
    const aor = `sip:${extension}@${DOMAIN}`;
    const userAgent = scanners[index % scanners.length];
    const isRegister = method === "REGISTER";
    await mallory.request(method, isRegister ? `sip:${DOMAIN}` : aor, {
      to: aor,
      from: isRegister ? aor : `sip:${extension}@1.1.1.1`,
      lines: [`User-Agent: ${userAgent}`, ...(isRegister ? [`Contact: <sip:${extension}@1.1.1.1:5060>`] : [])],
    });
    answers.push(await mallory.takeFinal(method));
  }
  return answers;
}

/** A response without the parts that repeat the request, and without the nonce, which is new each time. */
function shapeOf(answer: SipResponse): string {
  const own = answer.fields
    .map(({ name }) => name)
    .filter((name) => !["via", "from", "to", "call-id", "cseq"].includes(name));
  const challenges = [...headers(answer, "www-authenticate"), ...headers(answer, "proxy-authenticate")];
  const values = challenges.map((value) => value.replace(/nonce="[^"]*"/, "nonce"));
  return [answer.status, answer.reason, ...own, ...values, `${header(answer, "to")?.split(";tag=")[1]?.length}`].join(
    " | ",
  );
}

test.each([
  ["INVITE", 407],
  ["REGISTER", 401],
  ["OPTIONS", 407],
  ["MESSAGE", 407],
  ["SUBSCRIBE", 407],
])(
  "%s to twelve extensions, on a flow without a login: each gets the same challenge, existing or not, whatever the scanner; no post, no write, one read and one Lambda each",
  async (method, status) => {
    await service.cloud.settled();
    service.cloud.meter.reset();
    const heard = bob.inbox.titles();
    const answers = await scan(method);
    await service.cloud.settled();

    expect(answers.map((answer) => answer.status)).toEqual(extensions.map(() => status));
    expect(new Set(answers.map(shapeOf)).size).toBe(1);
    const made = service.cloud.meter.calls
      .filter(({ caller }) => caller === "default")
      .map(({ service: api, action }) => `${api} ${action}`);
    expect(made.filter((call) => call !== "secretsmanager GetSecretValue")).toEqual(
      extensions.map(() => "dynamodb BatchGetItem"),
    );
    expect(bob.inbox.titles()).toEqual(heard);
  },
);

test("each extension costs the same number of read units, existing or not", async () => {
  const mallory = await service.connect("mallory");
  const units: number[] = [];
  for (const extension of extensions) {
    await service.cloud.settled();
    service.cloud.meter.reset();
    await mallory.request("INVITE", `sip:${extension}@${DOMAIN}`);
    await mallory.takeFinal("INVITE");
    await service.cloud.settled();
    units.push(service.cloud.meter.calls.reduce((sum, { requestUnits = 0 }) => sum + requestUnits, 0));
  }
  expect(new Set(units).size).toBe(1);
});

test("a guessed password gets the challenge again, whether the user exists or not", async () => {
  const shapes = new Set<string>();
  for (const user of ["bob", "carol", "nobody", "1000"]) {
    const mallory = await service.connect("mallory");
    const aor = `sip:${user}@${DOMAIN}`;
    const contact = ["Contact: <sip:x@1.1.1.1>"];
    const sent = await mallory.request("REGISTER", `sip:${DOMAIN}`, { to: aor, from: aor, lines: contact });
    const guess = mallory
      .credentials(await mallory.takeFinal("REGISTER"), sent, "1234")
      .replace('"mallory"', `"${user}"`);
    await mallory.request("REGISTER", `sip:${DOMAIN}`, { to: aor, from: aor, lines: [...contact, guess] });
    shapes.add(shapeOf(await mallory.takeFinal("REGISTER")));
  }
  expect([...shapes]).toHaveLength(1);
  expect([...shapes][0]).toMatch(/^401 \| Unauthorized/);
});

test("scans that expect no response: ACK, BYE, CANCEL and responses cost no write and reach no phone", async () => {
  const mallory = await service.connect("mallory");
  const heard = bob.inbox.titles();
  await service.cloud.settled();
  service.cloud.meter.reset();
  await mallory.request("ACK", bob.aor);
  await mallory.request("BYE", bob.aor, { toTag: "x" });
  expect((await mallory.takeFinal("BYE")).status).toBe(481);
  await mallory.request("CANCEL", bob.aor);
  expect((await mallory.takeFinal("CANCEL")).status).toBe(481);
  await mallory.send("SIP/2.0 200 OK\r\nVia: SIP/2.0/WSS example.com\r\n\r\n");
  await service.cloud.settled();
  const made = service.cloud.meter.calls.filter(({ caller }) => caller === "default").map(({ action }) => action);
  expect(made.filter((action) => action !== "GetSecretValue")).toEqual(["BatchGetItem"]); // for the CANCEL
  expect(bob.inbox.titles()).toEqual(heard);
});
