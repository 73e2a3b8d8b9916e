// The owner of a contact address.
import type { Write } from "./record.ts";

export const putContactOwner: Write<"contact owner"> = ({ contactOwners }, { owner }) => {
  contactOwners.set(owner.contact, owner);
  return "committed";
};
