// tabs makes the buttons of a tab list work: click, arrow keys, Home and End. choose is called with the chosen one.
export function tabs(list, choose) {
  const all = () => [...list.querySelectorAll('[role="tab"]')];
  const select = (tab) => {
    for (const other of all()) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
    }
    choose(tab);
  };
  list.addEventListener("click", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (tab) select(tab);
  });
  list.addEventListener("keydown", (event) => {
    const tabs = all();
    const at = tabs.indexOf(document.activeElement);
    const next = {
      ArrowRight: (at + 1) % tabs.length,
      ArrowLeft: (at - 1 + tabs.length) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    tabs[next].focus();
    select(tabs[next]);
  });
  return select;
}
