// Completes package-lock.json after `npm install`. A registry that does not carry every platform's binary packages makes
// npm leave their optional entries out of the lock, and `npm ci` then refuses the lock as incomplete (npm/cli#4828). The
// entries added here carry the version their parent pins and the platform their name spells; npm fills in nothing else
// and installs only the one that fits the machine.
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
const platforms = ["android", "darwin", "freebsd", "linux", "openharmony", "win32", "wasm32"];
const cpus = ["arm64", "x64", "arm", "ia32", "loong64", "ppc64", "riscv64", "s390x"];

/** `@oxlint/binding-linux-x64-musl` → os linux, cpu x64, libc musl. */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = platforms.filter((word) => words.includes(word) && word !== "wasm32");
  const cpu = cpus.filter((word) => words.includes(word));
  const libc = words.includes("musl") ? ["musl"] : words.includes("gnu") ? ["glibc"] : undefined;
  return { ...(cpu.length ? { cpu } : {}), ...(os.length ? { os } : {}), ...(libc ? { libc } : {}) };
}

let added = 0;
for (const [path, entry] of Object.entries({ ...lock.packages })) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (path === "") continue;
    const places = [`${path}/node_modules/${name}`, `node_modules/${name}`];
    if (places.some((place) => lock.packages[place])) continue;
    lock.packages[`node_modules/${name}`] = { version, ...platformOf(name), dev: entry.dev, optional: true };
    added += 1;
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`package-lock.json: ${added} optional platform packages added\n`);
