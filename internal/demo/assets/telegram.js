import { clock, el, link, moment, picture, post } from "./dom.js";
import { Composer } from "./composer.js";
import { Log } from "./log.js";
import { tabs } from "./tabs.js";

const colors = 7; // how many colors names have

// Telegram draws the chat on the right.
export class Telegram {
  constructor(root) {
    this.rooms = new Map();
    this.menus = {};
    this.tabs = el("div", { className: "tabs", attrs: { role: "tablist", "aria-label": "Chats" } });
    this.select = tabs(this.tabs, (tab) => this.show(Number(tab.dataset.id)));
    this.stage = el("div", { className: "stage" });
    this.toast = el("p", { className: "toast", attrs: { role: "status" } });
    this.composer = new Composer({
      label: "Message", suggest: (line) => this.suggest(line), send: (line) => this.say(line),
    });
    this.bar = el("div", { className: "answering", hidden: true });
    this.root = root;
    root.append(el("div", { className: "head" }, this.tabs), this.stage, this.toast, this.bar, this.composer.form);
  }

  // fill puts a line in place.
  fill(line) {
    this.composer.fill(line);
  }

  // say sends a line, in reply to a message if one has been chosen.
  async say(line) {
    this.rooms.get(this.chat).log.end();
    const message = this.answering;
    await post("telegram/say", { chat: this.chat, line, message });
    if (this.answering === message) this.answer(null); // the bot may have asked for another reply meanwhile
  }

  // answer chooses the message that the next line replies to, or none.
  answer(m) {
    this.answering = m?.message_id;
    this.bar.hidden = !m;
    this.composer.name(m?.placeholder || `Message ${this.rooms.get(this.chat).chat.name}`);
    if (!m) return;
    const drop = el("button", { type: "button", className: "drop", attrs: { "aria-label": "Do not reply" } }, "✕");
    drop.addEventListener("click", () => {
      this.answer(null);
      this.composer.focus();
    });
    this.bar.replaceChildren(el("span", { className: "arrow", attrs: { "aria-hidden": "true" } }, "↩"), quote(m), drop);
  }

  // suggest offers the bot's menu, as Telegram's client does.
  suggest(line) {
    const menu = this.menus[this.chat] ?? [];
    return menu.filter((c) => `/${c.command}`.startsWith(line)).map((c) => ({
      line: `/${c.command} `, name: `/${c.command}`, help: c.description,
    }));
  }

  // reset shows a snapshot.
  reset({ you, chats, messages, menus }) {
    this.you = you;
    this.menus = menus;
    if (this.rooms.size === 0) this.open(chats);
    for (const room of this.rooms.values()) {
      room.log.clear();
      room.log.list.append(...room.start);
    }
    for (const message of messages ?? []) this.put(message);
    for (const room of this.rooms.values()) unread(room, 0);
  }

  open(chats) {
    for (const chat of chats) {
      const log = new Log(`Messages in ${chat.name}`);
      const tab = el("button", { type: "button", id: `telegram-tab-${chat.id}`, attrs: { role: "tab", "data-id": chat.id } },
        el("span", { className: `avatar c${color(chat.id)}`, attrs: { "aria-hidden": "true" } }, chat.name[0]),
        el("span", { className: "name" }, el("b", {}, chat.name), el("small", {}, chat.private ? "bot" : "3 members")),
        el("span", { className: "badge" }));
      log.root.id = `telegram-room-${chat.id}`;
      log.root.setAttribute("role", "tabpanel");
      log.root.setAttribute("aria-labelledby", tab.id);
      tab.setAttribute("aria-controls", log.root.id);
      this.tabs.append(tab);
      this.stage.append(log.root);
      this.rooms.set(chat.id, { chat, log, tab, unread: 0, start: chat.private ? [this.start()] : [] });
    }
    this.select(this.tabs.firstElementChild);
  }

  // start is what an empty chat with a bot shows.
  start() {
    const node = el("button", { type: "button", className: "start" }, "Start");
    node.addEventListener("click", () => this.say("/start").catch((error) => this.toast(error.message)));
    return node;
  }

  show(id) {
    this.chat = id;
    for (const [key, room] of this.rooms) {
      if (key === id) room.log.show();
      else room.log.root.hidden = true;
    }
    const room = this.rooms.get(id);
    unread(room, 0);
    this.answer(null);
  }

  // change shows one event.
  change({ gone, message, menus }) {
    if (menus) this.menus = menus;
    if (!message) return;
    if (gone) {
      this.rooms.get(message.chat.id)?.log.remove(message.message_id);
      return;
    }
    this.put(message);
    if (message.asks && message.chat.id === this.chat) {
      this.answer(message);
      if (this.root.contains(document.activeElement)) this.composer.focus();
    }
  }

  put(m) {
    const room = this.rooms.get(m.chat.id);
    if (!room) return;
    room.start.forEach((node) => node.remove());
    const old = room.log.nodes.get(m.message_id);
    const node = this.message(m, old ? old.previousElementSibling : room.log.last);
    if (room.log.put(m.message_id, node) && m.chat.id !== this.chat) unread(room, room.unread + 1);
  }

  message(m, previous) {
    const service = serviceText(m);
    if (service) return el("p", { className: "service" }, service);
    const own = m.from?.id === this.you;
    const from = String(m.from?.id ?? m.chat.id);
    const joined = previous?.dataset.from === from;
    const name = m.sender_chat?.title ?? m.from?.first_name ?? m.chat.title;
    const named = !own && !joined && m.chat.type !== "private";
    const bubble = el("div", { className: "bubble" },
      named ? el("p", { className: `name n${color(m.from?.id ?? m.chat.id)}` }, name) : null,
      m.reply_to_message ? quote(m.reply_to_message) : null,
      el("div", { className: "text" }, ...this.styled(m.text ?? m.caption ?? "", m.entities ?? m.caption_entities ?? [])),
      m.preview ? preview(m.preview) : null,
      el("p", { className: "time" }, m.edit_date ? "edited " : "", clock(new Date(m.date * 1000))));
    const reply = el("button", { type: "button", className: "tools", attrs: { "aria-label": "Reply", title: "Reply" } }, "↩");
    reply.addEventListener("click", () => {
      this.answer(m);
      this.composer.focus();
    });
    return el("article", {
      className: `message ${own ? "own" : ""} ${joined ? "joined" : ""}`,
      attrs: { "data-from": from, "data-id": m.message_id, "aria-label": `Message from ${name}` },
    }, bubble, reply, m.reply_markup ? this.keyboard(m) : null);
  }

  keyboard(m) {
    const rows = m.reply_markup.inline_keyboard ?? [];
    return el("div", { className: "keyboard" }, ...rows.map((row) =>
      el("div", { className: "keys" }, ...row.map((key) => this.key(m, key)))));
  }

  key(m, key) {
    if (key.url) return link(key.url, el("span", { className: "key" }, key.text, " ↗"));
    const node = el("button", { type: "button", className: `key ${key.style ?? ""}` }, key.text);
    node.addEventListener("click", async () => {
      node.setAttribute("aria-busy", "true");
      try {
        const answer = await post("telegram/press", { chat: m.chat.id, message: m.message_id, button: key.callback_data });
        if (answer.text) this.toast(answer.text);
      } catch (error) {
        this.toast(error.message);
      } finally {
        node.removeAttribute("aria-busy");
      }
    });
    return node;
  }

// toast shows a line that fades.
  toast(text) {
    this.toast.textContent = text;
    clearTimeout(this.fading);
    this.fading = setTimeout(() => { this.toast.textContent = ""; }, 5000);
  }

  // styled returns the nodes of a text with its entities, which may stand within one another. Offsets are in UTF-16
  // units, as JavaScript counts.
  styled(text, entities, from = 0, to = text.length) {
    const nodes = [];
    const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
    let at = from;
    while (sorted.length > 0) {
      const e = sorted.shift();
      const end = Math.min(e.offset + e.length, to);
      if (e.offset < at) continue;
      const inner = [];
      while (sorted.length > 0 && sorted[0].offset < end) inner.push(sorted.shift());
      nodes.push(text.slice(at, e.offset), this.entity(e, text.slice(e.offset, end), this.styled(text, inner, e.offset, end)));
      at = e.type === "pre" && text[end] === "\n" ? end + 1 : end; // a block ends its line by itself
    }
    nodes.push(text.slice(at, to));
    return nodes.filter((n) => n !== "");
  }

  entity(e, text, inner) {
    switch (e.type) {
      case "bold": return el("strong", {}, ...inner);
      case "italic": return el("em", {}, ...inner);
      case "underline": return el("u", {}, ...inner);
      case "strikethrough": return el("s", {}, ...inner);
      case "code": return el("code", {}, ...inner);
      case "pre": return el("pre", {}, el("code", {}, ...inner));
      case "blockquote": case "expandable_blockquote": return el("blockquote", {}, ...inner);
      case "text_link": return link(e.url, ...inner);
      case "url": return link(/^https?:/i.test(text) ? text : `https://${text}`, ...inner);
      case "date_time": return moment(new Date(e.unix_time * 1000), { dateStyle: "medium", timeStyle: "short" });
      case "bot_command": return this.command(text);
      default: return el("span", {}, ...inner);
    }
  }

  // command is a command within a text, which is sent when one clicks on it.
  command(text) {
    const node = el("button", { type: "button", className: "command" }, text);
    node.addEventListener("click", () => this.say(text).catch((error) => this.toast(error.message)));
    return node;
  }
}

function color(id) {
  return Math.abs(id) % colors;
}

function unread(room, n) {
  room.unread = n;
  room.tab.querySelector(".badge").textContent = n > 0 ? String(n) : "";
}

function quote(m) {
  return el("div", { className: "quote" }, el("b", {}, m.from?.first_name ?? m.chat?.title ?? ""), el("span", {}, m.text ?? m.caption ?? ""));
}

function preview(p) {
  return el("div", { className: `preview ${p.large ? "large" : ""}` },
    p.site ? el("p", { className: "site" }, p.site) : null, p.title ? el("p", { className: "title" }, link(p.url, p.title)) : null,
    p.text ? el("p", { className: "dek" }, p.text) : null, p.image ? picture(p.image, "image") : null);
}

function serviceText(m) {
  if (m.new_chat_members) return `${m.from?.first_name ?? "Somebody"} added ${m.new_chat_members.map((u) => u.first_name).join(", ")}`;
  if (m.left_chat_member) return `${m.left_chat_member.first_name} left the group`;
  if (m.migrate_to_chat_id || m.migrate_from_chat_id) return "The group became a supergroup";
  if (m.forum_topic_created) return `Topic “${m.forum_topic_created.name}” was created`;
  return "";
}
