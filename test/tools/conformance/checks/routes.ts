// RFC 3261 §16.4, §16.6 step 6: Route.
import { type Check, claim, claimEqual } from "../check.ts";
import { established } from "../lab/call.ts";
import { claimNotReached, NOWHERE } from "../lab/claims.ts";
import { listOf } from "../sip/message.ts";

export const routeChecks: readonly Check[] = [
  {
    id: "proxy-pre-loaded-route",
    section: "RFC 3261 §16.4",
    level: "MUST",
    title: "a route to the server itself is taken off, and the request goes on",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const routes = [lab.features.serviceRoute ?? `<sip:${lab.domain};transport=ws;lr>`];
      const message = alice.request("MESSAGE", bob.aor, { routes });
      const received = await bob.incoming("MESSAGE", message.sent.callId);
      bob.answer(received, 200);
      await message.finalOf(200);
      claimEqual(listOf(received, "route"), [], "Route left over");
      claimEqual(received.uri, bob.contact, "Request-URI");
    },
  },
  {
    id: "proxy-route-kept",
    section: "RFC 3261 §16.6 step 6",
    level: "MUST",
    title: "the rest of the Route is not skipped: the request does not go straight to the phone",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const routes = [lab.features.serviceRoute ?? `<sip:${lab.domain};transport=ws;lr>`, `<sip:${NOWHERE};lr>`];
      const message = alice.request("MESSAGE", bob.aor, { routes });
      await claimNotReached(lab, bob, "MESSAGE", message.sent.callId);
    },
  },
  {
    id: "proxy-foreign-route",
    section: "RFC 3261 §16.6 step 6",
    level: "SHOULD",
    title: "a route through a foreign host is refused and not followed, and the phone is not rung past it",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const message = alice.request("MESSAGE", bob.aor, { routes: [`<sip:${NOWHERE};lr>`] });
      const response = await message.final();
      claim(response.status >= 400, `answered ${response.startLine}`);
      await claimNotReached(lab, bob, "MESSAGE", message.sent.callId);
    },
  },
  {
    id: "proxy-strict-router",
    section: "RFC 3261 §16.4",
    level: "MUST",
    title:
      "from a strict router the Record-Route entry comes as Request-URI and the target as last Route: both are put right",
    async run(lab) {
      const { alice, bob, caller, invite } = await established(lab);
      const [own = "", ...others] = caller.routes;
      const uri = /<([^>]*)>/.exec(own)?.[1] ?? own;
      const bye = alice.request("BYE", uri, {
        callId: caller.callId,
        fromTag: caller.localTag,
        to: caller.remote,
        toTag: caller.remoteTag,
        routes: [...others, `<${caller.target}>`],
      });
      const received = await bob.incoming("BYE", invite.sent.callId);
      bob.answer(received, 200);
      await bye.finalOf(200);
      claimEqual(received.uri, bob.contact, "Request-URI");
      claimEqual(listOf(received, "route"), [], "Route left over");
    },
  },
];
