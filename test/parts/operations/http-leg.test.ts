// The leg of a call to an HTTP endpoint in the drawings of its ladder: a lane of the endpoint's host, with POST, DELETE and
// the answers.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { temporaryFolder } from "../../../lib/local/temporary-folder.ts";
import { hepLadder } from "../../../lib/operations/ladder/hep.ts";
import type { Ladder } from "../../../lib/operations/ladder/ladder.ts";
import { mermaidLadder } from "../../../lib/operations/ladder/mermaid.ts";
import { hostsOf, pcapLadder } from "../../../lib/operations/ladder/pcap.ts";
import { svgLadder } from "../../../lib/operations/ladder/svg.ts";
import { terminalLadder } from "../../../lib/operations/ladder/terminal.ts";
import type { HttpResult } from "../../../lib/sip/effect.ts";
import { aStudio, HOST, OFFER, status } from "../../support/phone/http-endpoint.ts";
import { hasTshark } from "../../support/tshark.ts";
import { ladderIn } from "./lines.ts";

/** A call that is answered, and ended by the phone. */
async function aCall(): Promise<Ladder> {
  const { network, alice, answered } = await aStudio();
  const { invite, dialog } = await answered();
  await alice.inDialog("BYE", dialog);
  return ladderIn(network, invite.callId);
}

/** A call that the endpoint does not answer. */
async function aRefusedCall(result: HttpResult): Promise<Ladder> {
  const studio = await aStudio();
  studio.endpoint.answer = () => result;
  return ladderIn(studio.network, (await studio.call()).callId);
}

const shownIn = ({ parties, steps }: Ladder) =>
  steps.map((step) =>
    step.kind === "note" ? step.text : `${parties[step.from]?.label} > ${parties[step.to]?.label}: ${step.title}`,
  );

describe("the leg of a call to an HTTP endpoint", () => {
  test("has a lane of the endpoint's host, and the SIP that the server takes for the callee has no arrow", async () => {
    expect(shownIn(await aCall())).toEqual([
      "alice@example.com > server: INVITE",
      "server > alice@example.com: 100 INVITE",
      "The offer of the call goes to the HTTP endpoint.",
      "server > alice@example.com: 180 INVITE",
      `server > ${HOST}: POST`,
      `${HOST} > server: 201 POST`,
      "The HTTP endpoint has answered the offer.",
      "server > alice@example.com: 200 INVITE",
      "alice@example.com > server: ACK",
      "The answer of the HTTP endpoint has reached the caller.",
      "alice@example.com > server: BYE",
      "The session at the HTTP endpoint is being ended.",
      "server > alice@example.com: 200 BYE",
      `server > ${HOST}: DELETE`,
      `${HOST} > server: 200 DELETE`,
      "The session at the HTTP endpoint is over.",
    ]);
  });

  const failures: readonly (readonly [string, HttpResult, readonly string[]])[] = [
    [
      "a status",
      status(403),
      [
        `${HOST} > server: 403 POST`,
        "The HTTP endpoint takes no further session at the moment, or not from this deployment. (HTTP 403)",
        "server > alice@example.com: 486 INVITE",
      ],
    ],
    [
      "no answer in time",
      { kind: "failed", why: "timeout" },
      ["The HTTP endpoint did not answer in time. (timeout)", "server > alice@example.com: 408 INVITE"],
    ],
    [
      "an address that is not public",
      { kind: "failed", why: "not allowed" },
      ["The HTTP endpoint cannot be reached or used. (not allowed)", "server > alice@example.com: 500 INVITE"],
    ],
  ];
  test.each(failures)("ends with %s, and the reason beside it", async (_what, result, end) => {
    expect(shownIn(await aRefusedCall(result)).slice(4)).toEqual([
      `server > ${HOST}: POST`,
      ...end,
      "The ACK for a refusal ends at this hop (RFC 3261 §17.1.1.3).",
    ]);
  });

  test("has the end that a timer repeats", async () => {
    const studio = await aStudio();
    const { invite, dialog } = await studio.answered();
    studio.endpoint.answer = () => status(503);
    await studio.alice.inDialog("BYE", dialog);
    studio.endpoint.answer = () => status(404);
    await studio.network.pass(40);
    const { steps } = ladderIn(studio.network, invite.callId);
    const http = steps.flatMap((step) => (step.kind === "arrow" && step.host === HOST ? [step] : []));
    expect(http.slice(2).map(({ title, isRepeated }) => [title, isRepeated])).toEqual([
      ["DELETE", false],
      ["503 DELETE", false],
      ["DELETE", true],
      ["404 DELETE", false],
    ]);
  });

  test("stands beside the phones of a group", async () => {
    const studio = await aStudio();
    const { network, alice } = studio;
    network.state.addSubscriber({
      aor: "sip:all@example.com",
      ha1: {},
      group: ["sip:bob@example.com", "sip:studio@example.com"],
    });
    await network.online("bob");
    const lines = ["Content-Type: application/sdp"];
    const { callId } = await alice.request("INVITE", "sip:all@example.com", { body: OFFER, lines });
    const { parties } = ladderIn(network, callId);
    expect(parties.map(({ label }) => label)).toEqual(["alice@example.com", "server", "all@example.com", HOST]);
  });
});

describe("the drawing of that leg", () => {
  test("on the terminal", async () => {
    const text = terminalLadder(await aCall(), { color: false });
    const arrows = text.split("\n").map((line) => line.slice(23));
    expect(arrows).toContain("alice@example.com         server                    media.example.com");
    expect(arrows).toContain("│                         │── POST ────────────────→│");
    expect(arrows).toContain("│                         │←─ 201 POST ─────────────│");
    expect(arrows).toContain("│                         │←─ 200 DELETE ───────────│");
  });

  test("in Mermaid", async () => {
    const diagram = mermaidLadder(await aRefusedCall(status(503)));
    expect(diagram).toContain(`  participant p2 as ${HOST}\n`);
    expect(diagram).toContain("  p1->>p2: POST\n  p2-->>p1: 503 POST\n");
  });

  test("in SVG, with a refusal in red", async () => {
    const refused = svgLadder(await aRefusedCall(status(503)));
    expect(refused).toContain(`font-weight="bold">${HOST}</text>`);
    expect(refused).toMatch(/fill="#0b57d0">POST<\/text>/);
    expect(refused).toMatch(/fill="#b00020">503 POST<\/text>/);
    const [, width = 0] = /width="(\d+)"/.exec(refused) ?? [];
    for (const [, x, text = ""] of refused.matchAll(/<text x="(\d+)" y="\d+" fill="#875a00">([^<]*)</g)) {
      expect([Number(x) > 130, Number(x) + text.length * 6.2 < Number(width)]).toEqual([true, true]); // beside the times, and not cut
    }
  });

  test("in a capture: HTTP in TCP between the packets of SIP, and the host among the names", async () => {
    const ladder = await aCall();
    expect(hostsOf(ladder)).toContain(`192.0.2.12 ${HOST}\n`);
    const capture = pcapLadder(ladder);
    const text = capture.toString("latin1");
    expect(text).toContain(`POST / HTTP/1.1\r\nHost: ${HOST}\r\nX-Trace: rebuilt`);
    expect(text).toContain("HTTP/1.1 201 -\r\n");
    expect(text).toContain(`DELETE / HTTP/1.1\r\nHost: ${HOST}\r\n`);
    expect(text).not.toMatch(/(POST|DELETE)[^\r]*SIP\/2\.0/);
    if (!hasTshark()) return;
    const file = join(temporaryFolder(), "call.pcap");
    writeFileSync(file, capture);
    const fields = ["-e", "http.request.method", "-e", "http.request.uri", "-e", "http.response.code"];
    const checks = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"];
    const tshark = (options: readonly string[]) =>
      execFileSync("tshark", ["-r", file, ...checks, ...options], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
    const http = tshark(["-Y", "http", "-T", "fields", ...fields])
      .trim()
      .split("\n");
    expect(http.map((line) => line.trim())).toEqual(["POST\t/", "201", "DELETE\t/", "200"]);
    expect(tshark(["-Y", "_ws.expert.severity >= 6291456"])).toBe("");
  });

  test("is left out for Homer: HEP has no type for HTTP", async () => {
    const payloads = hepLadder(await aCall()).map((packet) => packet.toString("latin1"));
    expect(payloads).toHaveLength(7);
    expect(payloads.filter((payload) => !payload.includes("SIP/2.0"))).toEqual([]);
  });
});
