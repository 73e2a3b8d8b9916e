// Where calls go under each condition: an empty field ends the forwarding.
import type { Phone } from "../phone/phone.ts";
import { shortened } from "../sip/address.ts";
import { type Condition, conditions, type Forwarding } from "../sip/own-settings.ts";
import { texts } from "../texts.ts";

interface ForwardingSettingsProps {
  readonly phone: Phone;
  readonly forwarding: Forwarding;
}

export function ForwardingSettings({ phone, forwarding }: ForwardingSettingsProps) {
  return (
    <section>
      <h2>{texts.forwarding.title}</h2>
      <p class="hint" id="forwarding-help">
        {texts.forwarding.help}
      </p>
      <div class="devices">
        {conditions
          .filter((condition) => condition !== "closed")
          .map((condition) => (
            <ForwardField key={condition} phone={phone} condition={condition} forwarding={forwarding} />
          ))}
      </div>
    </section>
  );
}

interface ForwardFieldProps extends ForwardingSettingsProps {
  readonly condition: Condition;
}

/** Takes effect when the field is left, or with the Enter key. A target that is refused stays, to be corrected. */
export function ForwardField({ phone, condition, forwarding }: ForwardFieldProps) {
  const shown = shortened(forwarding[condition] ?? "", phone.store.state.domain);
  return (
    <label>
      {texts.forwarding.conditions[condition]}
      <input
        key={shown}
        aria-describedby="forwarding-help"
        defaultValue={shown}
        placeholder={texts.forwarding.placeholder}
        autocapitalize="none"
        autocorrect="off"
        spellcheck={false}
        enterkeyhint="done"
        onChange={({ currentTarget: { value } }) => void phone.handling.forward(condition, value)}
      />
    </label>
  );
}
