// The second call: it rings, or it is on hold.
import { ArrowDownUp, ArrowRightLeft, Phone as PhoneIcon } from "lucide";
import type { Phone } from "../phone/phone.ts";
import { type CallState, partner } from "../sip/call-state.ts";
import { texts } from "../texts.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icon.tsx";

export function OtherCall({ phone }: { readonly phone: Phone }) {
  const { calls } = phone.store.state;
  const other = calls.length > 1 ? calls[0] : undefined;
  const heard = calls.at(-1);
  if (other === undefined) return null;
  const { name } = partner(other);
  if (other.phase === "incoming") {
    return (
      <div class="other" role="group" aria-label={texts.second.calls(name)}>
        <Avatar name={name} />
        <p class="name">{texts.second.calls(name)}</p>
        <button type="button" class="pill danger" onClick={phone.calls.decline}>
          <Icon of={PhoneIcon} />
          <span>{texts.second.decline}</span>
        </button>
        <button type="button" class="pill go" onClick={() => void phone.calls.answer(false)}>
          <Icon of={PhoneIcon} />
          <span>{texts.second.answer}</span>
        </button>
      </div>
    );
  }
  const isFree = other.leadsTo === "" && other.asking === "";
  return (
    <div class="other" role="group" aria-label={wordsFor(other)}>
      <Avatar name={name} />
      <p class="name">{wordsFor(other)}</p>
      {heard?.phase === "talking" && isFree && (
        <>
          <button type="button" class="pill" onClick={phone.calls.swap}>
            <Icon of={ArrowDownUp} />
            <span>{texts.second.swap}</span>
          </button>
          <button type="button" class="pill" onClick={() => void phone.calls.connectBoth()}>
            <Icon of={ArrowRightLeft} />
            <span>{texts.second.connect}</span>
          </button>
        </>
      )}
    </div>
  );
}

function wordsFor(call: CallState): string {
  const { name } = partner(call);
  if (call.leadsTo !== "") return texts.second.leads(name, call.leadsTo);
  return call.asking === "" ? texts.second.onHold(name) : texts.second.connecting(name, call.asking);
}
