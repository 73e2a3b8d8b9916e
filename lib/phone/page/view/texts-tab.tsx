import { known } from "../phone/contacts.ts";
import type { Phone } from "../phone/phone.ts";
import { shortened } from "../sip/address.ts";
import type { Conversation } from "../state/memory.ts";
import { texts } from "../texts.ts";
import { Avatar } from "./avatar.tsx";
import { NameForm } from "./name-form.tsx";
import { whenWords } from "./when.ts";

/** All conversations, the newest first. */
export function TextsTab({ phone }: { readonly phone: Phone }) {
  const { conversations } = phone.store.state;
  return (
    <>
      <NewText phone={phone} />
      {conversations.length === 0 && <p class="hint">{texts.texts.none}</p>}
      <ul class="rows" aria-label={texts.texts.title}>
        {conversations.map((conversation) => (
          <li key={conversation.address}>
            <ConversationRow phone={phone} conversation={conversation} />
          </li>
        ))}
      </ul>
    </>
  );
}

function NewText({ phone }: { readonly phone: Phone }) {
  const open = (target: string) => phone.conversations.open(shortened(target, phone.store.state.domain));
  return (
    <NameForm phone={phone} class="new-text" label={texts.texts.to} act={open}>
      {() => <button class="wide">{texts.texts.open}</button>}
    </NameForm>
  );
}

function ConversationRow({ phone, conversation }: { readonly phone: Phone; readonly conversation: Conversation }) {
  const { address, unread } = conversation;
  const { name } = known(conversation, phone.store.state);
  const last = conversation.texts.at(-1);
  const isOpen = phone.store.state.conversation === address;
  return (
    <button
      type="button"
      class="row"
      aria-current={isOpen ? "true" : undefined}
      data-unread={unread > 0 ? "yes" : "no"}
      onClick={() => phone.conversations.open(address)}
    >
      <Avatar name={name} presence={phone.store.state.presence[address]} />
      <span class="name">
        <bdi>{name}</bdi>
        <small>
          {last?.own && `${texts.texts.you}: `}
          <bdi>{last?.text}</bdi>
        </small>
      </span>
      <span class="aside">
        {last && <time dateTime={new Date(last.at).toISOString()}>{whenWords(last.at)}</time>}
        {unread > 0 && (
          <span class="badge" aria-label={texts.texts.unread(unread)}>
            {unread}
          </span>
        )}
      </span>
    </button>
  );
}
