import { el } from "./dom.js";

let count = 0;

// Composer is the line in which one types, with suggestions above it.
export class Composer {
  // suggest returns, perhaps later, a list of {line, name, help} for what has been typed; one without a line is to
  // be read only. send posts a line, and throws what is wrong with it.
  constructor({ label, suggest, send }) {
    const id = `composer-${++count}`;
    this.suggest = suggest;
    this.send = send;
    this.choices = [];
    this.active = -1;
    this.turn = 0;
    this.list = el("div", { id, className: "suggestions", hidden: true, attrs: { role: "listbox", "aria-label": "Suggestions" } });
    this.problem = el("p", { className: "problem", attrs: { role: "alert" } });
    this.input = el("input", {
      type: "text", autocomplete: "off", spellcheck: false, placeholder: label, maxLength: 2000,
      attrs: {
        role: "combobox", "aria-label": label, "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id,
      },
    });
    this.button = el("button", { type: "submit", className: "send", attrs: { "aria-label": "Send" } }, "➤");
    this.form = el("form", { className: "composer" }, this.list, this.problem, this.input, this.button);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const at = [...this.list.children].indexOf(event.target.closest('[role="option"]'));
      if (at >= 0) this.accept(at);
    });
  }

  // name says where the line goes.
  name(label) {
    this.input.placeholder = label;
    this.input.setAttribute("aria-label", label);
  }

  // fill puts a line in place, ready to be sent.
  fill(line) {
    this.input.value = line;
    this.problem.textContent = "";
    this.close();
  }

  focus() {
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  async submit() {
    const line = this.input.value.trim();
    if (line === "") return;
    this.fill("");
    try {
      await this.send(line);
    } catch (error) {
      if (this.input.value === "") this.input.value = line;
      this.problem.textContent = error.message;
    }
  }

  async typed() {
    this.problem.textContent = "";
    const line = this.input.value;
    const turn = ++this.turn;
    const choices = line.startsWith("/") ? await Promise.resolve(this.suggest(line)).catch(() => []) : [];
    if (turn === this.turn) this.open(choices);
  }

  open(choices) {
    this.choices = choices;
    this.list.replaceChildren(...choices.map((choice, i) => this.option(choice, i)));
    this.list.hidden = choices.length === 0;
    this.input.setAttribute("aria-expanded", String(choices.length > 0));
    this.mark(-1);
  }

  option(choice, i) {
    const parts = [el("b", {}, choice.name), " ", el("span", {}, choice.help)];
    if (!choice.line) return el("div", { className: "hint", attrs: { role: "presentation" } }, parts);
    return el("div", { id: `${this.list.id}-${i}`, attrs: { role: "option", "aria-selected": "false" } }, parts);
  }

  close() {
    this.turn++;
    this.open([]);
  }

  mark(at) {
    this.active = at;
    [...this.list.children].forEach((node, i) => {
      if (node.getAttribute("role") === "option") node.setAttribute("aria-selected", String(i === at));
    });
    const node = this.list.children[at];
    if (node) {
      this.input.setAttribute("aria-activedescendant", node.id);
      node.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  accept(at) {
    const { line } = this.choices[at];
    if (!line) return;
    this.input.value = line;
    this.focus();
    this.typed();
  }

  key(event) {
    const options = this.choices.filter((c) => c.line).length;
    if (event.isComposing || this.list.hidden || options === 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const from = this.active < 0 && step < 0 ? 0 : this.active;
      this.mark((from + step + options) % options);
    } else if (event.key === "Tab" && !event.shiftKey && this.active < 0 && this.choices[0].line.trim() !== this.input.value.trim()) {
      this.accept(0);
    } else if ((event.key === "Tab" && !event.shiftKey || event.key === "Enter") && this.active >= 0) {
      this.accept(this.active);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
  }
}
