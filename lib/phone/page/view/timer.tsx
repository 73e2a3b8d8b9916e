import { useEffect, useState } from "preact/hooks";
import { duration } from "../phone/spoken.ts";

/** How long a call has lasted; nothing before it is established. */
export function Timer({ since }: { readonly since: number | undefined }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(ticking);
  }, []);
  if (since === undefined) return null;
  return (
    <span class="timer" role="timer">
      {duration(Math.max(now, since) - since)}
    </span>
  );
}
