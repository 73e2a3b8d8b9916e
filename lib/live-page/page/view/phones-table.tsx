// The registered phones.
import type { Phone } from "../../../operations/phones.ts";
import { Address } from "./address.tsx";

export function PhonesTable({ phones }: { readonly phones: readonly Phone[] }) {
  if (phones.length === 0) return <p class="empty">No phone is registered.</p>;
  return (
    <div class="scroll" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {["Address", "Connection", "Refreshed", "Expires"].map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {phones.map(({ address, flow, contact, registeredFor, expiresIn }) => (
            <tr key={`${flow} ${contact}`}>
              <td>
                <Address of={address} />
              </td>
              <td>
                <code>{flow}</code>
              </td>
              <td>{registeredFor} s ago</td>
              <td>in {expiresIn} s</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
