// Presence documents (RFC 3863, RFC 4480). They come from other users, so only known words are
// looked for. The browser's XML parser would need an exception from the content security policy.

/** `on the phone`: in a call. `busy`: wants no calls now. */
export type Presence = "available" | "on the phone" | "busy" | "away" | "offline";

/** An activity that a user publishes; being connected is known to the server. */
export type Activity = "busy" | "away";

export const PIDF = "application/pidf+xml";

/** Undefined for a document that does not say whether the user is connected. */
export function presenceIn(document: string): Presence | undefined {
  const states = Array.from(document.matchAll(/<(?:[\w-]+:)?basic>\s*(open|closed)\s*</g), ([, state]) => state);
  if (states.length === 0) return undefined;
  if (!states.includes("open")) return "offline";
  const says = (activity: string) => new RegExp(`<(?:[\\w-]+:)?${activity}\\s*/?>`).test(document);
  if (says("on-the-phone")) return "on the phone";
  if (says("busy")) return "busy";
  return says("away") ? "away" : "available";
}

/** Without a tuple: whether the user is connected stays the server's to say. */
export function documentOf(aor: string, activity: Activity): string {
  const entity = aor.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"',
    ` xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="${entity}">`,
    `<dm:person id="phone"><rpid:activities><rpid:${activity}/></rpid:activities></dm:person>`,
    "</presence>\n",
  ].join("\n");
}
