// The people and groups on the list: whether they can be reached, and the ways to reach them.
import { UserMinus, UserPlus } from "lucide";
import { useState } from "preact/hooks";
import { known } from "../phone/contacts.ts";
import type { Phone } from "../phone/phone.ts";
import type { Contact } from "../state/memory.ts";
import type { PhoneState } from "../state/state.ts";
import { texts } from "../texts.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icon.tsx";
import { NameForm } from "./name-form.tsx";
import { AddContact, CallButton, PersonButton, VideoCallButton, WriteButton } from "./person-buttons.tsx";

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
  return (
    <NameForm phone={phone} class="new-text" label={texts.contacts.who} enterKey="done" act={phone.contacts.add}>
      {() => (
        <button class="wide">
          <Icon of={UserPlus} />
          {texts.contacts.add}
        </button>
      )}
    </NameForm>
  );
}

interface ContactRowProps {
  readonly phone: Phone;
  readonly contact: Contact;
}

function ContactRow({ phone, contact: { name, address } }: ContactRowProps) {
  const { presence, members } = phone.store.state;
  const group = members[address];
  if (group !== undefined) return <GroupRow phone={phone} contact={{ name, address }} members={group} />;
  const state = presence[address];
  return (
    <li class="row">
      <Avatar name={name} presence={state} />
      <span class="name">
        <bdi>{name}</bdi>
        <small>{state === undefined ? name !== address && <bdi>{address}</bdi> : texts.presence[state]}</small>
      </span>
      <WaysToReach phone={phone} contact={{ name, address }} />
    </li>
  );
}

function WaysToReach({ phone, contact: { name, address } }: ContactRowProps) {
  return (
    <>
      <WriteButton phone={phone} name={name} address={address} />
      <CallButton phone={phone} name={name} address={address} />
      <VideoCallButton phone={phone} name={name} address={address} />
    </>
  );
}

interface GroupRowProps extends ContactRowProps {
  readonly members: PhoneState["members"][string];
}

/** A call or a text to a group goes to its members, whose presence is below it. */
function GroupRow({ phone, contact: { name, address }, members }: GroupRowProps) {
  const states = Object.values(members);
  const available = states.filter((state) => state === "available").length;
  return (
    <li class="group">
      <div class="row">
        <Avatar name={name} />
        <span class="name">
          <bdi>{name}</bdi>
          <small>{texts.contacts.reachable(available, states.length)}</small>
        </span>
        <WaysToReach phone={phone} contact={{ name, address }} />
      </div>
      <ul class="rows members" aria-label={texts.contacts.membersOf(name)}>
        {Object.entries(members).map(([member, state]) => (
          <li key={member} class="row">
            <Avatar name={member} presence={state} />
            <span class="name">
              <bdi>{known({ name: member, address: member }, phone.store.state).name}</bdi>
              <small>{state === undefined ? texts.contacts.unknown : texts.presence[state]}</small>
            </span>
          </li>
        ))}
      </ul>
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
      <PersonButton
        class="remove"
        icon={UserMinus}
        word={texts.dialer.buttons.remove}
        label={texts.contacts.remove(name)}
        act={() => phone.contacts.remove(address)}
      />
    </li>
  );
}
