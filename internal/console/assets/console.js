// What moves on a page: it is fetched again when the server says that it would say something else. All of it works
// without this script but for that.
"use strict";

const events = document.body.dataset.events;
let stream = null;

// refresh puts the elements that move in the place of those that are there, unless somebody is using one.
function refresh() {
  const request = new XMLHttpRequest();
  request.open("GET", location.href);
  request.setRequestHeader("X-Live", "1"); // what was answered to an action is for the page itself
  request.responseType = "document";
  request.onload = () => {
    const page = request.responseXML;
    if (request.status !== 200 || !page || !page.body.dataset.events) {
      location.reload(); // signed out, perhaps
      return;
    }
    for (const part of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(part.id);
      if (fresh && !part.contains(document.activeElement)) part.replaceWith(document.adoptNode(fresh));
    }
  };
  request.send();
}

function listen() {
  if (document.hidden || stream) return;
  stream = new EventSource(events);
  stream.addEventListener("changed", refresh);
}

function rest() {
  stream?.close();
  stream = null;
}

if (events) {
  listen();
  addEventListener("pagehide", rest);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return rest();
    refresh();
    listen();
  });
}

// The lab answers as somebody types.
const lab = document.querySelector("[data-lab]");
let typing = 0;
let trying = null;

// tryFilter fetches what the filter matches and puts it in the place of what is there. The address says the filter.
function tryFilter() {
  const here = "?" + new URLSearchParams(new FormData(lab));
  trying?.abort();
  const request = trying = new XMLHttpRequest();
  request.open("GET", here);
  request.setRequestHeader("X-Live", "1");
  request.responseType = "document";
  request.onload = () => {
    const fresh = request.responseXML?.getElementById("result");
    if (request.status !== 200 || !fresh) return location.reload(); // signed out, perhaps
    document.getElementById("result").replaceWith(document.adoptNode(fresh));
    history.replaceState(null, "", here);
    offerCopies();
  };
  request.send();
}

// offerCopies adds a button to what is there to be copied.
function offerCopies() {
  for (const text of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard?.writeText(text.textContent);
      button.textContent = "Copied";
    });
    text.after(" ", button);
  }
}

if (lab) {
  offerCopies();
  lab.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(tryFilter, 300);
  });
}
