import { el, link, moment } from "./dom.js";

// Discord's markdown, as far as chat messages use it: https://support.discord.com/hc/articles/210298617.
// Each rule is tried where the text has got to; the first that fits makes a node.
const rules = [
  [/\\([^\p{L}\p{N}\s])/uy, (m) => m[1]],
  [/```(?:[a-z0-9_+-]+\n)?\n?([^]+?)\n?```\n?/iy, (m) => el("pre", {}, el("code", {}, m[1]))],
  [/(`{1,2})(?!`)([^]+?)\1(?!`)/y, (m) => el("code", {}, m[2].replace(/^ (`.*) $|^ (.*`) $/s, "$1$2").trim())],
  [/<t:(-?\d{1,11})(?::[a-zA-Z])?>/y, (m) => moment(new Date(m[1] * 1000))],
  [/<(https?:\/\/[^\s>]+)>/y, (m) => link(m[1], m[1])],
  [/\[((?:\\.|[^\]\\])+)\]\(<?(https?:\/\/[^\s>)]+(?:\)[^\s>)]+)*)>?\)/y, (m) => link(m[2], ...inline(m[1]))],
  [/\*\*((?:\\.|[^\\])+?)\*\*(?!\*)/sy, (m) => el("strong", {}, ...inline(m[1]))],
  [/__((?:\\.|[^\\])+?)__(?!_)/sy, (m) => el("u", {}, ...inline(m[1]))],
  [/~~((?:\\.|[^\\])+?)~~/sy, (m) => el("s", {}, ...inline(m[1]))],
  [/\*(?![\s*])((?:\\.|\*\*|[^\\*])+?)\*(?!\*)/sy, (m) => el("em", {}, ...inline(m[1]))],
  [/(?<![\p{L}\p{N}])_((?:\\.|[^\\_])+?)_(?![\p{L}\p{N}])/suy, (m) => el("em", {}, ...inline(m[1]))],
  [/https?:\/\/[^\s<]*[^\s<.,:;"')\]]/y, (m) => link(m[0], m[0])],
];

// inline returns the nodes of a marked-up text.
function inline(text) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain !== "") nodes.push(plain);
    plain = "";
  };
  for (let at = 0; at < text.length;) {
    const [match, node] = apply(text, at);
    if (!match) {
      plain += text[at++];
      continue;
    }
    at += match[0].length;
    if (typeof node === "string") {
      plain += node;
    } else {
      flush();
      nodes.push(node);
    }
  }
  flush();
  return nodes;
}

function apply(text, at) {
  if (!/[\\`<[*_~h]/.test(text[at])) return [null, null];
  for (const [pattern, make] of rules) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return [match, make(match)];
  }
  return [null, null];
}

// markdown returns a message's text as an element.
export function markdown(text, className) {
  return el("div", { className }, ...inline(text));
}
