import { clock, el, link, moment, picture } from "./dom.js";
import { markdown } from "./markdown.js";

// author says who wrote a message, and when.
export function author(m) {
  return el("p", { className: "author" }, el("strong", {}, m.author),
    m.bot ? el("span", { className: "app" }, "APP") : null, clock(new Date(m.posted)));
}

// embed draws the card of a message.
export function embed(e) {
  const node = el("div", { className: "embed" },
    e.author?.name ? el("p", { className: "by" }, e.author.name) : null,
    e.title ? el("p", { className: "title" }, e.url ? link(e.url, markdown(e.title)) : markdown(e.title)) : null,
    e.description ? markdown(e.description, "text") : null,
    e.fields ? el("dl", {}, ...e.fields.flatMap((f) => [el("dt", {}, markdown(f.name)), el("dd", {}, markdown(f.value, "text"))])) : null,
    e.image?.url ? picture(e.image.url, "image") : null,
    footer(e),
  );
  if (e.color) node.style.setProperty("--bar", `#${e.color.toString(16).padStart(6, "0")}`);
  return node;
}

function footer(e) {
  const parts = [];
  if (e.footer?.text) parts.push(e.footer.text);
  if (e.timestamp) parts.push(moment(new Date(e.timestamp), { dateStyle: "medium", timeStyle: "short" }));
  if (parts.length === 2) parts.splice(1, 0, " • ");
  return parts.length > 0 ? el("p", { className: "foot" }, ...parts) : null;
}
