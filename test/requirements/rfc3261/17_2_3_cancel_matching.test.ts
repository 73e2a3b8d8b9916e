import { describe, expect, test } from "@jest/globals";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";
import { type RequestParts, viasOf } from "../../support/phone/phone.ts";

type Bent = { readonly uri?: string } & Pick<RequestParts, "branch" | "callId" | "cseq">;

describe("RFC 3261 §17.2.3: a CANCEL matches by branch, sent-by and method, however its Request-URI is spelled", () => {
  test.each([
    ["a parameter less", `sip:bob@${DOMAIN};transport=ws`, `sip:bob@${DOMAIN}`],
    ["a parameter more", `sip:bob@${DOMAIN}`, `sip:bob@${DOMAIN};transport=ws`],
    ["another parameter", `sip:bob@${DOMAIN};user=phone`, `sip:bob@${DOMAIN};user=ip;x`],
    ["capitals in the host", `sip:bob@${DOMAIN}`, `sip:bob@EXAMPLE.com`],
    ["capitals in the scheme", `sip:bob@${DOMAIN}`, `SIP:bob@${DOMAIN}`],
    ["escapes in the user", `sip:bob@${DOMAIN}`, `sip:%62ob@${DOMAIN}`],
    ["a port", `sip:bob@${DOMAIN}`, `sip:bob@${DOMAIN}:5060`],
    ["a password", `sip:bob@${DOMAIN}`, `sip:bob:x@${DOMAIN}`],
  ])("%s", async (_what, invited, cancelled) => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", invited);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    const { branch, callId, cseq, fromTag } = sent;
    await alice.request("CANCEL", cancelled, { to: invited, branch, callId, cseq, fromTag });
    expect((await alice.takeFinal("CANCEL")).status).toBe(200);
    await bob.takeRequest("CANCEL");
  });

  test("within a dialog the CANCEL of a re-INVITE gets the branch of the re-INVITE", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { caller } = await establish(alice, bob);
    const again = await alice.inDialog("INVITE", caller);
    const branch = (via = "") => /branch=[^;]+/.exec(via)?.[0];
    const invite = await bob.takeRequest("INVITE");
    const remoteTarget = caller.remoteTarget.replace(".invalid", ".INVALID").replace(";transport=ws", "");
    await alice.inDialog("CANCEL", { ...caller, remoteTarget }, { branch: again.branch, cseq: again.cseq });
    expect(branch(viasOf(await bob.takeRequest("CANCEL"))[0])).toBe(branch(viasOf(invite)[0]));
  });

  test.each<[string, Bent]>([
    ["branch", { branch: "z9hG4bKother" }],
    ["Call-ID", { callId: "other" }],
    ["CSeq number", { cseq: 999_999 }],
    ["user", { uri: `sip:carol@${DOMAIN}` }],
  ])("another %s cancels nothing", async (_what, { uri, ...other }) => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { branch, callId, cseq, fromTag } = await alice.request("INVITE", bob.aor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await alice.request("CANCEL", uri ?? bob.aor, { to: bob.aor, branch, callId, cseq, fromTag, ...other });
    expect((await alice.takeFinal("CANCEL")).status).toBe(481);
    expect(bob.inbox.titles()).not.toContain("CANCEL");
  });
});
