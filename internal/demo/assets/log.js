import { el } from "./dom.js";

// near is how far from the end, in pixels, a reader still follows the end.
const near = 80;

// Log is one channel or chat: its messages in order, scrolled to the end unless the reader went back.
export class Log {
  constructor(label) {
    this.nodes = new Map();
    this.follow = true;
    this.missed = 0;
    this.list = el("div", { className: "log", tabIndex: 0, attrs: { role: "log", "aria-live": "polite", "aria-label": label } });
    this.more = el("button", { type: "button", className: "more", hidden: true });
    this.more.addEventListener("click", () => this.end());
    this.root = el("div", { className: "room", hidden: true }, this.list, this.more);
    this.list.addEventListener("scroll", () => {
      if (this.size !== this.measure()) return; // the window moved the text, not the reader
      this.follow = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < near;
      if (this.follow) this.seen();
    }, { passive: true });
    new ResizeObserver(() => {
      this.size = this.measure();
      if (this.follow) this.end();
    }).observe(this.list);
  }

  measure() {
    return `${this.list.clientWidth}x${this.list.clientHeight}`;
  }

  show() {
    this.root.hidden = false;
    if (this.follow) this.end();
  }

  end() {
    this.follow = true;
    this.list.scrollTop = this.list.scrollHeight;
    this.seen();
  }

  seen() {
    this.missed = 0;
    this.more.hidden = true;
  }

  clear() {
    this.nodes.clear();
    this.list.replaceChildren();
    this.follow = true;
    this.seen();
  }

  // put adds a message, or shows it anew. It returns whether it was added.
  put(id, node) {
    const old = this.nodes.get(id);
    this.nodes.set(id, node);
    if (old) {
      const focused = old.contains(document.activeElement) ? document.activeElement.textContent : null;
      old.replaceWith(node);
      if (focused !== null) refocus(node, focused, this.list);
    } else {
      this.list.append(node);
    }
    if (this.follow) {
      this.end();
    } else if (!old) {
      this.missed++;
      this.more.hidden = false;
      this.more.textContent = this.missed === 1 ? "1 new message ↓" : `${this.missed} new messages ↓`;
    }
    return !old;
  }

  remove(id) {
    this.nodes.get(id)?.remove();
    this.nodes.delete(id);
  }

  get last() {
    return this.list.lastElementChild;
  }
}

// refocus keeps the keyboard where it was when a message with the focused button is replaced.
function refocus(node, text, fallback) {
  const buttons = [...node.querySelectorAll("button:not(:disabled)")];
  (buttons.find((b) => b.textContent === text) ?? buttons[0] ?? fallback).focus({ preventScroll: true });
}
