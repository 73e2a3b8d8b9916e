import { expect, test } from "@jest/globals";
import { deliveredIn, notificationOf } from "../../../lib/phone/page/sip/delivery.ts";

const at = Date.UTC(2026, 10, 29, 17, 0, 0);

test("RFC 5438 §11.1: a delivery notification names the text and the time, and escapes what XML reads", () => {
  const notification = notificationOf("a<b>&c", at);
  expect(notification).toContain(
    "<message-id>a&lt;b&gt;&amp;c</message-id>\n<datetime>2026-11-29T17:00:00.000Z</datetime>",
  );
  expect(deliveredIn(notification)).toBe("a<b>&c");
});

test.each([
  [
    "with a prefix",
    '<i:imdn xmlns:i="urn:ietf:params:xml:ns:imdn"><i:message-id> x1 </i:message-id><i:delivered /></i:imdn>',
    "x1",
  ],
  ["of an entity that was escaped twice", "<message-id>&amp;lt;</message-id><delivered/>", "&lt;"],
  ["that says the text was not delivered", "<message-id>x1</message-id><status><failed/></status>", undefined],
  ["without the text's id", "<status><delivered/></status>", undefined],
  ["that is no XML", "delivered", undefined],
])("a notification %s says which text was delivered: %s", (_what, notification, id) => {
  expect(deliveredIn(notification)).toBe(id);
});
