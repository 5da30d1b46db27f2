import { author, embed } from "./card.js";
import { el, link, post } from "./dom.js";
import { Composer } from "./composer.js";
import { Forum } from "./forum.js";
import { Log } from "./log.js";
import { markdown } from "./markdown.js";
import { Menu } from "./menu.js";
import { openForm } from "./form.js";
import { tabs } from "./tabs.js";

const button = 2; // the type of component
const styles = ["", "primary", "secondary", "success", "danger", "link"];

// Discord draws the chat on the left.
export class Discord {
  constructor(root) {
    this.root = root;
    this.rooms = new Map();
    this.dismissed = new Set();
    this.tabs = el("div", { className: "tabs", attrs: { role: "tablist", "aria-label": "Channels" } });
    this.guild = el("h2", {});
    this.select = tabs(this.tabs, (tab) => this.show(tab.dataset.id));
    this.stage = el("div", { className: "stage" });
    this.composer = new Composer({
      label: "Message",
      suggest: (line) => post("discord/suggest", { channel: this.channel, line }),
      send: (line) => this.say(line),
    });
    this.menu = new Menu((message, line) => this.attempt(() => post("discord/use", { message, line })));
    this.hint = el("p", { className: "reading", hidden: true });
    root.append(el("div", { className: "head" }, this.guild, this.tabs), this.stage, this.composer.form, this.hint, this.menu.root);
  }

  // attempt does something, and shows above the line what is wrong with it.
  async attempt(act) {
    this.composer.problem.textContent = "";
    try {
      await act();
    } catch (error) {
      this.composer.problem.textContent = error.message;
    }
  }

  // fill puts a line in place, where one can type.
  fill(line) {
    if (this.composer.form.hidden) this.select(this.tabs.firstElementChild);
    this.composer.fill(line);
  }

  say(line) {
    this.rooms.get(this.channel).log.end();
    return post("discord/say", { channel: this.channel, line });
  }

  // reset shows a snapshot.
  reset({ guild, channels, messages }) {
    this.guild.textContent = guild;
    if (this.rooms.size === 0) this.open(channels);
    for (const room of this.rooms.values()) room.log.clear();
    for (const message of messages ?? []) this.put(message);
    for (const room of this.rooms.values()) unread(room, 0);
  }

  open(channels) {
    for (const { id, name, forum } of channels) {
      const log = forum ? new Forum(`Posts in ${name}`) : new Log(`Messages in #${name}`);
      const tab = el("button", { type: "button", id: `discord-${name}`, attrs: { role: "tab", "data-id": id } },
        el("span", { className: "hash", attrs: { "aria-hidden": "true" } }, forum ? "≡" : "#"), name, el("span", { className: "badge" }));
      log.root.id = `discord-room-${name}`;
      log.root.setAttribute("role", "tabpanel");
      log.root.setAttribute("aria-labelledby", tab.id);
      tab.setAttribute("aria-controls", log.root.id);
      this.tabs.append(tab);
      this.stage.append(log.root);
      this.rooms.set(id, { name, forum, log, tab, unread: 0 });
    }
    this.select(this.tabs.firstElementChild);
  }

  show(id) {
    this.channel = id;
    for (const [key, room] of this.rooms) {
      if (key === id) room.log.show();
      else room.log.root.hidden = true;
    }
    const room = this.rooms.get(id);
    unread(room, 0);
    this.composer.form.hidden = Boolean(room.forum);
    this.hint.hidden = !room.forum;
    this.hint.replaceChildren("Each alert is a post. To change what comes here, add ", el("code", {}, `channel:#${room.name}`), " to a command in another channel.");
    this.composer.name(`Message #${room.name}`);
  }

  // change shows one event.
  change({ gone, message, failed, channel, form }) {
    if (form) {
      openForm(this.root, form, (fields) => post("discord/submit", { opened: form.opened, fields }));
    } else if (failed) {
      const line = el("p", { className: "failed" }, `${failed}: the application did not respond`);
      this.rooms.get(channel)?.log.put(Symbol("failed"), line);
    } else if (gone) {
      this.rooms.get(message.post?.forum ?? message.channel)?.log.remove(message.id);
    } else {
      this.put(message);
    }
  }

  put(message) {
    const room = this.rooms.get(message.post?.forum ?? message.channel);
    if (!room || this.dismissed.has(message.id)) return;
    if (room.forum) {
      if (room.log.put(message) && message.post.forum !== this.channel) unread(room, room.unread + 1);
      return;
    }
    const old = room.log.nodes.get(message.id);
    const node = this.message(message, old ? old.previousElementSibling : room.log.last);
    if (room.log.put(message.id, node) && message.channel !== this.channel) unread(room, room.unread + 1);
  }

  message(m, previous) {
    const posted = new Date(m.posted);
    const joined = !m.used && !m.quote && !m.ephemeral && previous?.dataset.author === m.author && !previous.classList.contains("private") &&
      posted - previous.dataset.posted < 7 * 60_000;
    const body = el("div", { className: "body" }, joined ? null : author(m), ...this.content(m));
    const avatar = el("span", { className: `avatar ${m.bot ? "bot" : ""}`, attrs: { "aria-hidden": "true" } }, joined ? "" : m.author[0].toUpperCase());
    const row = el("article", {
      className: `row ${joined ? "joined" : ""} ${m.ephemeral ? "private" : ""}`,
      attrs: { "data-author": m.author, "data-posted": posted.getTime(), "data-id": m.id },
    }, m.used || m.quote ? above(m) : null, avatar, body);
    if (!m.ephemeral && !m.loading) this.menu.serve(row, m.id);
    return row;
  }

  content(m) {
    if (m.loading) return [el("p", { className: "loading" }, `${m.author} is thinking…`)];
    return [
      m.content ? markdown(m.content, "text") : null,
      ...(m.embeds ?? []).map(embed),
      ...(m.components ?? []).map((row) => this.row(m, row)),
      m.edited ? el("span", { className: "edited" }, "(edited)") : null,
      m.ephemeral ? this.note(m) : null,
    ].filter(Boolean);
  }

  note(m) {
    const dismiss = el("button", { type: "button", className: "dismiss" }, "Dismiss message");
    dismiss.addEventListener("click", () => {
      this.dismissed.add(m.id);
      const { log } = this.rooms.get(m.channel);
      log.remove(m.id);
      this.composer.focus();
    });
    return el("p", { className: "only" }, "Only you can see this · ", dismiss);
  }

  row(m, row) {
    return el("div", { className: "buttons" }, ...(row.components ?? []).filter((c) => c.type === button).map((c) => this.button(m, c)));
  }

  button(m, c) {
    const label = [c.emoji?.name, c.label].filter(Boolean).join(" ");
    if (c.url) return link(c.url, el("span", { className: "button link" }, label, " ↗"));
    const node = el("button", { type: "button", className: `button ${styles[c.style] ?? ""}`, disabled: Boolean(c.disabled) }, label);
    node.addEventListener("click", async () => {
      node.setAttribute("aria-busy", "true");
      await this.attempt(() => post("discord/press", { message: m.id, button: c.custom_id }));
      node.removeAttribute("aria-busy");
    });
    return node;
  }
}

// above is the line that says what a message answers.
function above(m) {
  const use = m.used ? [el("b", {}, m.usedBy), " used ", el("span", { className: "command" }, m.used)] : [];
  if (!m.quote) return el("p", { className: "used" }, ...use);
  if (m.used) use.push(" on ");
  if (!m.quote.author) return el("p", { className: "used" }, ...use, el("em", {}, "Original message was deleted"));
  return el("div", { className: "used quoted" }, ...use, el("b", {}, m.quote.author), " ", markdown(m.quote.text, "snippet"));
}

function unread(room, n) {
  room.unread = n;
  room.tab.querySelector(".badge").textContent = n > 0 ? String(n) : "";
}
