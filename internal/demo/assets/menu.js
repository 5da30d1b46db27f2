import { el, post } from "./dom.js";

// Menu is the menu of a message, which a right click opens, or the button that each message has.
export class Menu {
  // use calls a command on a message.
  constructor(use) {
    this.use = use;
    this.root = el("div", { className: "menu", hidden: true, attrs: { role: "menu", "aria-label": "Commands for this message" } });
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("focusout", (event) => {
      if (!this.root.contains(event.relatedTarget)) this.close();
    });
  }

  // serve gives a message its button, and its right click.
  serve(row, id) {
    const more = el("button", { type: "button", className: "tools", attrs: { "aria-label": "More", "aria-haspopup": "menu" } }, "⋯");
    more.addEventListener("click", () => {
      const { right, bottom } = more.getBoundingClientRect();
      this.open(id, more, right, bottom);
    });
    row.append(more);
    row.addEventListener("contextmenu", (event) => {
      if (event.target.closest("a")) return; // which has a menu of its own
      event.preventDefault();
      this.open(id, more, event.clientX, event.clientY);
    });
  }

  // open shows the menu at a place of the window.
  async open(id, opener, x, y) {
    const names = await post("discord/menu").catch(() => []);
    this.opener = opener;
    this.root.replaceChildren(
      el("p", { className: "apps", attrs: { role: "presentation" } }, names.length > 0 ? "Apps" : "No app offers anything here"),
      ...names.map((name) => this.item(id, name)));
    this.root.hidden = false;
    const panel = this.root.offsetParent.getBoundingClientRect();
    const fit = (at, size, most) => `${Math.max(8, Math.min(at, most - size - 8))}px`;
    this.root.style.left = fit(x - panel.left, this.root.offsetWidth, panel.width);
    this.root.style.top = fit(y - panel.top, this.root.offsetHeight, panel.height);
    (this.items()[0] ?? opener).focus({ preventScroll: true });
  }

  item(id, name) {
    const node = el("button", { type: "button", attrs: { role: "menuitem" } }, name);
    node.addEventListener("click", () => {
      this.close();
      this.use(id, name);
    });
    return node;
  }

  items() {
    return [...this.root.querySelectorAll("[role=menuitem]")];
  }

  close() {
    this.root.hidden = true;
  }

  key(event) {
    const items = this.items();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    } else if (event.key === "Escape") {
      this.close();
      this.opener.focus({ preventScroll: true });
    } else {
      return;
    }
    event.preventDefault();
  }
}
