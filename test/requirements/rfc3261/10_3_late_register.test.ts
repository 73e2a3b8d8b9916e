// API Gateway does not order messages, and a page that is loaded again begins with another Call-ID, so CSeq cannot tell
// that a REGISTER was sent before the stored one. The connections can: API Gateway reports when each was opened.
import { describe, expect, test } from "@jest/globals";
import { parseMessage } from "../../../lib/sip/syntax/parse.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

/** Bob's page is loaded again and registers; then a message of the old page arrives, whose connection is not closed yet. */
function loadedAgain() {
  const network = createNetwork({}, () => ({ close: () => Promise.resolve() }));
  const old = network.phone("bob", { flow: "old" });
  const young = network.phone("bob", { flow: "young", instance: old.instance });
  return {
    network,
    old,
    young,
    flows: () => network.state.rows.registrations.get(old.aor)?.bindings.map(({ flow }) => flow),
  };
}

describe("RFC 3261 §10.3: a REGISTER of a connection that was opened before that of the binding", () => {
  test("does not take the binding back when it was overtaken", async () => {
    const { network, old, young, flows } = loadedAgain();
    await old.online();
    await young.online();
    expect((await old.register()).status).toBe(500);
    expect(flows()).toEqual(["young"]);
    await network.signaling.flowClosed("old");
    expect(flows()).toEqual(["young"]);
  });

  test("does not remove the binding either", async () => {
    const { old, young, flows } = loadedAgain();
    await old.online();
    await young.online();
    expect((await old.register(0)).status).toBe(500);
    expect(flows()).toEqual(["young"]);
  });

  test("is accepted once messages of the old page can no longer be on their way: the old page is still open", async () => {
    const { network, old, young, flows } = loadedAgain();
    await old.online();
    await young.online();
    await network.pass(31);
    expect((await old.register()).status).toBe(200);
    expect(flows()).toEqual(["old"]);
  });

  test("is accepted for another device at any time", async () => {
    const network = createNetwork();
    const desk = network.phone("bob", { flow: "desk" });
    const mobile = await network.online("bob", { flow: "mobile" });
    expect((await desk.register()).status).toBe(200);
    expect(network.state.rows.registrations.get(mobile.aor)?.bindings).toHaveLength(2);
  });

  test("is accepted where the platform does not report when a connection was opened", async () => {
    const network = createNetwork();
    const old = network.phone("bob", { flow: "old" });
    await network.online("bob", { flow: "young", instance: old.instance });
    const device = `;+sip.instance="<${old.instance}>";reg-id=1;expires=600`;
    const register = async (lines: readonly string[]) => {
      const parts = { to: old.aor, lines: [`Contact: <${old.contact}>${device}`, ...lines] };
      const sent = old.write("REGISTER", `sip:${DOMAIN}`, parts);
      const reply = parseMessage((await network.signaling.receive({ flow: "old", text: sent.text })) ?? "");
      if (!reply.ok || reply.message.kind !== "response") throw new Error("no response to REGISTER");
      return { sent, response: reply.message };
    };
    const { sent, response } = await register([]);
    expect((await register([old.credentials(response, sent)])).response.status).toBe(200);
  });
});
