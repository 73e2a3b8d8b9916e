import { useLayoutEffect, useState } from "preact/hooks";
import { texts } from "../texts.ts";

const KEYS = "123456789*0#";

/** Sends digits, for example to a voice menu. The digit keys of the keyboard work too. */
export function Keypad({ press }: { readonly press: (key: string) => void }) {
  const [pressed, setPressed] = useState("");
  const take = (key: string) => {
    setPressed((before) => `${before}${key}`.slice(-MOST_KEYS));
    press(key);
  };
  // An effect would begin to listen after the keypad has been drawn: keys that are typed at once would be lost.
  useLayoutEffect(() => {
    const typed = ({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent) => {
      const isElsewhere = target instanceof HTMLInputElement || ctrlKey || metaKey || altKey;
      if (!isElsewhere && key.length === 1 && KEYS.includes(key)) take(key);
    };
    addEventListener("keydown", typed);
    return () => removeEventListener("keydown", typed);
  }, []);
  return (
    <div class="keypad">
      <output aria-label={texts.call.keysPressed}>{pressed}</output>
      <div class="keys" role="group" aria-label={texts.call.keys}>
        {Array.from(KEYS, (key) => (
          <button key={key} type="button" onClick={() => take(key)}>
            {key}
          </button>
        ))}
      </div>
    </div>
  );
}

const MOST_KEYS = 20;
