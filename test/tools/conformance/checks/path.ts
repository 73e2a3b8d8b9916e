// RFC 3327, RFC 3608: the ways to and from a phone.
import { type Check, claim, claimEqual, skip } from "../check.ts";
import { answerOrArrival } from "../lab/either.ts";
import { legOf } from "../lab/fork.ts";
import type { Lab } from "../lab/lab.ts";
import type { Phone } from "../lab/phone.ts";
import { readUri } from "../sip/address.ts";
import { hasField, listOf } from "../sip/message.ts";
import { random } from "../sip/write.ts";

export const pathChecks: readonly Check[] = [
  {
    id: "path-copied",
    section: "RFC 3327 §5.3",
    level: "MUST",
    title: "the Path of a REGISTER is in its 200",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const path = ["<sip:edge.example.net;lr>", "<sip:inner.example.net;lr;x=y>"];
      const lines = ["Supported: path", `Path: ${path.join(", ")}`];
      const response = await alice.register({ contacts: [`<${alice.contact}>`], lines, callId: random(8) });
      if (response.status === 420) skip("the registrar takes no Path");
      claimEqual(response.status, 200, "status");
      claimEqual(listOf(response, "path").slice(-2), path, "Path of the 200");
    },
  },
  {
    id: "path-used",
    section: "RFC 3327 §5.4",
    level: "MUST",
    title: "a request to a phone that registered with a Path has it as its Route",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const { path, contact } = await behindPath(lab, bob);
      const message = alice.request("MESSAGE", bob.aor);
      const first = await answerOrArrival(message, lab.target.timeoutMs, bob);
      if (first.kind === "response") skip(`the server routes by the Path itself and got ${first.status}`);
      bob.answer(first.request, 200);
      claimEqual(listOf(first.request, "route").slice(-1), path.slice(-1), "last Route");
      claimEqual(first.request.uri, contact, "Request-URI");
    },
  },
  {
    id: "path-cancel",
    section: "RFC 3261 §9.1, §17.1.1.3",
    level: "MUST",
    title: "the CANCEL and the ACK of a refusal have the Route that their INVITE had by a Path",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      await behindPath(lab, bob);
      const invite = alice.request("INVITE", bob.aor);
      const first = await answerOrArrival(invite, lab.target.timeoutMs, bob);
      if (first.kind === "response") skip(`the server routes by the Path itself and got ${first.status}`);
      bob.answer(first.request, 180);
      await invite.response(180);
      await invite.cancel().finalOf(200);
      const cancel = await bob.acceptCancel(first.request);
      const ack = await bob.incoming("ACK", invite.sent.callId);
      for (const request of [cancel, ack]) {
        claimEqual(listOf(request, "route"), listOf(first.request, "route"), `Route of the ${request.method}`);
      }
      await invite.finalOf(487);
    },
  },
  {
    id: "service-route",
    section: "RFC 3608 §6.3",
    level: "MUST",
    title: "a Service-Route is a SIP URI with lr",
    users: 1,
    needs: ["service-route"],
    async run(lab) {
      const alice = await lab.online("alice");
      const response = await alice.register();
      for (const route of listOf(response, "service-route")) {
        const uri = readUri(/<([^>]*)>/.exec(route)?.[1] ?? route);
        claim(uri.scheme === "sip" || uri.scheme === "sips", `Service-Route is ${route}`);
        claim(uri.parameters.has("lr"), `no lr in ${route}`);
      }
      claim(hasField(response, "service-route"), "no Service-Route in the answer to a refresh");
    },
  },
  {
    id: "service-route-used",
    section: "RFC 3608 §5",
    level: "MUST",
    title: "a call by way of the Service-Route goes through",
    needs: ["service-route"],
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const routes = listOf(await alice.register(), "service-route");
      const invite = alice.request("INVITE", bob.aor, { routes });
      const leg = await legOf(bob, invite);
      claimEqual(listOf(leg.received, "route"), [], "Route left over");
      leg.answer(486);
      await invite.finalOf(486);
    },
  },
];

/** Moves the binding of a phone behind two proxies. */
async function behindPath(
  lab: Lab,
  phone: Phone,
): Promise<{ readonly path: readonly string[]; readonly contact: string }> {
  const path = [`<sip:edge@${lab.domain};lr;ob>`, "<sip:inner.example.net;lr>"];
  const lines = ["Supported: path", `Path: ${path.join(", ")}`];
  const contact = `sip:behind@${phone.host};transport=ws`;
  const { status } = await phone.register({ contacts: [`<${contact}>`], lines, callId: random(8) });
  await phone.register({ expires: 0 });
  if (status === 420) skip("the registrar takes no Path");
  return { path, contact };
}
