// RFC 3261 §16.6: a group whose members ring in turn (--group).
import { type Check, skip } from "../check.ts";
import { claimNotReached } from "../lab/claims.ts";
import { dialogOfCaller } from "../lab/dialog.ts";
import type { Lab } from "../lab/lab.ts";

/** Alice has called the group; its first member has the INVITE and rings. */
async function firstTurn(lab: Lab) {
  const { user, members } = lab.target.group ?? skip("no --group was named");
  const [one, other] = members;
  const [alice, first, second] = await Promise.all([lab.online("alice"), lab.online(one), lab.online(other)]);
  const invite = alice.request("INVITE", `sip:${user}@${lab.domain}`);
  const received = await first.incoming("INVITE", invite.sent.callId);
  first.answer(received, 180);
  await invite.response(180);
  return { alice, first, second, invite, received };
}

export const ringGroupChecks: readonly Check[] = [
  {
    id: "group-in-turn",
    section: "RFC 3261 §16.6",
    level: "MAY",
    title: "a member of a group rings after the member before it has refused, and not together with it",
    users: 1,
    needs: ["group"],
    async run(lab) {
      const { alice, first, second, invite, received } = await firstTurn(lab);
      await claimNotReached(lab, second, "INVITE", invite.sent.callId);
      first.answer(received, 486);
      second.answer(await second.incoming("INVITE", invite.sent.callId), 200);
      dialogOfCaller(alice, invite, await invite.finalOf(200)).ack(invite);
    },
  },
  {
    id: "group-answered",
    section: "RFC 3261 §16.6",
    level: "MAY",
    title: "once a member of a group has answered the next one does not ring",
    users: 1,
    needs: ["group"],
    async run(lab) {
      const { alice, first, second, invite, received } = await firstTurn(lab);
      first.answer(received, 200);
      dialogOfCaller(alice, invite, await invite.finalOf(200)).ack(invite);
      await claimNotReached(lab, second, "INVITE", invite.sent.callId);
    },
  },
];
