// Starts the page: reads its configuration, comes back from the login page if it was there, and draws every state.
import { render } from "preact";
import { createPhone, type Phone } from "./phone/phone.ts";
import { accountOf } from "./sign-in/account.ts";
import { loadConfig } from "./sign-in/config.ts";
import { returnFromLogin, SignInError, wasSignedIn } from "./sign-in/issuer.ts";
import { claimDevice, signInAgain } from "./sign-in/kept.ts";
import { App } from "./view/app.tsx";

const phone = createPhone(await loadConfig(), await claimDevice());
drawOn(phone, document.getElementById("phone") ?? document.body);
await begin(phone);

/** Several changes of one event are drawn once. */
function drawOn({ store }: Phone, root: HTMLElement): void {
  let isPlanned = false;
  const draw = () => {
    isPlanned = false;
    render(<App phone={phone} />, root);
  };
  store.observe(() => {
    if (!isPlanned) queueMicrotask(draw);
    isPlanned = true;
  });
  draw();
}

async function begin({ config, signIn, signInKept, signInWith, goToLogin, tell }: Phone): Promise<void> {
  const { account, auto } = accountOf(location.search, config);
  if (auto) return signIn(account);
  const kept = signInAgain();
  if (kept?.digest) return signInKept(kept);
  if (config.signIn === undefined) return;
  try {
    const session = await returnFromLogin(config.signIn);
    if (session) await signInWith(session);
    else if (kept || wasSignedIn()) await goToLogin();
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    tell(error.message);
  }
}
