// The second call: it rings, or it is on hold.
import { ArrowDownUp, ArrowRightLeft, Phone as PhoneIcon } from "lucide";
import type { Phone } from "../phone/phone.ts";
import { texts } from "../texts.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icon.tsx";

export function OtherCall({ phone }: { readonly phone: Phone }) {
  const { calls } = phone.store.state;
  const other = calls.length > 1 ? calls[0] : undefined;
  const heard = calls.at(-1);
  if (other === undefined) return null;
  const { name } = other.peer;
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
  const words = other.leadsTo === "" ? texts.second.onHold(name) : texts.second.leads(name, other.leadsTo);
  return (
    <div class="other" role="group" aria-label={words}>
      <Avatar name={name} />
      <p class="name">{words}</p>
      {heard?.phase === "talking" && other.leadsTo === "" && (
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
