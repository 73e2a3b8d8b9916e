import { describe, expect, test } from "@jest/globals";
import type { CallRecord } from "../../../lib/operations/calls.ts";
import type { Phone } from "../../../lib/operations/phones.ts";
import { overviewHtml } from "../../../lib/operations/widget.ts";

// The HTML of the dashboard's widget. CloudWatch removes scripts; the text of peers must not become an element at all.

const ARN = "arn:aws:lambda:eu-central-1:1:function:widget";
const HOSTILE = `"'><img src=x onerror=alert(1)></cwdb-action><script>alert(2)</script>&#60;\u202e\u0007\ud800`;

const call: CallRecord = {
  callId: "c1",
  from: "sip:alice@example.com",
  to: "sip:bob@example.com",
  startedAt: Date.UTC(2026, 10, 29, 10),
  state: "ended",
  devices: 1,
  cost: {},
};
const phone: Phone = {
  address: "sip:alice@example.com",
  contact: "sip:a@a.invalid",
  flow: "F",
  instance: undefined,
  expiresIn: 500,
  registeredFor: 40,
};

describe("the overview", () => {
  test("counts phones and calls, and shows the latest call first", () => {
    const calls = [call, { ...call, callId: "c2", state: "failed" as const, status: 486, endedAt: 1 }];
    const html = overviewHtml({ calls, phones: [phone], endpoint: ARN });
    expect(html).toContain("1 phones · 0 calls now · 2 calls, 1 of them failed");
    expect(html.indexOf("failed 486")).toBeLessThan(html.indexOf("ended"));
    expect(html).toContain("<td>11-29 10:00:00</td><td>alice@example.com</td><td>bob@example.com</td>");
  });

  test("has a button for each call, which asks this function for its messages", () => {
    const html = overviewHtml({ calls: [call], phones: [], endpoint: ARN });
    const [, attributes = "", content = ""] = /<cwdb-action ([^>]*)>(.*?)<\/cwdb-action>/.exec(html) ?? [];
    expect(attributes).toBe(`action="call" display="popup" endpoint="${ARN}"`);
    expect(JSON.parse(content.replaceAll("&quot;", '"'))).toEqual({ callId: "c1" });
  });

  test("makes no element, attribute or direction of text of peers", () => {
    const hostile = { callId: HOSTILE, from: HOSTILE, to: HOSTILE, because: HOSTILE, reason: HOSTILE };
    const phones = [{ ...phone, address: HOSTILE, contact: HOSTILE }];
    const html = overviewHtml({ calls: [{ ...call, ...hostile }], phones, endpoint: ARN });
    const plain = overviewHtml({ calls: [{ ...call, because: "x" }], phones: [phone], endpoint: ARN });
    const elements = (text: string) => text.match(/<[^>]*>/g);
    expect(elements(html)).toEqual(elements(plain));
    expect(html).not.toMatch(/[\u0007\u202e]|<script|<img/);
    expect(html.isWellFormed()).toBe(true);
  });

  test("stays small with many calls and phones", () => {
    const calls = Array.from({ length: 10_000 }, (_, n) => ({ ...call, callId: String(n) }));
    const html = overviewHtml({ calls, phones: Array.from({ length: 1000 }, () => phone), endpoint: ARN });
    expect(html.match(/<tr>/g)).toHaveLength(1 + 50 + 1 + 100);
    expect(html).toContain("1000 phones");
    expect(html).toContain("{&quot;callId&quot;:&quot;9999&quot;}");
  });
});
