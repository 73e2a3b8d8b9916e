// Panels that lie over the stage while they are needed: keypad, transfer, devices.
import { X } from "lucide";
import type { Phone } from "../phone/phone.ts";
import { texts } from "../texts.ts";
import { DeviceSettings } from "./device-settings.tsx";
import { Icon } from "./icon.tsx";
import { Keypad } from "./keypad.tsx";
import { Transfer } from "./transfer.tsx";

export type Panel = "keypad" | "transfer" | "devices";

interface CallPanelProps {
  readonly phone: Phone;
  readonly panel: Panel;
  readonly close: () => void;
}

export function CallPanel({ phone, panel, close }: CallPanelProps) {
  return (
    <div class="panel" data-panel={panel}>
      <header>
        <h2 id="peer">
          <bdi>{phone.store.state.calls.at(-1)?.peer.name}</bdi>
          <small>{texts.call.panels[panel]}</small>
        </h2>
        <button
          type="button"
          class="round-button"
          aria-label={texts.call.close}
          title={texts.call.close}
          onClick={close}
        >
          <Icon of={X} />
        </button>
      </header>
      {panel === "keypad" && <Keypad press={phone.calls.press} />}
      {panel === "transfer" && <Transfer phone={phone} close={close} />}
      {panel === "devices" && <DeviceSettings phone={phone} />}
    </div>
  );
}
