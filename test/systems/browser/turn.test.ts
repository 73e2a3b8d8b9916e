import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { type Coturn, isInstalled, startCoturn } from "../../parts/turn/coturn.ts";
import { assemblyWithTurn, SECRET_NAME } from "../../parts/turn/deployment.ts";
import { startCloudService } from "./cloud-service.ts";
import { type Desk, openDesk } from "./desk.ts";
import { receives } from "./media.ts";
import type { Library } from "./pages/device.ts";
import { openPhone, type PhonePage } from "./phone-page.ts";
import { newContext } from "./room.ts";
import { hearEachOther, talk } from "./talk.ts";

const SECRET = "between coturn and us";
/** A port without a server: calls work without it. */
const NOWHERE = "turn:127.0.0.1:9?transport=tcp";

let coturn: Coturn | undefined;
let assembly: string;
let desk: Desk;
let url: string;
/** A server that does not answer. */
let silent: Socket | undefined;

beforeAll(async () => {
  coturn = isInstalled ? await startCoturn(SECRET) : undefined;
  url = coturn?.url ?? NOWHERE;
  assembly = await assemblyWithTurn(url);
  desk = await openDesk(startCloudService({ assembly, secrets: { [SECRET_NAME]: SECRET } }));
});
afterEach(() => {
  silent?.close();
  silent = undefined;
  return desk.clear();
});
afterAll(async () => {
  await desk.close();
  await coturn?.stop();
});

/** Servers of the page's newest peer connection. */
const serversOf = (page: Page) => page.evaluate(() => connections.at(-1)?.getConfiguration().iceServers);
const serversFor = (user: string) => [
  {
    urls: [url],
    username: expect.stringMatching(new RegExp(`^\\d{10}:${user}@example\\.com$`)),
    credential: expect.stringMatching(/^[\w+/]{27}=$/),
  },
];

/** Kinds of the candidates that the page's newest call uses: its own, and the other side's. */
function routeOf(page: Page): Promise<(string | undefined)[]> {
  return page.evaluate(async () => {
    const reports = new Map<string, Record<string, string>>(await connections.at(-1)?.getStats());
    const { selectedCandidatePairId = "" } = [...reports.values()].find(({ type }) => type === "transport") ?? {};
    const { localCandidateId = "", remoteCandidateId = "" } = reports.get(selectedCandidatePairId) ?? {};
    return [localCandidateId, remoteCandidateId].map((id) => reports.get(id)?.["candidateType"]);
  });
}

/** Its calls use a relay or fail. */
async function throughRelaysOnly(page: Page): Promise<void> {
  await page.evaluate(() => {
    globalThis.RTCPeerConnection = new Proxy(RTCPeerConnection, {
      construct: (target, [configuration]: [RTCConfiguration?]) =>
        new target({ ...configuration, iceTransportPolicy: "relay" }),
    });
  });
}

/** Moves the page's clock forward; its timers do not notice. */
async function letPass(page: Page, milliseconds: number): Promise<void> {
  await page.evaluate((milliseconds) => {
    const now = Date.now;
    Date.now = () => now() + milliseconds;
  }, milliseconds);
}

/** The phone page of alice, whose OPTIONS are answered with this status and servers, or not at all. */
async function phoneThatIsTold(status: number | undefined, iceServers?: RTCIceServer[]): Promise<PhonePage> {
  const page = await (await newContext(desk.browser)).newPage();
  await page.routeWebSocket(desk.service.ws, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const text = message.toString();
      if (!text.startsWith("OPTIONS ")) server.send(message);
      else if (status !== undefined) socket.send(answerTo(text, status, iceServers));
    });
  });
  return openPhone({ ...desk, page: () => Promise.resolve(page) }, "alice");
}

function answerTo(request: string, status: number, iceServers: RTCIceServer[] | undefined): string {
  const body = iceServers === undefined ? "" : JSON.stringify({ iceServers, ttl: 7200 });
  const copied = request.split("\r\n").filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/.test(line));
  return [`SIP/2.0 ${status} Told`, ...copied, `Content-Length: ${body.length}`, "", body].join("\r\n");
}

describe("the phone page", () => {
  test("calls and answers with the servers that it received when it signed in, also in the call that a transfer makes", async () => {
    const phones = [openPhone(desk, "alice"), openPhone(desk, "bob"), openPhone(desk, "carol")] as const;
    const [alice, bob, carol] = await Promise.all(phones);
    await alice.dial("bob");
    await bob.press("Answer");
    expect(await receives(alice.page, "audio")).toBe(true);
    expect(await serversOf(alice.page)).toEqual(serversFor("alice"));
    expect(await serversOf(bob.page)).toEqual(serversFor("bob"));
    const before = await bob.page.evaluate(() => connections.length);
    await alice.press("Transfer");
    await alice.page.getByLabel("Who shall take the call?").fill("carol");
    await alice.page.keyboard.press("Enter");
    await carol.press("Answer");
    expect(await receives(carol.page, "audio")).toBe(true);
    expect(await bob.page.evaluate(() => connections.length)).toBe(before + 1);
    expect(await serversOf(bob.page)).toEqual(serversFor("bob"));
    expect(await serversOf(carol.page)).toEqual(serversFor("carol"));
  });

  test("asks once for many calls, and again when half of the time is over", async () => {
    const alice = await openPhone(desk, "alice");
    const asked = async () => {
      await alice.press("SIP log");
      const count = await alice.page
        .locator(".log pre", { hasText: /^OPTIONS [^]*^Accept: .*rtc-configuration/m })
        .count();
      await alice.press("Calls");
      return count;
    };
    const call = async () => {
      await alice.dial("bob");
      expect(await alice.told()).toBe("bob is not online. Try again later.");
    };
    await call();
    await call();
    expect(await asked()).toBe(1);
    await letPass(alice.page, 3_500_000);
    await call();
    expect(await asked()).toBe(1);
    await letPass(alice.page, 200_000);
    await call();
    expect(await asked()).toBe(2);
    await call();
    expect(await asked()).toBe(2);
  });

  test("writes into its SIP log, and nowhere else, why it has no servers, and calls without them", async () => {
    const [alice, bob] = await Promise.all([phoneThatIsTold(500), openPhone(desk, "bob")]);
    await alice.press("SIP log");
    await alice.page.getByText("No TURN servers: 500").waitFor();
    await alice.press("Calls");
    expect(await alice.page.getByRole("alert").count()).toBe(0);
    await alice.dial("bob");
    await bob.press("Answer");
    expect(await receives(alice.page, "audio")).toBe(true);
    expect(await serversOf(alice.page)).toEqual([]);
  });

  test("calls without relay when a TURN server does not answer", async () => {
    silent = createSocket("udp4").bind(0, "127.0.0.1");
    await once(silent, "listening");
    const server = { urls: `turn:127.0.0.1:${silent.address().port}`, username: "1:alice", credential: "secret" };
    const [alice, bob] = await Promise.all([phoneThatIsTold(200, [server]), openPhone(desk, "bob")]);
    const asked = once(silent, "message");
    await alice.dial("bob");
    await bob.press("Answer");
    expect(await receives(alice.page, "audio")).toBe(true);
    expect(await asked).toHaveLength(2); // the datagram and its source address
  });

  test("calls without servers when the server never answers", async () => {
    const [alice, bob] = await Promise.all([phoneThatIsTold(undefined), openPhone(desk, "bob")]);
    await alice.dial("bob");
    await bob.press("Answer");
    expect(await receives(alice.page, "audio")).toBe(true);
  });
});

describe.each<Library>(["jssip", "sipjs"])("the README's code to fetch servers with %s", (library) => {
  test("returns servers that RTCPeerConnection accepts unchanged, and their lifetime", async () => {
    const alice = await desk.phone(library, "alice");
    expect(await alice.fetchServers()).toEqual({ iceServers: serversFor("alice"), ttl: 7200 });
    const bob = await desk.phone("jssip", "bob");
    await talk(alice, bob);
    expect(await serversOf(alice.page)).toEqual(serversFor("alice"));
  });
});

if (isInstalled) {
  describe("through coturn, as the only way", () => {
    test("two phone pages hear each other", async () => {
      const before = coturn?.allocations() ?? 0;
      const [alice, bob] = await Promise.all([openPhone(desk, "alice"), openPhone(desk, "bob")]);
      await Promise.all([throughRelaysOnly(alice.page), throughRelaysOnly(bob.page)]);
      await alice.dial("bob");
      await bob.press("Answer");
      expect(await receives(alice.page, "audio")).toBe(true);
      expect(await receives(bob.page, "audio")).toBe(true);
      expect(coturn?.allocations()).toBeGreaterThanOrEqual(before + 2);
      expect(await routeOf(alice.page)).toEqual(["relay", "relay"]);
    });

    test.each<[Library, Library]>([
      ["jssip", "sipjs"],
      ["sipjs", "jssip"],
    ])("%s and %s hear each other", async (mine, theirs) => {
      const [alice, bob] = await Promise.all([desk.phone(mine, "alice"), desk.phone(theirs, "bob")]);
      await Promise.all([throughRelaysOnly(alice.page), throughRelaysOnly(bob.page)]);
      await Promise.all([alice.fetchServers(), bob.fetchServers()]);
      await talk(alice, bob);
      expect(await hearEachOther(alice, bob)).toBe(true);
      expect(await routeOf(alice.page)).toEqual(["relay", "relay"]);
    });
  });
} else {
  describe("through coturn: turnserver and turnutils_uclient are not installed (Debian: apt-get install coturn)", () => {
    test("no call used a relay here", () => expect(coturn).toBeUndefined());
  });
}
