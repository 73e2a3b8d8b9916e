import { PhoneCall } from "lucide";
import type { Phone } from "../phone/phone.ts";
import { texts } from "../texts.ts";
import { Icon } from "./icon.tsx";
import { Timer } from "./timer.tsx";

/** The way back to the call, on a small screen whose lists are in front of it. */
export function CallBar({ phone }: { readonly phone: Phone }) {
  const { calls, isCallBehind } = phone.store.state;
  const call = calls.at(-1);
  if (call === undefined || !isCallBehind) return null;
  return (
    <button type="button" class="call-bar" onClick={() => phone.showCall(true)}>
      <Icon of={PhoneCall} />
      <span>{texts.call.back(call.peer.name)}</span>
      <Timer since={call.since} />
    </button>
  );
}
