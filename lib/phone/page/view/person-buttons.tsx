// The ways to reach a person, and to put the person on the list: round buttons with their names below.
import { MessageSquareText, Phone as PhoneIcon, UserPlus, Video } from "lucide";
import type { IconNode } from "lucide";
import type { Phone } from "../phone/phone.ts";
import { texts } from "../texts.ts";
import { Icon } from "./icon.tsx";

interface PersonButtonProps {
  readonly icon: IconNode;
  /** The word below the drawing. */
  readonly word: string;
  /** The whole name of the button, with that of the person. */
  readonly label: string;
  readonly class?: string;
  readonly act: () => void;
}

export function PersonButton({ icon, word, label, class: name = "", act }: PersonButtonProps) {
  return (
    <button type="button" class={`named ${name}`} aria-label={label} title={label} onClick={act}>
      <Icon of={icon} />
      <span>{word}</span>
    </button>
  );
}

interface PersonProps {
  readonly phone: Phone;
  readonly name: string;
  readonly address: string;
}

export function CallButton({ phone, name, address }: PersonProps) {
  return (
    <PersonButton
      icon={PhoneIcon}
      word={texts.dialer.buttons.call}
      label={texts.dialer.callPerson(name)}
      act={() => void phone.calls.dial(address, false)}
    />
  );
}

export function VideoCallButton({ phone, name, address }: PersonProps) {
  return (
    <PersonButton
      icon={Video}
      word={texts.dialer.buttons.video}
      label={texts.dialer.videoCallPerson(name)}
      act={() => void phone.calls.dial(address, true)}
    />
  );
}

export function WriteButton({ phone, name, address }: PersonProps) {
  return (
    <PersonButton
      icon={MessageSquareText}
      word={texts.dialer.buttons.write}
      label={texts.dialer.write(name)}
      act={() => phone.conversations.open(address)}
    />
  );
}

/** Puts a person on the list that is not on it yet. */
export function AddContact({ phone, name, address }: PersonProps) {
  if (phone.store.state.contacts.some((contact) => contact.address === address)) return null;
  return (
    <PersonButton
      icon={UserPlus}
      word={texts.dialer.buttons.add}
      label={texts.contacts.addPerson(name)}
      act={() => phone.contacts.add(address, name)}
    />
  );
}
