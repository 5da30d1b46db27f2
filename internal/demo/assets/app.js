import { post } from "./dom.js";
import { Discord } from "./discord.js";
import { Telegram } from "./telegram.js";
import { tabs } from "./tabs.js";

const panels = { discord: document.getElementById("discord"), telegram: document.getElementById("telegram") };
const chats = { discord: new Discord(panels.discord), telegram: new Telegram(panels.telegram) };
const status = document.getElementById("status");

// On a narrow window one chat is shown at a time.
tabs(document.querySelector(".switch"), (tab) => {
  for (const [name, panel] of Object.entries(panels)) {
    panel.classList.toggle("shown", tab.getAttribute("aria-controls") === name);
  }
});

// Suggestions fill both lines; the one that was used last, or is visible, gets the keyboard.
let last = "discord";
for (const [name, panel] of Object.entries(panels)) {
  panel.addEventListener("focusin", () => { last = name; });
}
for (const chip of document.querySelectorAll(".chip")) {
  chip.addEventListener("click", () => {
    for (const chat of Object.values(chats)) chat.fill(chip.dataset.line);
    const visible = Object.keys(panels).filter((name) => panels[name].offsetParent !== null);
    chats[visible.includes(last) ? last : visible[0]].composer.focus();
  });
}

// toast shows a line at the top that fades.
let fading;
function toast(text) {
  status.textContent = text;
  clearTimeout(fading);
  fading = setTimeout(() => { status.textContent = ""; }, 5000);
}

for (const button of document.querySelectorAll("[data-action]")) {
  button.addEventListener("click", () => {
    const { action, done } = button.dataset;
    post(action).then(({ title }) => toast(`${done}: ${title}`), (error) => toast(error.message));
  });
}

const events = new EventSource("/demo/events");
events.addEventListener("snapshot", (event) => {
  const { discord, telegram } = JSON.parse(event.data);
  chats.discord.reset(discord);
  chats.telegram.reset(telegram);
  document.documentElement.dataset.ready = "true";
  status.textContent = "";
});
for (const [name, chat] of Object.entries(chats)) {
  events.addEventListener(name, (event) => chat.change(JSON.parse(event.data)));
}
events.addEventListener("error", () => {
  clearTimeout(fading);
  status.textContent = "The demo has stopped, or cannot be reached. Start it again with: tidings demo";
});
