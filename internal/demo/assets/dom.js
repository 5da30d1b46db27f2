// Building blocks of the page. Whatever comes from a chat becomes text nodes, never markup.

const newsroom = "https://newsroom.example/";

// el makes an element. Properties are set as such, those in attrs as attributes; children may be text.
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  const { attrs = {}, ...rest } = props;
  Object.assign(node, rest);
  for (const [name, value] of Object.entries(attrs)) node.setAttribute(name, value);
  node.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== ""));
  return node;
}

// link makes a link to an http(s) address, or plain text of anything else. Articles of the newsroom are shown by
// the demo itself.
export function link(address, ...children) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return el("span", {}, ...children);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return el("span", {}, ...children);
  const href = url.href.startsWith(newsroom) ? `/demo/stories/${url.href.slice(newsroom.length)}` : url.href;
  return el("a", { href, title: url.href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

// moment shows a time in the reader's own zone and language.
export function moment(date, format = { dateStyle: "long", timeStyle: "short" }) {
  return el("time", { dateTime: date.toISOString(), title: date.toString() }, new Intl.DateTimeFormat([], format).format(date));
}

// clock shows the time of day.
export function clock(date) {
  return moment(date, { hour: "2-digit", minute: "2-digit" });
}

// picture shows an image of the newsroom in a frame that keeps its place while it loads.
export function picture(src, className) {
  return el("img", { src, className, alt: "Picture of the story", width: 640, height: 256 });
}

// post sends an action to the server and returns its answer. It throws what the server says of a refusal.
export async function post(path, action = {}) {
  const response = await fetch(`/demo/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(action),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `The demo answered ${response.status}.`);
  return answer;
}
