// The message for the connection that brought a request or response is returned; every other one is posted. A failed
// delivery may lead to another message for that connection; that one is returned then, so the first has to be posted.
import { describe, expect, test } from "@jest/globals";
import { createNetwork, secretsOf } from "../../support/phone/network.ts";

describe("RFC 3261 §16.9: messages for the sender after a failed delivery", () => {
  test("a caller whose call is forwarded back to it still gets its 100", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const bob = network.phone("bob", { flow: "bob" });
    network.state.addSubscriber({ aor: bob.aor, ha1: secretsOf("bob"), forwarding: { noAnswer: alice.aor } });
    await bob.online();
    network.cut("bob");
    await alice.request("INVITE", bob.aor);
    await alice.takeRequest("INVITE");
    await alice.takeResponse(100, "INVITE");
  });

  test("a 404 or 480 after the failure comes without a 100", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const bob = await network.online("bob", { flow: "bob" });
    network.cut("bob");
    await alice.request("INVITE", bob.aor);
    await alice.takeResponse(480, "INVITE");
    expect(alice.inbox.titles()).not.toContain("100 INVITE");
  });

  test("a posted reply whose connection is gone removes the binding, as any other message does", async () => {
    const posts: string[] = [];
    const network = createNetwork({ followsRedirects: true }, ({ post }) => ({
      post: (flow, text) => {
        posts.push(`${text.split(" ", 1)[0]} > ${flow}`);
        return post(flow, text);
      },
    }));
    const bob = await network.online("bob", { flow: "bob" });
    const carol = await network.online("carol", { flow: "carol" });
    // Bob calls himself, and his phone redirects the call to carol, whose connection is gone: an ACK and a 302 are for bob.
    await bob.request("INVITE", bob.aor);
    const invite = await bob.takeRequest("INVITE");
    network.cut("carol");
    network.cut("bob");
    posts.length = 0;
    await bob.answer(invite, 302, { lines: [`Contact: <${carol.aor}>`] });
    expect(posts).toContain("ACK > bob");
    expect(network.state.rows.registrations.get(bob.aor)?.bindings).toEqual([]);
  });

  test("a posted reply to a CANCEL whose connection is gone removes the binding too", async () => {
    const network = createNetwork();
    const first = await network.online("bob", { flow: "bob-1" });
    // Bob calls himself. When he cancels, the CANCEL for his phone follows it to the connection that he cancels on, so that the
    // 200 has to be posted.
    const sent = await first.request("INVITE", first.aor);
    await first.answer(await first.takeRequest("INVITE"), 180);
    network.cut("bob-1");
    const second = await network.online("bob", { flow: "bob-2", instance: first.instance });
    await second.answer(await second.takeRequest("INVITE"), 180);
    network.cut("bob-2");
    await second.send(sent.text.replace(/^INVITE/, "CANCEL").replace(/(CSeq: \d+) INVITE/, "$1 CANCEL"));
    expect(second.inbox.titles()).toContain("CANCEL");
    expect(network.state.rows.registrations.get(second.aor)?.bindings).toEqual([]);
    expect(network.state.rows.flows.get("bob-2")?.closedAt).toBe(network.now());
  });
});
