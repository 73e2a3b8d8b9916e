// A field for the name or address of a person, with the buttons that use it.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Phone } from "../phone/phone.ts";
import { texts } from "../texts.ts";

interface NameFormProps {
  readonly phone: Phone;
  readonly class: string;
  readonly label: string;
  /** The label is on the screen too. */
  readonly isLabelShown?: boolean;
  readonly id?: string;
  /** The field takes the focus before the next key. */
  readonly takesFocus?: boolean;
  /** The field is emptied when this becomes true. */
  readonly isDone?: boolean;
  readonly enterKey?: "go" | "done";
  /** The sentence for an empty field. */
  readonly empty?: string;
  /** Gets the name at the Enter key. True empties the field for another one. */
  readonly act: Act;
  /** The buttons; `go` calls another function than `act` with the name. */
  readonly children: (go: (act: Act) => void) => ComponentChildren;
}

type Act = (name: string) => boolean | void;

export function NameForm({ phone, label, act, children, ...options }: NameFormProps) {
  const { class: name, id, isLabelShown = false, takesFocus = false, isDone = false } = options;
  const { enterKey = "go", empty = texts.dialer.empty } = options;
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (takesFocus) field.current?.focus();
  }, []);
  useEffect(() => {
    if (isDone && field.current) field.current.value = "";
  }, [isDone]);
  const go = (act: Act) => {
    const { current } = field;
    const target = current?.value.trim() ?? "";
    if (target === "") phone.tell(empty);
    const isTaken = target !== "" && act(target) === true;
    if (isTaken && current) current.value = "";
    if (target === "" || isTaken) current?.focus();
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    go(act);
  };
  return (
    <form class={name} autocomplete="off" onSubmit={submit}>
      <label>
        <span class={isLabelShown ? "" : "spoken-only"}>{label}</span>
        <input
          id={id}
          ref={field}
          placeholder={texts.dialer.placeholder}
          autocapitalize="none"
          autocorrect="off"
          spellcheck={false}
          enterkeyhint={enterKey}
        />
      </label>
      {children(go)}
    </form>
  );
}
