import { LogOut } from "lucide";
import type { Phone } from "../phone/phone.ts";
import { texts } from "../texts.ts";
import { DeviceSettings } from "./device-settings.tsx";
import { ForwardingSettings } from "./forwarding-settings.tsx";
import { HoursSettings } from "./hours-settings.tsx";
import { Icon } from "./icon.tsx";
import { RingSettings } from "./ring-settings.tsx";

export function SettingsTab({ phone }: { readonly phone: Phone }) {
  const { settings, user, domain, handling } = phone.store.state;
  const notify = async (wanted: boolean) => {
    const permission = wanted && "Notification" in globalThis ? await Notification.requestPermission() : "denied";
    phone.change({ notify: wanted && permission === "granted" });
    phone.tell(wanted && permission !== "granted" ? texts.settings.notifyDenied : undefined);
  };
  return (
    <>
      <section>
        <Switch
          label={texts.settings.quiet}
          help={handling === undefined ? texts.settings.quietHelp : texts.settings.quietEverywhereHelp}
          isOn={settings.quiet}
          change={(quiet) => void phone.handling.setQuiet(quiet)}
        />
        <Switch
          label={texts.settings.away}
          help={texts.settings.awayHelp}
          isOn={settings.away}
          change={(away) => phone.change({ away })}
        />
        <Switch
          label={texts.settings.notify}
          help={texts.settings.notifyHelp}
          isOn={settings.notify}
          change={(wanted) => void notify(wanted)}
        />
        {phone.wakeUp.isPossible() && (
          <Switch
            label={texts.wakeUp.title}
            help={texts.wakeUp.help}
            isOn={settings.wake}
            change={(wanted) => void phone.wakeUp.turn(wanted)}
          />
        )}
      </section>
      {handling && (
        <>
          <ForwardingSettings phone={phone} forwarding={handling.forwarding ?? {}} />
          <HoursSettings phone={phone} handling={handling} />
          <RingSettings phone={phone} handling={handling} />
        </>
      )}
      <section>
        <h2>{texts.settings.devices}</h2>
        <DeviceSettings phone={phone} />
      </section>
      <section class="account">
        <p>
          {user}@{domain}
        </p>
        <button type="button" class="wide" onClick={phone.signOut}>
          <Icon of={LogOut} />
          {texts.settings.signOut}
        </button>
      </section>
    </>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly help: string;
  readonly isOn: boolean;
  readonly change: (isOn: boolean) => void;
}

function Switch({ label, help, isOn, change }: SwitchProps) {
  return (
    <label class="switch">
      <span>
        {label}
        <small>{help}</small>
      </span>
      <input
        type="checkbox"
        role="switch"
        aria-label={label}
        checked={isOn}
        onChange={({ currentTarget: { checked } }) => change(checked)}
      />
    </label>
  );
}
