/** The element of the page with this id. Throws where page and code disagree, which is seen at the first start. */
export function part<E extends Element>(id: string, type: new () => E): E {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new TypeError(`index.html has no ${type.name} with the id ${id}`);
}

/** A new element with its class and content; text is text, never markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...content: readonly (string | Node)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  element.append(...content);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** One of the symbols at the top of the page. */
export function icon(name: "receiver" | "camera" | "window", className = ""): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  if (className !== "") svg.setAttribute("class", className);
  svg.append(document.createElementNS(SVG, "use"));
  svg.firstElementChild?.setAttribute("href", `#icon-${name}`);
  return svg;
}

/** First letter and a colour that stays the same for the same name. */
export function paintAvatar(element: HTMLElement, name: string): HTMLElement {
  const letters = Array.from(name);
  const hue = letters.reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7);
  element.textContent = letters[0]?.toUpperCase() ?? "";
  element.style.setProperty("--hue", String(hue));
  return element;
}
