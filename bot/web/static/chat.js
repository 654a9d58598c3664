// The chat page: sign in, panes for each visible chat, live messages over server-sent events.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const panes = new Map(); // chat id -> {pane, list, shown: Map(message id -> element), tab}
let stream = null;

async function call(path, body) {
  const options = body === undefined ? {} : body instanceof FormData
    ? { method: "POST", body }
    : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, options);
  const value = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(value.error || (typeof value.detail === "string" ? value.detail : "没有办成，请再试一次。"));
  return value;
}

function toast(text) {
  if (!text) return;
  const box = $("#toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { box.hidden = true; }, 4000);
}

function tick(text, simulated, rate) {
  if (simulated !== undefined) tick.note = simulated ? `（模拟时钟 ×${rate}）` : "";
  $("#clock").textContent = text.slice(0, 16) + (tick.note || "");
}

async function start() {
  delete document.body.dataset.ready;
  const state = await call("/api/state");
  tick(state.now, state.simulated, state.rate);
  $("#sign-in").hidden = Boolean(state.me);
  $("#desk").hidden = !state.me;
  $("#desk-link").hidden = !(state.me && state.me.desk);
  fillPeople(state);
  if (!state.me) return;
  buildPanes(state.chats);
  for (const chat of state.chats) {
    const past = await call("/api/messages?chat=" + encodeURIComponent(chat.id));
    past.messages.forEach((message) => show(message, false));
  }
  listen(state.newest);
  document.body.dataset.ready = "yes";
}

function fillPeople(state) {
  const list = $("#person");
  $("#person-label").hidden = !state.people.length || !state.me;
  list.replaceChildren(...state.people.map((one) => new Option(`${one.name}（${one.unit}）`, one.id, false, state.me && one.id === state.me.id)));
  const sample = $("#sample");
  if (!sample) return;
  sample.replaceChildren(...state.people.map((one) => {
    const button = document.createElement("button");
    const unit = document.createElement("small");
    unit.textContent = one.unit;
    button.append(one.name, unit);
    button.addEventListener("click", () => sit({ person: one.id }));
    return button;
  }));
}

async function sit(body) {
  try {
    await call("/api/session", body);
    if (stream) stream.close();
    await start();
  } catch (error) {
    $("#sign-in-error").textContent = error.message;
  }
}

function buildPanes(chats) {
  panes.clear();
  $("#panes").replaceChildren();
  $("#tabs").replaceChildren();
  chats.forEach((chat, place) => {
    const pane = $("#pane-template").content.firstElementChild.cloneNode(true);
    $("h2", pane).textContent = chat.title;
    pane.dataset.chat = chat.id;
    const tab = document.createElement("button");
    tab.textContent = chat.title;
    tab.setAttribute("role", "tab");
    tab.addEventListener("click", () => choose(chat.id));
    $("textarea", pane).placeholder = chat.kind === "group" ? "@值班 说话" : "问规定、查工单、设提醒…";
    prepare(pane, chat.id);
    $("#panes").append(pane);
    $("#tabs").append(tab);
    panes.set(chat.id, { pane, tab, list: $(".messages", pane), shown: new Map() });
    if (place === 0) choose(chat.id);
  });
}

function choose(chat) {
  for (const [id, one] of panes) {
    one.pane.classList.toggle("shown", id === chat);
    one.tab.setAttribute("aria-selected", String(id === chat));
    if (id === chat) { one.tab.classList.remove("unread"); one.list.scrollTop = one.list.scrollHeight; }
  }
}

function prepare(pane, chat) {
  const form = $(".say", pane), box = $("textarea", pane), file = $("input[type=file]", pane);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    try { toast((await call("/api/say", { chat, text })).toast); } catch (error) { box.value = text; toast(error.message); }
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  box.addEventListener("input", () => { box.style.height = "auto"; box.style.height = Math.min(box.scrollHeight + 2, 144) + "px"; });
  file.addEventListener("change", async () => {
    if (!file.files.length) return;
    const body = new FormData();
    body.append("chat", chat);
    for (const one of file.files) body.append("file", one);
    file.value = "";
    try { toast((await call("/api/upload", body)).toast); } catch (error) { toast(error.message); }
  });
}

function show(message, live) {
  const home = panes.get(message.chat);
  if (!home) return;
  const item = draw(message);
  const old = home.shown.get(message.id);
  if (old) old.replaceWith(item);
  else {
    const nearEnd = home.list.scrollHeight - home.list.scrollTop - home.list.clientHeight < 160;
    home.list.append(item);
    if (nearEnd || !live || message.mine) home.list.scrollTop = home.list.scrollHeight;
    if (live && !home.pane.classList.contains("shown")) home.tab.classList.add("unread");
  }
  home.shown.set(message.id, item);
}

function draw(message) {
  const item = document.createElement("li");
  item.className = "message" + (message.mine ? " mine" : "") + (message.from_bot ? " bot" : "");
  item.dataset.id = message.id;
  const who = document.createElement("div");
  who.className = "who";
  who.textContent = `${message.author} ${message.at.slice(5, 16)}`;
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  bubble.innerHTML = message.html; // escaped and marked up by the server
  for (const file of message.files) bubble.append(drawFile(file));
  item.append(who, bubble);
  if (message.buttons.length) item.append(drawButtons(message));
  return item;
}

function drawFile(file) {
  const link = document.createElement("a");
  link.href = file.href;
  link.download = file.name;
  link.className = "file";
  if (file.picture) {
    const picture = document.createElement("img");
    picture.src = file.href;
    picture.alt = file.name;
    picture.addEventListener("load", () => {
      const list = picture.closest(".messages");
      if (list && list.scrollHeight - list.scrollTop - list.clientHeight < picture.height + 200) list.scrollTop = list.scrollHeight;
    });
    link.append(picture);
  } else link.textContent = "📄 " + file.name;
  return link;
}

function drawButtons(message) {
  const box = document.createElement("div");
  box.className = "buttons";
  for (const one of message.buttons.flat()) {
    if (one.url) {
      const link = document.createElement("a");
      link.href = one.url;
      link.target = "_blank";
      link.textContent = one.label;
      box.append(link);
      continue;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = one.label;
    button.addEventListener("click", () => press(message, one, button));
    box.append(button);
  }
  return box;
}

async function press(message, one, button) {
  if (one.copy) {
    await copy(one.copy);
    toast("已复制");
    return;
  }
  button.disabled = true;
  try { toast((await call("/api/press", { chat: message.chat, message: message.id, data: one.data })).toast); }
  catch (error) { toast(error.message); }
  finally { button.disabled = false; }
}

async function copy(text) {
  if (navigator.clipboard) { try { await navigator.clipboard.writeText(text); return; } catch { /* fall through */ } }
  const box = document.createElement("textarea");
  box.value = text;
  document.body.append(box);
  box.select();
  document.execCommand("copy");
  box.remove();
}

function listen(newest) {
  if (stream) stream.close();
  stream = new EventSource("/api/stream?after=" + newest);
  stream.onmessage = (event) => show(JSON.parse(event.data), true);
  stream.addEventListener("clock", (event) => tick(JSON.parse(event.data)));
}

$("#person").addEventListener("change", (event) => sit({ person: Number(event.target.value) }));
const codeForm = $("#code-form");
if (codeForm) codeForm.addEventListener("submit", (event) => { event.preventDefault(); sit({ code: $("#code").value }); });
start().catch((error) => toast(error.message));
