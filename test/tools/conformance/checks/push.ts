// RFC 8599: the push services that a server asks for notifications.
import { type Check, claim, claimEqual } from "../check.ts";

export const pushChecks: readonly Check[] = [
  {
    id: "push-unknown-service",
    section: "RFC 8599 §5.6.1.1, §14.4",
    level: "SHOULD",
    title: "a REGISTER that names a push service unknown to the server is answered 555, and adds no binding",
    users: 1,
    needs: ["push"],
    async run(lab) {
      const alice = await lab.connect("alice");
      const address = "pn-provider=unknown.invalid;pn-param=app;pn-prid=device";
      const contact = alice.device.replace(">", `;${address}>`);
      const { status } = await alice.register({ contacts: [`${contact};expires=600`] });
      claimEqual(status, 555, "status");
      const bindings = await alice.bindings();
      claim(
        bindings.every(({ uri }) => !uri.includes(address)),
        "the contact is among the bindings",
      );
    },
  },
];
