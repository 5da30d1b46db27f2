// Returns what keeps people out of the page: each finding names a rule, as axe does, and an element.
(() => {
  const findings = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const place = (n) => n.outerHTML.replace(/\s+/g, " ").slice(0, 120);
  const shown = (n) => n.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const find = (rule, n, why = "") => findings.push(`${rule}: ${place(n)} ${why}`);
  const text = (n) => n.textContent.trim();

  // What a screen reader calls an element.
  function name(n) {
    const by = n.getAttribute("aria-labelledby");
    if (by) return by.split(/\s+/).map((id) => document.getElementById(id)).map((e) => (e ? text(e) : "")).join(" ").trim();
    const label = n.getAttribute("aria-label")?.trim();
    if (label) return label;
    if (n.labels?.length) return [...n.labels].map(text).join(" ").trim();
    if (n.tagName === "IMG") return n.alt;
    const inner = [...n.querySelectorAll("img[alt]")].map((i) => i.alt).join(" ") + text(n);
    return inner.trim() || n.title?.trim() || "";
  }

  if (!document.documentElement.lang) find("html-has-lang", document.documentElement);
  if (!document.title.trim()) find("document-title", document.head);
  if (/user-scalable=no|maximum-scale=1\b/.test(document.querySelector("meta[name=viewport]")?.content ?? "")) find("meta-viewport", document.head);
  if (all("main").length !== 1) find("landmark-one-main", document.body);
  if (all("h1").filter(shown).length !== 1) find("page-has-heading-one", document.body);

  const ids = new Map();
  for (const n of all("[id]")) {
    if (ids.has(n.id)) find("duplicate-id", n);
    ids.set(n.id, n);
  }
  for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
    for (const n of all(`[${attribute}]`)) {
      for (const id of n.getAttribute(attribute).split(/\s+/)) if (!ids.has(id)) find("aria-valid-attr-value", n, `there is no ${id}`);
    }
  }

  let level = 0;
  for (const h of all("h1, h2, h3, h4, h5, h6").filter(shown)) {
    const own = Number(h.tagName[1]);
    if (!text(h)) find("empty-heading", h);
    if (own > level + 1) find("heading-order", h);
    level = own;
  }
  for (const n of all("img")) if (!n.hasAttribute("alt")) find("image-alt", n);
  for (const n of all("svg[role=img], [role=img]")) if (!name(n)) find("svg-img-alt", n);
  for (const n of all("input:not([type=hidden]), select, textarea").filter(shown)) if (!name(n)) find("label", n);
  for (const n of all("button, summary").filter(shown)) if (!name(n)) find("button-name", n);
  for (const n of all("a[href]").filter(shown)) if (!name(n)) find("link-name", n);
  for (const n of all("[tabindex]")) if (n.tabIndex > 0) find("tabindex", n);
  for (const n of all(":is(a[href], button, summary) :is(a[href], button, input, select)")) find("nested-interactive", n);

  for (const list of all("ul, ol")) for (const n of list.children) if (!["LI", "SCRIPT", "TEMPLATE"].includes(n.tagName)) find("list", n);
  for (const n of all("li")) if (!n.closest("ul, ol, menu")) find("listitem", n);
  for (const list of all("dl")) for (const n of list.children) if (!["DT", "DD", "DIV"].includes(n.tagName)) find("definition-list", n);
  for (const n of all("thead th")) if (!text(n)) find("empty-table-header", n);
  for (const t of all("table")) if (!t.querySelector("th[scope]")) find("th-has-data-cells", t);

  const landmarks = new Map();
  for (const n of all("nav, aside, section[aria-label], section[aria-labelledby], form[aria-label], [role=search]")) {
    const key = (n.getAttribute("role") ?? n.tagName) + name(n.hasAttribute("aria-label") || n.hasAttribute("aria-labelledby") ? n : document.createElement("p"));
    if (landmarks.has(key)) find("landmark-unique", n);
    landmarks.set(key, n);
  }
  for (const n of document.body.children) {
    if (shown(n) && text(n) && !n.matches("main, header, nav, footer, aside, .skip, dialog, script")) find("region", n);
  }
  for (const n of all("*").filter(shown)) {
    const style = getComputedStyle(n);
    const scrolls = (n.scrollWidth > n.clientWidth + 1 && /auto|scroll/.test(style.overflowX)) || (n.scrollHeight > n.clientHeight + 1 && /auto|scroll/.test(style.overflowY));
    if (scrolls && n !== document.documentElement && n.tabIndex < 0 && !n.querySelector("a[href], button, input, select, textarea, [tabindex]")) find("scrollable-region-focusable", n);
  }
  for (const n of all("button, select, input:not([type=hidden]), .button").filter(shown)) {
    const box = n.getBoundingClientRect();
    if (!n.closest(".hidden") && (box.width < 24 || box.height < 24)) find("target-size", n, `${box.width} × ${box.height}`);
  }

  // Contrast, of text against what is painted below it.
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  function rgba(color) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  }
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  function background(n) {
    if (!n) return rgba(getComputedStyle(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches ? "#121212" : "#fff");
    const own = rgba(getComputedStyle(n).backgroundColor);
    return own[3] === 1 ? own : over(own, background(n.parentElement));
  }
  const luminance = (c) => [0, 1, 2].map((i) => c[i] / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  function contrast(n) {
    const behind = background(n);
    const [light, dark] = [luminance(over(rgba(getComputedStyle(n).color), behind)), luminance(behind)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  }
  for (const n of all("body *").filter(shown)) {
    const own = [...n.childNodes].some((c) => c.nodeType === Node.TEXT_NODE && c.data.trim()) || (n.matches("input, textarea, select") && n.value);
    if (!own || n.matches("option, script, style, title, .hidden, .skip, :disabled")) continue;
    const style = getComputedStyle(n);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = contrast(n);
    if (ratio < (large ? 3 : 4.5)) find("color-contrast", n, ratio.toFixed(2));
  }
  return findings;
})()
