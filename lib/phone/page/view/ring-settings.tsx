// The phones that ring: those of other people beside the own ones, and how many of these.
import { UserMinus, UserPlus } from "lucide";
import { useState } from "preact/hooks";
import { known } from "../phone/contacts.ts";
import type { Phone } from "../phone/phone.ts";
import { shortened } from "../sip/address.ts";
import type { OwnSettings } from "../sip/own-settings.ts";
import { texts } from "../texts.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icon.tsx";
import { NameForm } from "./name-form.tsx";
import { PersonButton } from "./person-buttons.tsx";

interface RingSettingsProps {
  readonly phone: Phone;
  readonly handling: OwnSettings;
}

export function RingSettings({ phone, handling: { alsoRing = [], maxDevices } }: RingSettingsProps) {
  return (
    <>
      <section>
        <h2>{texts.ring.title}</h2>
        <p class="hint">{texts.ring.help}</p>
        <ul class="rows" aria-label={texts.ring.title}>
          {alsoRing.map((uri) => (
            <Person key={uri} phone={phone} uri={uri} />
          ))}
        </ul>
        <NewPerson phone={phone} />
      </section>
      <section>
        <h2>{texts.ring.phones}</h2>
        <PhonesField phone={phone} most={maxDevices} />
      </section>
    </>
  );
}

function Person({ phone, uri }: { readonly phone: Phone; readonly uri: string }) {
  const address = shortened(uri, phone.store.state.domain);
  const { name } = known({ name: address, address }, phone.store.state);
  return (
    <li class="row">
      <Avatar name={name} />
      <span class="name">
        <bdi>{name}</bdi>
      </span>
      <PersonButton
        class="remove"
        icon={UserMinus}
        word={texts.dialer.buttons.remove}
        label={texts.ring.remove(name)}
        act={() => void phone.handling.ringNoMore(uri)}
      />
    </li>
  );
}

function NewPerson({ phone }: { readonly phone: Phone }) {
  const [isAdded, setAdded] = useState(false);
  const add = (name: string) => {
    setAdded(false);
    void phone.handling.ringToo(name).then(setAdded);
  };
  return (
    <NameForm
      phone={phone}
      class="new-text"
      label={texts.ring.who}
      isLabelShown
      isDone={isAdded}
      enterKey="done"
      act={add}
    >
      {() => (
        <button class="wide">
          <Icon of={UserPlus} />
          {texts.ring.add}
        </button>
      )}
    </NameForm>
  );
}

const COUNTS: readonly number[] = [1, 2, 3, 4, 5];

function PhonesField({ phone, most }: { readonly phone: Phone; readonly most: number | undefined }) {
  const counts = most === undefined || COUNTS.includes(most) ? COUNTS : [...COUNTS, most];
  return (
    <>
      <select
        aria-label={texts.ring.phones}
        aria-describedby="phones-help"
        value={most ?? ""}
        onChange={({ currentTarget: { value } }) =>
          void phone.handling.limitPhones(value === "" ? undefined : Number(value))
        }
      >
        <option value="">{texts.ring.all}</option>
        {counts.map((count) => (
          <option key={count} value={count}>
            {texts.ring.latest(count)}
          </option>
        ))}
      </select>
      <p class="hint" id="phones-help">
        {texts.ring.phonesHelp}
      </p>
    </>
  );
}
