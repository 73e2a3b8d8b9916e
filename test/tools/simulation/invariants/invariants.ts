// All invariants, by name.
import type { Run } from "../simulate.ts";
import { tell } from "../story/story.ts";
import { everyAnswerIsAcknowledged, everyRefusalIsAcknowledged } from "./acks.ts";
import { whoIsRegisteredIsBound } from "./bound.ts";
import { everyCallEndsOnce } from "./call-ends.ts";
import { noCancelBeforeProvisional } from "./cancel.ts";
import { nothingIsVisibleBeforeItIsStored } from "./commit-before-emit.ts";
import { dialogsSurvive } from "./dialogs.ts";
import { everyInviteEnds } from "./final-answer.ts";
import { noGhostBinding } from "./ghosts.ts";
import { heldRequestsArrive } from "./held-requests.ts";
import { anHttpCalleeIsFreed, noOtherSessionIsEnded, noSessionIsLeft } from "./http-sessions.ts";
import { aReconnectEndsNothing, noLivingCallIsEnded } from "./living-calls.ts";
import { noMessageIsDoubled, noMessageIsLost, noRefusedMessageComesAgain } from "./messages.ts";
import { noRequestIsDeliveredTwice } from "./once.ts";
import { aPhoneIsInOnePlace } from "./one-place.ts";
import { noCallStaysOpen } from "./open-calls.ts";
import { oneFinalAnswer } from "./one-final.ts";
import { whoComesBackIsRungAgain } from "./ring-again.ts";
import { noPhoneRingsOn } from "./ringing.ts";
import { aPhoneRingsOnceAtATime } from "./rings-once.ts";
import {
  aCallFindsEverySleepingDevice,
  aDeviceThatWakesIsRung,
  anAddressThatIsGoneIsForgotten,
  aStoredTextIsPushedOnce,
  aTextIsPushedAgainInTime,
  aRefreshPushIsInTime,
  aWokenDeviceIsRungOnce,
  everyPushOfACallIsStopped,
  everySleepingDeviceIsPushed,
  noCallWaitsForADeviceForEver,
  noPushForACallThatIsOver,
} from "./pushes.ts";
import { stateEndsWithItsCall } from "./state.ts";
import { nothingReachesAThirdParty } from "./third-party.ts";
import { nothingThrows } from "./throws.ts";
import { timersAreFew } from "./timers.ts";
import { everyTurnEnds, oneMemberRingsAtATime } from "./turns.ts";
import type { Invariant, Violation } from "./violation.ts";

export const invariants = {
  "every INVITE ends": everyInviteEnds,
  "one final answer": oneFinalAnswer,
  "no phone rings on": noPhoneRingsOn,
  "a phone rings once at a time": aPhoneRingsOnceAtATime,
  "who comes back is rung again": whoComesBackIsRungAgain,
  "every refusal is acknowledged": everyRefusalIsAcknowledged,
  "every answer is acknowledged": everyAnswerIsAcknowledged,
  "dialogs survive": dialogsSurvive,
  "held requests arrive": heldRequestsArrive,
  "every answered call has one end": everyCallEndsOnce,
  "no call stays open when its phones are gone": noCallStaysOpen,
  "no living call is ended": noLivingCallIsEnded,
  "a reconnect in time ends nothing": aReconnectEndsNothing,
  "no ghost binding": noGhostBinding,
  "who is registered is bound": whoIsRegisteredIsBound,
  "a phone is in one place": aPhoneIsInOnePlace,
  "state ends with its call": stateEndsWithItsCall,
  "nothing is visible before it is stored": nothingIsVisibleBeforeItIsStored,
  "no CANCEL before a provisional": noCancelBeforeProvisional,
  "nothing reaches a third party": nothingReachesAThirdParty,
  "no request is delivered twice": noRequestIsDeliveredTwice,
  "no message is lost": noMessageIsLost,
  "no message is doubled": noMessageIsDoubled,
  "no refused message comes again": noRefusedMessageComesAgain,
  "no session is left at an endpoint": noSessionIsLeft,
  "an HTTP callee is freed": anHttpCalleeIsFreed,
  "no other session is ended": noOtherSessionIsEnded,
  "one member of a group rings at a time": oneMemberRingsAtATime,
  "every turn of a group ends": everyTurnEnds,
  "a call finds every sleeping device": aCallFindsEverySleepingDevice,
  "every sleeping device of a ringing call gets a push": everySleepingDeviceIsPushed,
  "a device that wakes is rung": aDeviceThatWakesIsRung,
  "a woken device is rung once": aWokenDeviceIsRungOnce,
  "a refresh push comes before the end of its registration": aRefreshPushIsInTime,
  "no push for a call that is over": noPushForACallThatIsOver,
  "every push of a call is stopped": everyPushOfACallIsStopped,
  "no call waits for a device for ever": noCallWaitsForADeviceForEver,
  "a stored text is pushed once": aStoredTextIsPushedOnce,
  "a text is pushed again while it waits": aTextIsPushedAgainInTime,
  "an address that is gone is forgotten": anAddressThatIsGoneIsForgotten,
  "timers are few": timersAreFew,
  "nothing throws": nothingThrows,
} satisfies Record<string, Invariant>;

export type InvariantName = keyof typeof invariants;

export function judge(run: Run): readonly Violation[] {
  const story = tell(run);
  const violations: Violation[] = [];
  for (const [invariant, holds] of Object.entries(invariants)) {
    for (const problem of holds(story)) violations.push({ invariant, ...problem });
  }
  return violations;
}
