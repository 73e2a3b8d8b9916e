import { PhoneCall } from "lucide";
import { texts } from "../texts.ts";
import { Icon } from "./icon.tsx";

/** The large half of a wide screen while there is nothing to show in it. */
export function Idle() {
  return (
    <section class="idle" aria-label={texts.idle.title}>
      <Icon of={PhoneCall} />
      <h2>{texts.idle.title}</h2>
      <p>{texts.idle.words}</p>
    </section>
  );
}
