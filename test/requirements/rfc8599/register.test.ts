import { describe, expect, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { createNetwork } from "../../support/phone/network.ts";
import { INSTANCE, push, pushUri } from "./sleeping-phone.ts";

async function registered(uriParameters: string, settings: object = { push }, parameters = "") {
  const phone = createNetwork(settings).phone("bob", { instance: INSTANCE, uriParameters, parameters });
  return phone.register();
}

describe("RFC 8599 §4.1, §5.6.1: a REGISTER with push parameters", () => {
  test("gets the push service and its VAPID key (§14.7) in Feature-Caps", async () => {
    const ok = await registered(pushUri());
    expect(ok.status).toBe(200);
    expect(header(ok, "feature-caps")).toMatch(/^\*;\+sip\.pns="webpush";\+sip\.vapid="BKey";\+sip\.pnspurr="[\w-]+"$/);
  });

  test("has the contact as it was written in its 200, and Feature-Caps only if it asked", async () => {
    expect(header(await registered(pushUri()), "contact")).toContain(pushUri());
    expect(header(await registered(""), "feature-caps")).toBeUndefined();
  });

  test("§4.1.1: without pn-prid it asks for the services, and gets them", async () => {
    for (const parameters of [";pn-provider", ";pn-provider=webpush"]) {
      expect(header(await registered(parameters), "feature-caps")).toContain('+sip.pns="webpush"');
    }
  });

  test("§4.1.4: a phone that wakes itself gets the time before the end at which it registers again", async () => {
    expect(header(await registered(pushUri(), { push }, ";+sip.pnsreg"), "feature-caps")).toContain(
      '+sip.pnsreg="130"',
    );
  });

  test.each(["fcm", "apns", "toString"])("with the unknown service %s is answered 555", async (provider) => {
    const refused = await registered(`;pn-provider=${provider};pn-prid=x`);
    expect([refused.status, refused.reason]).toEqual([555, "Push Notification Service Not Supported"]);
  });

  test("means nothing where the deployment has no push", async () => {
    const ok = await registered(";pn-provider=fcm;pn-prid=x", {});
    expect(ok.status).toBe(200);
    expect(header(ok, "feature-caps")).toBeUndefined();
  });

  test.each([
    ["another host", pushUri("https://evil.example/"), 403],
    ["a host that ends like a listed one", pushUri("https://notpush.example/"), 403],
    ["another port of a listed host", pushUri("https://push.example:8443/"), 403],
    ["a listed host as a user name", pushUri("https://push.example@evil.example/"), 400],
    ["plain HTTP", pushUri("http://push.example/"), 400],
    ["a character that no URI has", pushUri("https://push.example/\u4e2d"), 400],
    ["no URL", pushUri("push.example"), 400],
    ["keys of another form", pushUri("https://push.example/", "abc.def"), 400],
  ])("with %s in its address is refused", async (_what, uriParameters, status) => {
    expect((await registered(uriParameters)).status).toBe(status);
  });

  test("may name a host below a listed domain, and no keys", async () => {
    expect((await registered(pushUri("https://db5p.notify.example/w/?token=a%2Fb"))).status).toBe(200);
    expect((await registered(pushUri().replace(/;pn-param.*/, ""))).status).toBe(200);
  });
});
