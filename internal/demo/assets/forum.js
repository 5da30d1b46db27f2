import { author, embed } from "./card.js";
import { el } from "./dom.js";
import { markdown } from "./markdown.js";

// Forum is a channel of posts, the newest first, each with its messages below its name. It is there to be read.
export class Forum {
  constructor(label) {
    this.posts = new Map();
    this.nodes = new Map();
    this.list = el("div", { className: "forum", tabIndex: 0, attrs: { role: "region", "aria-label": label } });
    this.root = el("div", { className: "room", hidden: true }, this.list);
  }

  show() {
    this.root.hidden = false;
  }

  clear() {
    this.posts.clear();
    this.nodes.clear();
    this.list.replaceChildren();
  }

  // put adds a message to its post, or shows it anew. It returns whether it was added.
  put(message) {
    const node = message.post.renamed ? renamed(message) : entry(message);
    const old = this.nodes.get(message.id);
    this.nodes.set(message.id, node);
    const post = this.post(message);
    if (old) old.replaceWith(node);
    else post.append(node);
    return !old;
  }

  // post returns the post of a message, under the name that it has now.
  post({ channel, post: { name, tags } }) {
    let post = this.posts.get(channel);
    if (!post) {
      post = el("article", { className: "post", attrs: { "aria-labelledby": `post-${channel}` } }, el("header", {}));
      this.posts.set(channel, post);
      this.list.prepend(post);
    }
    post.firstElementChild.replaceChildren(
      el("h3", { id: `post-${channel}` }, name),
      el("ul", { className: "tags", hidden: !tags?.length, attrs: { "aria-label": "Tags" } }, ...(tags ?? []).map((tag) => el("li", {}, tag))));
    return post;
  }

  remove(id) {
    this.nodes.get(id)?.remove();
    this.nodes.delete(id);
  }
}

function entry(m) {
  return el("div", { className: "entry" }, author(m), m.content ? markdown(m.content, "text") : null, ...(m.embeds ?? []).map(embed),
    m.edited ? el("span", { className: "edited" }, "(edited)") : null);
}

function renamed(m) {
  return el("p", { className: "entry renamed" }, `${m.author} changed the title: `, el("strong", {}, m.content));
}
