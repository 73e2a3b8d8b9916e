import { describe, expect, test } from "@jest/globals";
import { createConversations } from "../../../lib/phone/page/phone/conversations.ts";
import { initialPhoneState } from "../../../lib/phone/page/state/state.ts";
import { createStore } from "../../../lib/phone/page/state/store.ts";

/** A text to bob, whose response the test gives. */
async function aText() {
  const store = createStore({ ...initialPhoneState, user: "alice", domain: "example.com" });
  const response = Promise.withResolvers<number>();
  const sent = Promise.withResolvers<string>();
  const write = (_target: string, _text: string, key: string) => {
    sent.resolve(key);
    return response.promise;
  };
  const conversations = createConversations(
    store,
    () => ({ write }),
    () => {},
  );
  const written = conversations.write("bob", "Hello");
  const key = await sent.promise;
  const answer = (status: number) => {
    response.resolve(status);
    return written;
  };
  return { conversations, key, answer, state: () => store.state.conversations[0]?.texts[0]?.state };
}

describe("a text that waits on the server (202)", () => {
  test("is delivered when its receiver says so, and not by another user's word", async () => {
    const { conversations, key, answer, state } = await aText();
    await answer(202);
    expect(state()).toBe("waiting");
    conversations.delivered("carol", key);
    conversations.delivered("bob", "another");
    expect(state()).toBe("waiting");
    conversations.delivered("bob", key);
    expect(state()).toBe("done");
  });

  test("stays delivered if the notification overtakes the 202", async () => {
    const { conversations, key, answer, state } = await aText();
    conversations.delivered("bob", key);
    await answer(202);
    expect(state()).toBe("done");
  });
});
