import { el } from "./dom.js";
import { markdown } from "./markdown.js";

// openForm shows a dialog of the bot within a panel. submit sends what was filled in, by the names of the fields, and
// throws what is wrong with it.
export function openForm(panel, { title, text, fields }, submit) {
  const problem = el("p", { className: "problem", attrs: { role: "alert" } });
  const inputs = fields.map((f) => f.options ? list(f) : el(f.paragraph ? "textarea" : "input", {
    id: `field-${f.custom_id}`, name: f.custom_id, value: f.value, required: f.required, maxLength: f.max, minLength: f.min,
    placeholder: f.placeholder ?? "", spellcheck: false,
  }));
  const cancel = el("button", { type: "button", className: "button secondary" }, "Cancel");
  const send = el("button", { type: "submit", className: "button primary" }, "Submit");
  const form = el("form", { className: "form" },
    el("h3", {}, title),
    text ? markdown(text, "text") : null,
    ...fields.flatMap((f, i) => [el("label", { htmlFor: inputs[i].id }, f.label), inputs[i]]),
    problem, el("div", { className: "buttons" }, cancel, send));
  const dialog = el("dialog", { attrs: { "aria-label": title } }, form);
  const back = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (back?.isConnected) back.focus({ preventScroll: true });
  });
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.setAttribute("aria-busy", "true");
    try {
      await submit(Object.fromEntries(inputs.map((input) => [input.name, input.value])));
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
    } finally {
      send.removeAttribute("aria-busy");
    }
  });
  panel.append(dialog);
  dialog.showModal();
  inputs[0]?.focus();
}

// list is a field in which one of several is picked, or none.
function list(field) {
  const attributes = { id: `field-${field.custom_id}`, name: field.custom_id, required: field.required };
  return el("select", attributes, el("option", { value: "" }, field.placeholder || "Select one"),
    ...field.options.map((o) => el("option", { value: o.value, selected: o.default ?? false }, o.label)));
}
