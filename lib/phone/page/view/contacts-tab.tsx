// The people on the list: whether they can be reached, and the ways to reach them.
import { MessageSquareText, UserMinus, UserPlus } from "lucide";
import { useRef, useState } from "preact/hooks";
import type { Phone } from "../phone/phone.ts";
import type { Contact } from "../state/memory.ts";
import { texts } from "../texts.ts";
import { Avatar } from "./avatar.tsx";
import { CallButtons } from "./calls-tab.tsx";
import { Icon } from "./icon.tsx";

export function ContactsTab({ phone }: { readonly phone: Phone }) {
  const { contacts } = phone.store.state;
  const [isEditing, edit] = useState(false);
  const isEdited = isEditing && contacts.length > 0;
  return (
    <>
      <NewContact phone={phone} />
      <section>
        <div class="heading">
          <h2>{texts.contacts.title}</h2>
          {contacts.length > 0 && (
            <button type="button" class="plain" onClick={() => edit(!isEdited)}>
              {isEdited ? texts.contacts.done : texts.contacts.edit}
            </button>
          )}
        </div>
        {contacts.length === 0 && <p class="hint">{texts.contacts.none}</p>}
        <ul class="rows" aria-label={texts.contacts.title}>
          {contacts.map((contact) =>
            isEdited ? (
              <EditedContact key={contact.address} phone={phone} contact={contact} />
            ) : (
              <ContactRow key={contact.address} phone={phone} contact={contact} />
            ),
          )}
        </ul>
      </section>
      <Strangers phone={phone} />
    </>
  );
}

/** Peers of calls and texts that are not on the list. */
function Strangers({ phone }: { readonly phone: Phone }) {
  const strangers = phone.contacts.strangers();
  if (strangers.length === 0) return null;
  return (
    <section>
      <h2>{texts.contacts.strangers}</h2>
      <ul class="rows" aria-label={texts.contacts.strangers}>
        {strangers.map(({ name, address }) => (
          <li key={address} class="row">
            <Avatar name={name} />
            <span class="name">
              <bdi>{name}</bdi>
              {name !== address && (
                <small>
                  <bdi>{address}</bdi>
                </small>
              )}
            </span>
            <AddContact phone={phone} name={name} address={address} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function NewContact({ phone }: { readonly phone: Phone }) {
  const field = useRef<HTMLInputElement>(null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const target = field.current?.value.trim() ?? "";
    if (target === "") phone.tell(texts.dialer.empty);
    else if (phone.contacts.add(target) && field.current) field.current.value = "";
    field.current?.focus();
  };
  return (
    <form class="new-text" autocomplete="off" onSubmit={submit}>
      <input
        ref={field}
        aria-label={texts.contacts.who}
        placeholder={texts.dialer.placeholder}
        autocapitalize="none"
        autocorrect="off"
        spellcheck={false}
        enterkeyhint="done"
      />
      <button class="wide">
        <Icon of={UserPlus} />
        {texts.contacts.add}
      </button>
    </form>
  );
}

interface ContactRowProps {
  readonly phone: Phone;
  readonly contact: Contact;
}

function ContactRow({ phone, contact: { name, address } }: ContactRowProps) {
  const { presence } = phone.store.state;
  const state = presence[address];
  return (
    <li class="row">
      <Avatar name={name} presence={state} />
      <span class="name">
        <bdi>{name}</bdi>
        <small>{state === undefined ? name !== address && <bdi>{address}</bdi> : texts.presence[state]}</small>
      </span>
      <button
        type="button"
        class="round-button"
        aria-label={texts.dialer.write(name)}
        onClick={() => phone.conversations.open(address)}
      >
        <Icon of={MessageSquareText} />
      </button>
      <CallButtons phone={phone} name={name} address={address} />
    </li>
  );
}

function EditedContact({ phone, contact: { name, address } }: ContactRowProps) {
  return (
    <li class="row edited">
      <Avatar name={name} />
      <input
        aria-label={texts.contacts.nameOf(address)}
        defaultValue={name}
        spellcheck={false}
        onChange={({ currentTarget: { value } }) => phone.contacts.rename(address, value)}
      />
      <button
        type="button"
        class="round-button remove"
        aria-label={texts.contacts.remove(name)}
        onClick={() => phone.contacts.remove(address)}
      >
        <Icon of={UserMinus} />
      </button>
    </li>
  );
}

/** Puts a person on the list that is not on it yet. */
export function AddContact({ phone, name, address }: { phone: Phone; name: string; address: string }) {
  if (phone.store.state.contacts.some((contact) => contact.address === address)) return null;
  return (
    <button
      type="button"
      class="round-button"
      aria-label={texts.contacts.addPerson(name)}
      title={texts.contacts.addPerson(name)}
      onClick={() => phone.contacts.add(address, name)}
    >
      <Icon of={UserPlus} />
    </button>
  );
}
