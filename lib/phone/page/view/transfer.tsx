import { ArrowRightLeft, PhoneForwarded, PhoneOutgoing } from "lucide";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Phone } from "../phone/phone.ts";
import { texts } from "../texts.ts";
import { Icon } from "./icon.tsx";

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
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []); // before the next key
  const go = (act: (target: string) => Promise<void>) => {
    const target = field.current?.value.trim() ?? "";
    if (target === "") {
      phone.tell(texts.transfer.empty);
      field.current?.focus();
      return;
    }
    close();
    void act(target);
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    go(phone.calls.transfer);
  };
  return (
    <form class="transfer" autocomplete="off" onSubmit={submit}>
      <label>
        {texts.transfer.label}
        <input
          ref={field}
          placeholder={texts.dialer.placeholder}
          autocapitalize="none"
          autocorrect="off"
          spellcheck={false}
          enterkeyhint="go"
        />
      </label>
      <div class="pair">
        <button class="wide primary">
          <Icon of={PhoneForwarded} />
          {texts.transfer.now}
        </button>
        <button type="button" class="wide" onClick={() => go((target) => phone.calls.dial(target, false))}>
          <Icon of={PhoneOutgoing} />
          {texts.transfer.ask}
        </button>
      </div>
    </form>
  );
}
