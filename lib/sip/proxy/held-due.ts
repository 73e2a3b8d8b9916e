// The timer of a held request (RFC 5626 §4.5, `location/held-requests.ts`): its time is over and its sender gets a
// response, or it was sent and no response has come.
import { heldWith, readHeld, sendTo } from "../location/held-requests.ts";
import { nothing, type Outcome, sendOnly } from "../outcome.ts";
import { RETURN_SECONDS } from "../policy/timers.ts";
import { bindingOf } from "../state/registration.ts";
import { registrationOf } from "../state/snapshot.ts";
import type { HeldTimer } from "../timer.ts";
import type { World } from "../world.ts";
import { heldAnswered } from "./held-response.ts";
import { answerSender } from "./transport-error.ts";

export async function heldDue(timer: HeldTimer, world: World): Promise<Outcome> {
  const { aor, branch } = timer;
  const { now, keys } = world;
  const registration = registrationOf(await world.read({ registrations: [aor] }), aor);
  const held = heldWith(branch, registration);
  const request = held && readHeld(held);
  if (held === undefined || request === undefined) return nothing("timer-after-end");

  const { device, until, sentOn } = held;
  if (until <= now) {
    const end = { flow: sentOn ?? "", aor, instance: device };
    const changes = [heldAnswered(held, "completed", registration, world)];
    return { ...answerSender(end, request, "gone", world), changes };
  }
  if (sentOn === undefined || until - now < RETURN_SECONDS) {
    return { ...nothing("request-held"), timers: [{ ...timer, delaySeconds: until - now }] };
  }
  const binding = bindingOf(registration, device, now);
  if (binding === undefined) return nothing("request-held");
  return { ...sendOnly(sendTo(binding, request, aor, keys)), reason: { code: "held-request-repeated" } };
}
