import { expect, test } from "@jest/globals";
import { membersIn } from "../../../lib/phone/page/sip/members.ts";

const open = (user: string) =>
  `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:${user}@example.com"><tuple id="t"><status><basic>open</basic></status></tuple></presence>`;

const TYPE = 'multipart/related;type="application/rlmi+xml";start="<0.x@example.com>";boundary="x"';

function bodyOf(resources: string, documents: Readonly<Record<string, string>>, isFull = true): string {
  const rlmi = `<list xmlns="urn:ietf:params:xml:ns:rlmi" uri="sip:team@example.com" version="0" fullState="${isFull}">${resources}</list>`;
  const parts = Object.entries({ "0.x@example.com": rlmi, ...documents });
  const texts = parts.map(([id, text]) => `--x\r\nContent-Type: text/xml\r\nContent-ID: <${id}>\r\n\r\n${text}\r\n`);
  return `${texts.join("")}--x--\r\n`;
}

const resource = (user: string, instance: string) =>
  `\n<resource uri="sip:${user}@example.com"><instance id="1" ${instance}/></resource>`;

test("RFC 4662 §5: each member has the presence of the part that its instance names", () => {
  const resources = resource("bob", 'state="active" cid="1.x@example.com"') + resource("carol", 'state="active"');
  const report = membersIn(bodyOf(resources, { "1.x@example.com": open("bob") }), TYPE);
  expect(report?.isWhole).toBe(true);
  expect([...(report?.states ?? [])]).toEqual([
    ["sip:bob@example.com", "available"],
    ["sip:carol@example.com", "offline"],
  ]);
});

test("§5.5: the presence of a member that is rejected, or whose document comes later, is not known", () => {
  const resources = `${resource("bob", 'state="terminated" reason="rejected"')}\n<resource uri="sip:carol@example.com"/>`;
  const report = membersIn(bodyOf(resources, {}, false), TYPE);
  expect(report?.isWhole).toBe(false);
  expect([...(report?.states ?? [])]).toEqual([
    ["sip:bob@example.com", undefined],
    ["sip:carol@example.com", undefined],
  ]);
});

test("a document about one user, and a body without a list, name no members", () => {
  expect(membersIn(open("bob"), "application/pidf+xml")).toBeUndefined();
  expect([...(membersIn("nothing", TYPE)?.states ?? [])]).toEqual([]);
});
