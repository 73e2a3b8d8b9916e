import { X } from "lucide";
import type { Phone } from "../phone/phone.ts";
import { texts } from "../texts.ts";
import { Icon } from "./icon.tsx";

/** A sentence for the user, read out at once by screen readers. */
export function NoticeBar({ phone }: { readonly phone: Phone }) {
  const { notice } = phone.store.state;
  if (notice === undefined) return null;
  return (
    <div class="notice" data-tone={notice.tone}>
      <p role="alert">{notice.words}</p>
      <button type="button" class="plain" aria-label={texts.notice.dismiss} onClick={() => phone.tell(undefined)}>
        <Icon of={X} />
      </button>
    </div>
  );
}
