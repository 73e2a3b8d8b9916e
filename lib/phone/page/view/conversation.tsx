import { ArrowLeft, RotateCw, SendHorizontal } from "lucide";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { known } from "../phone/contacts.ts";
import type { Phone } from "../phone/phone.ts";
import type { Text } from "../state/memory.ts";
import { isCallInFront } from "../state/state.ts";
import { texts } from "../texts.ts";
import { Avatar } from "./avatar.tsx";
import { CallBar } from "./call-bar.tsx";
import { Icon } from "./icon.tsx";
import { NoticeBar } from "./notice.tsx";
import { AddContact, CallButton, VideoCallButton } from "./person-buttons.tsx";
import { dayWords, isSameDay, whenWords } from "./when.ts";

interface ConversationProps {
  readonly phone: Phone;
  readonly address: string;
}

/** The texts exchanged with one peer. */
export function ConversationView({ phone, address }: ConversationProps) {
  const { state } = phone.store;
  const { conversations } = state;
  const conversation = conversations.find((one) => one.address === address);
  const { name } = known(conversation ?? { name: address, address }, state);
  const { [address]: presence } = state.presence;
  const lines = conversation?.texts ?? [];
  return (
    <section class="conversation" aria-label={texts.texts.conversationWith(name)}>
      <header>
        <button
          type="button"
          class="round-button"
          aria-label={texts.texts.back}
          title={texts.texts.back}
          onClick={() => phone.conversations.open(undefined)}
        >
          <Icon of={ArrowLeft} />
        </button>
        <Avatar name={name} presence={presence} />
        <h2>
          <bdi>{name}</bdi>
          {presence !== undefined && <small>{texts.presence[presence]}</small>}
          {presence === undefined && name !== address && <small>{address}</small>}
        </h2>
        <AddContact phone={phone} name={name} address={address} />
        <CallButton phone={phone} name={name} address={address} />
        <VideoCallButton phone={phone} name={name} address={address} />
      </header>
      <CallBar phone={phone} />
      <Lines phone={phone} address={address} lines={lines} />
      {!isCallInFront(state) && <NoticeBar phone={phone} />}
      <Writer phone={phone} address={address} />
    </section>
  );
}

function Lines({ phone, address, lines }: ConversationProps & { readonly lines: readonly Text[] }) {
  const list = useRef<HTMLOListElement>(null);
  const isAtEnd = useRef(true);
  const height = useRef(0);
  const goToEnd = () => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  };
  const stayAtEnd = () => {
    height.current = list.current?.clientHeight ?? 0;
    if (isAtEnd.current) goToEnd();
  };
  useLayoutEffect(goToEnd, [lines.length]);
  useLayoutEffect(stayAtEnd, [lines.map(({ state }) => state).join()]); // a text that is not delivered gets a button
  useEffect(() => {
    if (list.current === null) return undefined;
    const watch = new ResizeObserver(stayAtEnd); // the keyboard of a phone takes half of the screen
    watch.observe(list.current);
    return () => watch.disconnect();
  }, []);
  return (
    <ol
      class="lines"
      ref={list}
      aria-live="polite"
      tabIndex={0}
      aria-label={texts.texts.title}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        // A scroll event comes before the observer has the new height, and then says nothing about the end.
        if (clientHeight === height.current) isAtEnd.current = scrollHeight - scrollTop - clientHeight < END_PIXELS;
      }}
    >
      {lines.map((line, index) => (
        <Line key={line.id} phone={phone} address={address} line={line} before={lines[index - 1]} />
      ))}
    </ol>
  );
}

const END_PIXELS = 40;

function Line({ phone, address, line, before }: ConversationProps & { line: Text; before: Text | undefined }) {
  const isNewDay = before === undefined || !isSameDay(new Date(before.at), new Date(line.at));
  return (
    <li class="line" data-own={line.own ? "yes" : "no"} data-state={line.state}>
      {isNewDay && <p class="day">{dayWords(line.at)}</p>}
      <p class="words">
        <bdi>{line.text}</bdi>
      </p>
      <p class="under">
        <time dateTime={new Date(line.at).toISOString()}>{whenWords(line.at)}</time>
        {line.state === "sending" && <span>{texts.texts.sending}</span>}
        {line.state === "waiting" && <span>{texts.texts.waiting}</span>}
        {line.own && line.state === "done" && <span>{texts.texts.done}</span>}
        {line.state === "failed" && <span class="failed">{texts.texts.failed}</span>}
        {line.state === "failed" && (
          <button type="button" class="plain" onClick={() => void phone.conversations.again(address, line.id)}>
            <Icon of={RotateCw} />
            {texts.texts.again}
          </button>
        )}
      </p>
    </li>
  );
}

function Writer({ phone, address }: ConversationProps) {
  const field = useRef<HTMLInputElement>(null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const text = field.current?.value ?? "";
    const problem = text.trim() === "" ? texts.texts.empty : texts.texts.failures.tooLong;
    if (text.trim() === "" || text.length > LONGEST_TEXT) {
      phone.tell(problem);
      field.current?.focus();
      return;
    }
    if (field.current) field.current.value = "";
    void phone.conversations.write(address, text);
  };
  return (
    <form class="writer" autocomplete="off" onSubmit={submit}>
      <input ref={field} aria-label={texts.texts.text} placeholder={texts.texts.placeholder} enterkeyhint="send" />
      <button class="round-button primary" aria-label={texts.texts.send} title={texts.texts.send}>
        <Icon of={SendHorizontal} />
      </button>
    </form>
  );
}

/** A field with a limit would cut a pasted text without a message. */
const LONGEST_TEXT = 1_000;
