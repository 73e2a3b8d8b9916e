import { Phone as PhoneIcon, Video } from "lucide";
import type { Phone } from "../phone/phone.ts";
import type { CallState } from "../sip/call-state.ts";
import { texts } from "../texts.ts";
import { Icon } from "./icon.tsx";

export function IncomingControls({ phone, call }: { readonly phone: Phone; readonly call: CallState }) {
  return (
    <div class="controls" data-calm="yes" role="group" aria-label={texts.call.controls}>
      <button type="button" class="round danger" onClick={phone.calls.decline}>
        <Icon of={PhoneIcon} />
        <span>{texts.call.decline}</span>
      </button>
      <button type="button" class="round go" onClick={() => void phone.calls.answer(false)}>
        <Icon of={PhoneIcon} />
        <span>{texts.call.answer}</span>
      </button>
      {call.offersVideo && (
        <button type="button" class="round go" onClick={() => void phone.calls.answer(true)}>
          <Icon of={Video} />
          <span>{texts.call.answerVideo}</span>
        </button>
      )}
    </div>
  );
}
