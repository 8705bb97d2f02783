/**
 * Between a template's source and what the editor shows. The server decides what a mail may contain; this keeps the
 * source from doing anything in the administrator's own page, and shows QR codes, which are no addresses, as pictures.
 */
import { COLORS } from "@linkus/ui";

const ACTIVE = "script,style,iframe,object,embed,link,meta,base,form,input,button,textarea,select,svg,math,video,audio";
const VARIABLE = /^\s*\{\{\.[A-Za-z][A-Za-z0-9_]*\}\}\s*$/;
const ADDRESS = /^\s*(https?:|mailto:|tel:)/i;
const MARK = "data-variable";

export function toEditable(source: string): string {
  const { body } = new DOMParser().parseFromString(source, "text/html");
  makeSafe(body);
  for (const image of body.querySelectorAll("img")) {
    const variable = image.getAttribute("src") ?? "";
    if (!VARIABLE.test(variable)) {
      image.remove();
      continue;
    }
    image.setAttribute(MARK, variable);
    image.setAttribute("src", placeholder(variable));
  }
  return body.innerHTML;
}

export function fromEditable(editor: HTMLElement): string {
  const copy = editor.cloneNode(true) as HTMLElement;
  for (const image of copy.querySelectorAll("img")) {
    const variable = image.getAttribute(MARK);
    if (variable === null) {
      image.remove();
      continue;
    }
    image.removeAttribute(MARK);
    image.setAttribute("src", variable);
  }
  const text = copy.textContent?.trim() ?? "";
  return text === "" && !copy.querySelector("img,hr") ? "" : copy.innerHTML;
}

function makeSafe(root: HTMLElement): void {
  for (const element of root.querySelectorAll(ACTIVE)) element.remove();
  for (const element of root.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      const address = name === "href" && !VARIABLE.test(value) && !ADDRESS.test(value);
      const loads = name === "src" ? element.localName !== "img" : ["srcset", "background", "ping"].includes(name);
      if (name.startsWith("on") || address || loads || name === "id" || name === "class") element.removeAttribute(name);
    }
  }
}

/** A drawing that says which code will stand there. */
export function placeholder(variable: string): string {
  const name = variable.replace(/[^A-Za-z0-9]/g, "");
  const drawing =
    '<svg xmlns="http://www.w3.org/2000/svg" width="180" height="180">' +
    `<rect width="178" height="178" x="1" y="1" rx="8" fill="${COLORS.ground.light}" stroke="${COLORS["picture-line"].light}" stroke-dasharray="6 4"/>` +
    `<text x="90" y="94" font-family="sans-serif" font-size="14" text-anchor="middle" fill="${COLORS["picture-text"].light}">${name}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(drawing)}`;
}

export interface Insertable {
  placeholder: string;
  use: "text" | "link" | "picture";
  explanation: string;
}

const escapeText = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

/** What a variable becomes in the source: a link needs words to press on, a picture needs words for who sees none. */
export function snippet({ placeholder: variable, use, explanation }: Insertable): string {
  const words = escapeText(explanation);
  if (use === "link") return `<a href="${variable}">${words}</a>`;
  if (use === "picture") return `<img src="${variable}" alt="${words}" width="180">`;
  return variable;
}
