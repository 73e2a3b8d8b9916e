import { X } from "lucide";
import type { Phone } from "../phone/phone.ts";
import { texts } from "../texts.ts";
import { Icon } from "./icon.tsx";

/** A sentence for the user, read out at once by screen readers. */
export function NoticeBar({ phone }: { readonly phone: Phone }) {
  const { notice } = phone.store.state;
  if (notice === undefined) return null;
  const { words, tone, action } = notice;
  const act = () => {
    phone.tell(undefined);
    action?.act();
  };
  return (
    <div class="notice" data-tone={tone}>
      <p role="alert">{words}</p>
      {action && (
        <button type="button" class="plain action" onClick={act}>
          {action.label}
        </button>
      )}
      <button
        type="button"
        class="plain"
        aria-label={texts.notice.dismiss}
        title={texts.notice.dismiss}
        onClick={() => phone.tell(undefined)}
      >
        <Icon of={X} />
      </button>
    </div>
  );
}
