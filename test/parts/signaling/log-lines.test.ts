import { describe, expect, test } from "@jest/globals";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN, type Network, secretsOf } from "../../support/phone/network.ts";

// The fields of the line that a message leaves: Elastic's names below `sip`, and the decision beside them.

const bobAor = `sip:bob@${DOMAIN}`;

/** The lines of the latest act, as name and fields. */
async function linesOf(network: Network, act: () => Promise<unknown>): Promise<Network["notes"]> {
  const before = network.notes.length;
  await act();
  return network.notes.slice(before);
}

describe("a request leaves one line that says", () => {
  test("caller and callee, Call-ID, CSeq and branch, the messages sent for it, and the number of devices", async () => {
    const network = createNetwork();
    const alice = await network.online("alice", { flow: "A" });
    await network.online("bob", { flow: "B1" });
    await network.online("bob", { flow: "B2" });
    const parts = { callId: "c1", cseq: 7, branch: "z9hG4bKone" };
    expect(await linesOf(network, () => alice.request("INVITE", bobAor, parts))).toEqual([
      {
        event: `INVITE ${bobAor}`,
        fields: {
          flow: "A",
          sip: {
            method: "INVITE",
            call_id: "c1",
            cseq: { code: 7 },
            from: { uri: { original: alice.aor } },
            to: { uri: { original: bobAor } },
          },
          branch: "one",
          sent: ["100 INVITE > A", "INVITE > B1", "INVITE > B2"],
          devices: 2,
        },
      },
    ]);
  });

  test("within a dialog the method and the sender, without the URI of the other phone", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { caller } = await establish(alice, bob);
    const [line] = await linesOf(network, () => alice.inDialog("BYE", caller));
    expect(line).toMatchObject({ event: "BYE", fields: { sip: { from: { uri: { original: alice.aor } } } } });
    expect(JSON.stringify(line)).not.toContain("bob@");
  });

  test("the code and the sentence of its refusal", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const [line] = await linesOf(network, () => alice.ask("INVITE", bobAor));
    expect(line?.fields).toMatchObject({
      sent: [expect.stringMatching(/^480 INVITE > alice/)],
      reason: "not-registered",
      because: "No phone is registered for the address.",
    });
  });

  test("the forwarding that was taken", async () => {
    const network = createNetwork();
    const policy = { forwarding: { busy: `sip:carol@${DOMAIN}` } };
    network.state.addSubscriber({ aor: bobAor, ha1: secretsOf("bob"), ...policy });
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await network.online("carol");
    await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    const [line] = await linesOf(network, () => bob.answer(invite, 486));
    expect(line?.fields).toMatchObject({ forwarded: `${bobAor} user-busy`, devices: 2 });
  });
});

test("a response leaves a line with its status, and with the method that it answers", async () => {
  const network = createNetwork();
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  await alice.request("INVITE", bobAor, { callId: "c1", cseq: 7 });
  const invite = await bob.takeRequest("INVITE");
  const [line] = await linesOf(network, () => bob.answer(invite, 180));
  expect(line).toMatchObject({
    event: "180 INVITE",
    fields: {
      sip: { code: 180, call_id: "c1", cseq: { code: 7, method: "INVITE" } },
      sent: [expect.stringMatching(/^180 INVITE > alice/)],
    },
  });
});

test("a request whose decision failed leaves a line with its Call-ID", async () => {
  const network = createNetwork({}, () => ({ read: () => Promise.reject(new Error("no table")) }));
  const { text } = network.phone("alice").write("OPTIONS", bobAor, { callId: "c1" });
  await expect(network.signaling.receive({ flow: "A", text })).rejects.toThrow("no table");
  network.signaling.answerFailure({ flow: "A", text }, "failed");
  expect(network.notes).toEqual([
    {
      event: `OPTIONS ${bobAor}`,
      fields: expect.objectContaining({ reason: "failed", sip: expect.objectContaining({ call_id: "c1" }) }),
    },
  ]);
});

test("an address in a line has no password and no parameters", async () => {
  const network = createNetwork();
  const alice = network.phone("alice");
  const { text } = alice.write("OPTIONS", `sip:bob:s3cret@${DOMAIN}?subject=x`, {
    from: `sip:alice:s3cret@${DOMAIN};x=y`,
  });
  await alice.send(text);
  expect(JSON.stringify(network.notes)).not.toMatch(/s3cret|subject|x=y/);
});

describe("a line says", () => {
  test("how many phones of a user there are, when the number changes", async () => {
    const network = createNetwork();
    const bob = network.phone("bob", { flow: "B1" });
    const added = await linesOf(network, () => bob.register());
    expect(added.map(({ fields }) => fields["registrations"])).toEqual([
      undefined, // the challenge
      [{ aor: bobAor, phones: 1, before: 0 }],
    ]);
    const [refreshed] = await linesOf(network, () => bob.register());
    expect(refreshed?.fields).not.toHaveProperty("registrations");
    const [closed] = await linesOf(network, () => network.signaling.flowClosed("B1"));
    expect(closed?.fields).toMatchObject({ registrations: [{ aor: bobAor, phones: 0, before: 1 }] });
  });

  test("that a message found its connection gone, once", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob", { flow: "gone" });
    network.cut("gone");
    const lines = await linesOf(network, () => alice.request("INVITE", bobAor));
    expect(lines.map(({ fields }) => fields["gone"])).toEqual([1, ...lines.slice(1).map(() => undefined)]);
  });

  test("how often the state had changed while it was decided", async () => {
    let conflicts = 2;
    const network = createNetwork({}, (ports) => ({
      commit: (changes) => ((conflicts -= 1) >= 0 ? Promise.resolve("conflict") : ports.commit(changes)),
    }));
    const alice = network.phone("alice");
    await alice.register();
    expect(network.notes.map(({ fields }) => fields["conflicts"]).filter((count) => count !== undefined)).toEqual([2]);
  });
});
