// Headers that go with every file of the page.
import type { IssuerSignIn } from "./phone-config.ts";

/** The page runs its own scripts alone, and talks to its WebSocket and its issuer alone. */
export function contentSecurityPolicy(ws: string, signIn?: IssuerSignIn): string {
  const origins = [ws, ...(signIn ? [signIn.issuer, ...(signIn.origins ?? [])] : [])]
    .filter((url) => URL.canParse(url))
    .map((url) => new URL(url).origin);
  return contentSecurityPolicyFor(origins);
}

/** The same for origins that are known at deployment only. */
export function contentSecurityPolicyFor(origins: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "media-src 'self' blob: mediastream:",
    ["connect-src 'self'", ...new Set(origins)].join(" "),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
}

export const otherHeaders = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
} as const;
