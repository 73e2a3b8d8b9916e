// The bindings of an AOR: one record, replaced as a whole.
import type { Write } from "./record.ts";

export const putRegistration: Write<"registration"> = ({ registrations }, { registration }) => {
  const { aor, version } = registration;
  if ((registrations.get(aor)?.version ?? 0) !== version) return "conflict";
  registrations.set(aor, { ...registration, version: version + 1 });
  return "committed";
};
