import { ArrowRightLeft, PhoneForwarded, PhoneOutgoing } from "lucide";
import type { Phone } from "../phone/phone.ts";
import { texts } from "../texts.ts";
import { Icon } from "./icon.tsx";
import { NameForm } from "./name-form.tsx";

interface TransferProps {
  readonly phone: Phone;
  readonly close: () => void;
}

/** Hands the peer over at once, or after a talk with the target. With two calls it connects their peers. */
export function Transfer({ phone, close }: TransferProps) {
  const { calls } = phone.store.state;
  const [other, heard] = [calls.length > 1 ? calls[0] : undefined, calls.at(-1)];
  if (other?.phase === "talking" && heard) {
    const connect = () => {
      close();
      void phone.calls.connectBoth();
    };
    return (
      <button type="button" class="wide primary" onClick={connect}>
        <Icon of={ArrowRightLeft} />
        {texts.transfer.connect(other.peer.name, heard.peer.name)}
      </button>
    );
  }
  return <TargetForm phone={phone} close={close} />;
}

function TargetForm({ phone, close }: TransferProps) {
  const closing = (act: (target: string) => Promise<void>) => (target: string) => {
    close();
    void act(target);
  };
  const ask = closing((target) => phone.calls.dial(target, false));
  const { label, empty, now } = texts.transfer;
  return (
    <NameForm
      phone={phone}
      class="transfer"
      label={label}
      isLabelShown
      takesFocus
      empty={empty}
      act={closing(phone.calls.transfer)}
    >
      {(go) => (
        <div class="pair">
          <button class="wide primary">
            <Icon of={PhoneForwarded} />
            {now}
          </button>
          <button type="button" class="wide" onClick={() => go(ask)}>
            <Icon of={PhoneOutgoing} />
            {texts.transfer.ask}
          </button>
        </div>
      )}
    </NameForm>
  );
}
