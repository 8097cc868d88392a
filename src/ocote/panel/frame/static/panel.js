// Makes the pages of the panel quicker to use. Each page works without it. Its texts stand at <body> as data-text-….
(() => {
  "use strict";

  const root = document.documentElement;
  root.dataset.script = "on";

  // The theme

  const THEME = "ocote-theme";
  const remembered = (() => {
    try { return localStorage.getItem(THEME); } catch { return null; }
  })();
  if (remembered === "light" || remembered === "dark") root.dataset.theme = remembered;

  function turnTheme() {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    try { localStorage.setItem(THEME, root.dataset.theme); } catch { /* the choice holds for this page */ }
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${THEME}=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Strict${secure}`;
  }

  // Messages

  const text = (name) => document.body.dataset[`text${name}`] ?? "";

  function say(words) {
    const live = document.getElementById("live");
    if (!live) return;
    live.textContent = "";
    requestAnimationFrame(() => { live.textContent = words; });
  }

  function button(words, kind) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = kind;
    made.textContent = words;
    return made;
  }

  // A visible notice, one of each kind at a time: above the page, or first in `place`. Returns its words.
  function notice(kind, tone, words, place) {
    clearNotice(kind);
    const made = document.createElement("div");
    made.className = `notice tone-${tone}`;
    made.dataset.notice = kind;
    const body = document.createElement("div");
    const paragraph = document.createElement("p");
    paragraph.textContent = words;
    body.append(paragraph);
    const close = button("×", "icon-button quiet");
    close.setAttribute("aria-label", text("Close"));
    close.addEventListener("click", () => made.remove());
    made.append(body, close);
    if (place) place.prepend(made);
    else floats().append(made);
    say(words);
    return body;
  }

  function floats() {
    const there = document.querySelector(".floats");
    if (there) return there;
    const made = document.createElement("div");
    made.className = "floats";
    document.body.append(made);
    return made;
  }

  function clearNotice(kind) {
    for (const old of document.querySelectorAll(`[data-notice="${kind}"]`)) old.remove();
  }

  // Sending: a form is sent once, and can be sent again when the page comes back

  function hold(form) {
    for (const each of form.elements) {
      if (each.type === "submit" && !each.disabled) {
        each.disabled = true;
        each.dataset.held = "";
      }
    }
  }

  function release(scope) {
    for (const each of scope.querySelectorAll("[data-held]")) {
      each.disabled = false;
      delete each.dataset.held;
      each.classList.remove("is-sending");
    }
    for (const form of scope.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if ("sending" in form.dataset) {
      event.preventDefault();
      return;
    }
    if (navigator.onLine === false) {
      event.preventDefault();
      event.stopImmediatePropagation();
      keep(form);
      notice("network", "bad", text("Offline"));
      return;
    }
    if ("forget" in form.dataset) forgetAll();
    const pressed = event.submitter;
    // An answer in another tab, or a file, leaves this page as it is: nothing comes back that would release the form.
    if ((pressed?.formTarget || form.target) === "_blank" || "download" in form.dataset) return;
    keep(form, true);
    form.dataset.sending = "";
    // The button that was pressed is part of what is sent, so it may be disabled only afterwards.
    setTimeout(() => {
      hold(form);
      pressed?.classList.add("is-sending");
    });
  });

  addEventListener("pageshow", () => release(document));
  addEventListener("online", () => clearNotice("network"));

  // Questions before something that cannot be undone

  const confirmed = new WeakSet();

  function ask(words, label, isDangerous, answer) {
    const dialog = document.createElement("dialog");
    dialog.className = "ask";
    const question = document.createElement("p");
    question.id = "ask-words";
    question.textContent = words;
    dialog.setAttribute("aria-labelledby", question.id);
    const yes = button(label, `button ${isDangerous ? "danger" : "main"}`);
    const no = button(text("Cancel"), "button plain");
    const line = document.createElement("div");
    line.className = "actions";
    line.append(yes, no);
    dialog.append(question, line);
    no.addEventListener("click", () => dialog.close());
    yes.addEventListener("click", () => dialog.close("yes"));
    dialog.addEventListener("close", () => {
      const isYes = dialog.returnValue === "yes";
      dialog.remove();
      if (isYes) answer();
    });
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  }

  document.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-confirm]");
    if (!asked || confirmed.delete(asked)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const isDangerous = asked.classList.contains("danger");
    const label = asked.dataset.confirmLabel ?? (asked.textContent.trim() || text("Confirm"));
    ask(asked.dataset.confirm, label, isDangerous, () => {
      confirmed.add(asked);
      asked.click();
    });
  }, true);

  // Small helps: theme, copy, print, menus, rows

  async function copy(from) {
    const words = from.dataset.copy;
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      const shown = from.closest(".copyable")?.querySelector("code");
      if (!shown) return;
      getSelection().selectAllChildren(shown);
      document.execCommand("copy");
      getSelection().removeAllRanges();
    }
    from.dataset.done = text("Copied");
    from.classList.add("is-copied");
    say(text("Copied"));
    setTimeout(() => from.classList.remove("is-copied"), 1500);
  }

  async function share(from) {
    try { await navigator.share({ url: from.dataset.share }); } catch { /* The person closed what the system showed. */ }
  }

  if (navigator.share) for (const each of document.querySelectorAll("[data-share]")) each.hidden = false;

  // A PDF is loaded into a frame that nobody sees, and printed there: <a data-print-file href="…" data-print-letter="…">.
  // The paper, and whether what was just issued is printed by itself, are choices of this browser.

  const PRINT = "ocote-print";
  const ISSUED = "ocote-issued";
  const LONGEST_LOADING_MS = 30000;
  let isPrinting = false;

  function printChoice() {
    try { return JSON.parse(localStorage.getItem(PRINT)) ?? {}; } catch { return {}; }
  }

  function printFile(link) {
    if (isPrinting) return;
    if (navigator.onLine === false) {
      notice("network", "bad", text("Offline"));
      return;
    }
    isPrinting = true;
    clearNotice("print");
    document.querySelector("iframe[data-printed]")?.remove();
    const frame = document.createElement("iframe");
    const address = printChoice().paper === "letter" ? link.dataset.printLetter : link.href;
    frame.className = "hidden";
    frame.dataset.printed = "";
    frame.tabIndex = -1;
    frame.setAttribute("aria-hidden", "true");
    link.classList.add("is-sending");
    const end = () => {
      clearTimeout(tooLong);
      isPrinting = false;
      link.classList.remove("is-sending");
      link.focus({ preventScroll: true });
    };
    const fail = () => {
      end();
      frame.remove();
      const open = document.createElement("a");
      open.href = address;
      open.target = "_blank";
      open.rel = "noopener";
      open.textContent = text("Open");
      notice("print", "bad", text("Unprinted")).append(open);
    };
    const tooLong = setTimeout(fail, LONGEST_LOADING_MS);
    frame.addEventListener("load", () => {
      // A page instead of the file says that there is none, or that the session has ended.
      try {
        if (frame.contentDocument?.contentType === "text/html" && !frame.contentDocument.querySelector("embed")) return fail();
        frame.contentWindow.focus();
        frame.contentWindow.print();
      } catch { return fail(); }
      end();
    }, { once: true });
    frame.src = address;
    document.body.append(frame);
  }

  function showPrintChoices() {
    const { paper, isNew } = printChoice();
    // A page that is printed itself takes the paper that was chosen; until then, that of the printer.
    if (paper === "roll" || paper === "letter") root.dataset.paper = paper;
    for (const choices of document.querySelectorAll("[data-print-choices]")) {
      for (const each of choices.querySelectorAll("[name=print_paper]")) each.checked = each.value === (paper ?? "roll");
      const printedNew = choices.querySelector("[name=print_new]");
      if (printedNew) printedNew.checked = Boolean(isNew);
    }
  }

  document.addEventListener("change", (event) => {
    const choices = event.target.closest("[data-print-choices]");
    if (!choices) return;
    const paper = choices.querySelector("[name=print_paper]:checked").value;
    const isNew = choices.querySelector("[name=print_new]")?.checked ?? Boolean(printChoice().isNew);
    root.dataset.paper = paper;
    try { localStorage.setItem(PRINT, JSON.stringify({ paper, isNew })); } catch { /* the choice cannot be kept */ }
  });

  document.addEventListener("submit", (event) => {
    if (event.submitter?.name !== "do" || !["issue", "issue_so"].includes(event.submitter.value)) return;
    try { sessionStorage.setItem(ISSUED, "yes"); } catch { /* nothing is printed by itself */ }
  });

  function printIssued() {
    let isIssued;
    try {
      isIssued = sessionStorage.getItem(ISSUED) !== null;
      sessionStorage.removeItem(ISSUED);
    } catch { return; }
    const link = document.querySelector("[data-print-new]");
    if (isIssued && link && printChoice().isNew) printFile(link);
  }

  function addRow(group) {
    const template = group.querySelector(":scope > template[data-row-template]");
    const list = group.querySelector(":scope > [data-rows-list]");
    const index = group.dataset.next;
    group.dataset.next = String(Number(index) + 1);
    const holder = document.createElement("template");
    holder.innerHTML = template.innerHTML.replaceAll("__index__", index);
    const row = holder.content.querySelector("[data-row]");
    list.append(row);
    globalThis.htmx?.process(row);
    group.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));
    return row;
  }

  function removeRow(row) {
    const group = row.closest("[data-rows]");
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (next?.querySelector("input:not([type=hidden]), select, textarea") ?? group.querySelector("[data-row-add]")).focus();
    group.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));
    const form = group.closest("form[data-keep]");
    if (form) keep(form);
    say(text("Removed"));
  }

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    if (on("[data-theme-toggle]")) turnTheme();
    const copied = on("[data-copy]");
    if (copied) copy(copied);
    const shared = on("[data-share]");
    if (shared) share(shared);
    const isRepeated = event.detail > 1; // the second click of two quick ones
    if (on("[data-print]") && !isRepeated) print();
    const printed = on("[data-print-file]");
    if (printed && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      if (!isRepeated) printFile(printed);
    }
    const added = on("[data-row-add]");
    if (added) {
      event.preventDefault();
      addRow(added.closest("[data-rows]")).querySelector("input:not([type=hidden]), select, textarea")?.focus();
      say(text("Added"));
    }
    const removed = on("[data-row-remove]");
    if (removed) {
      event.preventDefault();
      removeRow(removed.closest("[data-row]"));
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        menu.open = false;
        if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      }
    }
    const isTyping = event.target.matches?.("input, select, textarea, [contenteditable]");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const search = document.querySelector("main input[type=search]");
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    }
  });

  // A list of suggestions below its field is gone through with the arrows, and left with Escape.
  document.addEventListener("keydown", (event) => {
    const place = event.target.closest?.(".filters");
    const choices = [...(place?.querySelectorAll(".found button") ?? [])];
    const search = place?.querySelector("input[type=search]");
    if (!choices.length || !search) return;
    const at = choices.indexOf(event.target);
    if (event.key === "Escape") {
      search.focus();
      place.querySelector(".found").remove();
    } else if (event.key === "ArrowDown") choices[Math.min(at + 1, choices.length - 1)].focus();
    else if (event.key === "ArrowUp" && at >= 0) (choices[at - 1] ?? search).focus();
    else return;
    event.preventDefault();
  });

  // A form that is sent and comes back as the same page stays where it was: <form data-keep-place>. What the address
  // leads to gets the focus: its search, for the next thing to look for, or its first field.
  const PLACE = "ocote-place";
  document.addEventListener("submit", (event) => {
    if (!("keepPlace" in event.target.dataset)) return;
    try { sessionStorage.setItem(PLACE, JSON.stringify([location.pathname, scrollY])); } catch { /* the page begins at its top */ }
  });

  function returnToPlace() {
    let kept;
    try {
      kept = JSON.parse(sessionStorage.getItem(PLACE));
      sessionStorage.removeItem(PLACE);
    } catch { return; }
    const place = document.getElementById(location.hash.slice(1));
    if (!place?.closest("[data-keep-place]") || kept?.[0] !== location.pathname) return;
    const wanted = place.querySelector("input[type=search], input:not([type=hidden]), select, textarea") ?? place;
    history.replaceState(history.state, "", location.pathname + location.search);
    scrollTo({ top: kept[1], behavior: "instant" });
    wanted.focus({ preventScroll: true });
    const { top, bottom } = wanted.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) wanted.scrollIntoView({ block: "center" });
  }

  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.target.closest?.(".drop")?.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
    });
  }

  // What is typed is kept in this tab until the server has it: <form data-keep="KEY">. That it has it is said by a
  // redirection to a page of the panel, by an element with data-saved="KEY", or by the header X-Saved of a part.

  const KEPT = "ocote-kept:";
  const NEVER = new Set(["password", "file", "hidden", "submit", "button", "image", "reset"]);

  const keepable = (form) => [...form.elements].filter(
    (each) => each.name && !NEVER.has(each.type) && !each.disabled && each.autocomplete !== "one-time-code",
  );

  function valueOf(each) {
    if (each.type === "checkbox" || each.type === "radio") return each.checked ? [each.value] : [];
    if (each.multiple && each.options) return [...each.selectedOptions].map((option) => option.value);
    return [each.value];
  }

  function keep(form, isSent = false) {
    const key = form.dataset.keep;
    if (!key) return;
    const values = {};
    for (const each of keepable(form)) (values[each.name] ??= []).push(...valueOf(each));
    const rows = {};
    for (const group of form.querySelectorAll("[data-rows]")) rows[group.dataset.rows] = Number(group.dataset.next);
    try { sessionStorage.setItem(KEPT + key, JSON.stringify({ values, rows, isSent })); } catch { /* no room: nothing is kept */ }
  }

  function forget(key) {
    try { sessionStorage.removeItem(KEPT + key); } catch { /* nothing was kept */ }
  }

  function forgetAll() {
    try {
      for (const key of Object.keys(sessionStorage)) if (key.startsWith(KEPT)) sessionStorage.removeItem(key);
    } catch { /* nothing was kept */ }
  }

  function forgetSaved(scope) {
    for (const each of scope.querySelectorAll("[data-saved]")) forget(each.dataset.saved);
    if (scope.dataset?.saved) forget(scope.dataset.saved);
  }

  // The answer to a form that was sent is a page after a redirection, unless something was wrong.
  function forgetSent() {
    const [how] = performance.getEntriesByType("navigation");
    if (!how || how.responseStatus !== 200 || how.redirectCount === 0 || !document.body.matches(".framed")) return;
    try {
      for (const key of Object.keys(sessionStorage)) {
        if (key.startsWith(KEPT) && JSON.parse(sessionStorage.getItem(key)).isSent) sessionStorage.removeItem(key);
      }
    } catch { /* nothing was kept */ }
  }

  function putBack(form, { values, rows }) {
    for (const group of form.querySelectorAll("[data-rows]")) {
      while (Number(group.dataset.next) < (rows[group.dataset.rows] ?? 0)) addRow(group);
      for (const row of group.querySelectorAll("[data-row]")) {
        const named = [...row.querySelectorAll("[name]")].filter((each) => !NEVER.has(each.type));
        const isUnknown = named.length && named.every((each) => !(each.name in values));
        if (isUnknown) row.remove();
      }
    }
    let changed = false;
    const taken = {};
    for (const each of keepable(form)) {
      const kept = values[each.name];
      if (!kept) continue;
      const before = JSON.stringify(valueOf(each));
      if (each.type === "checkbox" || each.type === "radio") each.checked = kept.includes(each.value);
      else if (each.multiple && each.options) for (const option of each.options) option.selected = kept.includes(option.value);
      else {
        const place = taken[each.name] ?? 0;
        taken[each.name] = place + 1;
        if (place < kept.length) each.value = kept[place];
      }
      changed ||= before !== JSON.stringify(valueOf(each));
    }
    return changed;
  }

  function restore(scope) {
    for (const form of scope.querySelectorAll("form[data-keep]")) {
      const key = form.dataset.keep;
      // A form that comes back with its faults has what was sent.
      if (form.querySelector("[aria-invalid], .error-summary")) continue;
      let kept;
      try { kept = JSON.parse(sessionStorage.getItem(KEPT + key)); } catch { continue; }
      if (!kept || !putBack(form, kept)) continue;
      form.dispatchEvent(new CustomEvent("kept:restored", { bubbles: true }));
      const place = notice("kept", "info", text("Kept"), form);
      const discard = button(text("Discard"), "button-link");
      discard.addEventListener("click", () => {
        forget(key);
        location.reload();
      });
      place.append(discard);
    }
  }

  let waiting;
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.dataset.keep) return;
    clearTimeout(waiting);
    // What was typed before the form was sent is kept with it, as sent.
    waiting = setTimeout(() => { if (!("sending" in form.dataset)) keep(form); }, 250);
  });
  addEventListener("pagehide", () => {
    clearTimeout(waiting);
  });

  // The faults of a form that is saved while it is filled in stand at their fields: <data data-fault-of="NAME"
  // value="WORDS"> in the part that comes back. A fault that came with the page goes once its field was changed and
  // is right, or once nothing is wrong. What is still being typed is judged when the field is left, but for a number.

  const corrected = new WeakSet();

  function clearFault(field) {
    const place = field.closest(".field");
    place?.classList.remove("has-error");
    for (const old of place?.querySelectorAll(".error") ?? []) (old.closest(`[id="${field.id}-error"]`) ?? old).remove();
    field.removeAttribute("aria-invalid");
    const hint = document.getElementById(`${field.id}-hint`);
    if (hint) field.setAttribute("aria-describedby", hint.id);
    else field.removeAttribute("aria-describedby");
  }

  function markFault(field, words) {
    clearFault(field);
    const place = field.closest(".field");
    if (!place) return;
    const holder = document.createElement("div");
    holder.id = `${field.id}-error`;
    const line = document.createElement("p");
    line.className = "error";
    line.textContent = words;
    holder.append(line);
    place.classList.add("has-error");
    place.querySelector("label").after(holder);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${holder.id}`.trim());
    corrected.add(field);
  }

  function showFaults(part) {
    const form = part?.closest("form");
    if (!form || !part.querySelector("[data-live]")) return;
    const faults = new Map();
    for (const each of part.querySelectorAll("[data-fault-of]")) {
      if (!faults.has(each.dataset.faultOf)) faults.set(each.dataset.faultOf, each.value);
    }
    for (const field of form.elements) {
      if (!field.name || !field.id || NEVER.has(field.type) || part.contains(field)) continue;
      const words = faults.get(field.name);
      const isMarked = field.getAttribute("aria-invalid") === "true";
      const isTyped = field === document.activeElement && field.inputMode !== "decimal" && !isMarked;
      if (words && field.value && !isTyped) markFault(field, words);
      else if (!words && isMarked && (corrected.has(field) || !faults.size)) clearFault(field);
    }
    if (!faults.size) form.querySelector(".error-summary")?.remove();
  }

  document.addEventListener("input", (event) => {
    if (event.target.form) corrected.add(event.target);
  });
  document.addEventListener("focusout", (event) => {
    const part = event.target.form?.querySelector("#result");
    if (part) setTimeout(() => showFaults(part));
  });

  // A field that has a meaning with another's value alone is shown then, and while it says something:
  // <div data-only-with="NAME" data-only-value="VALUE">.

  function showNeeded(scope) {
    for (const each of scope.querySelectorAll("[data-only-with]")) {
      const form = each.closest("form");
      const field = each.querySelector("input, select, textarea");
      each.hidden = form.elements[each.dataset.onlyWith]?.value !== each.dataset.onlyValue && !field.value;
    }
  }

  for (const kind of ["change", "kept:restored"]) {
    document.addEventListener(kind, (event) => {
      const form = event.target.form ?? event.target;
      if (form.matches?.("form")) showNeeded(form);
    });
  }

  // Parts of a page that htmx changes

  function focusFaults(scope) {
    const faults = scope.matches?.(".error-summary") ? scope : scope.querySelector(".error-summary");
    faults?.focus();
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    clearNotice("network");
    const sender = event.detail.elt;
    if (sender.matches?.("form") && sender.method === "post") setTimeout(() => hold(sender));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form");
    if (form) release(form.parentElement ?? document);
    const saved = event.detail.xhr?.getResponseHeader("X-Saved");
    if (saved) forget(saved);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    forgetSaved(event.detail.elt);
    focusFaults(event.detail.elt);
    if (event.detail.elt.id === "result") showFaults(event.detail.elt);
  });
  for (const kind of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(kind, () => notice("network", "bad", text("Offline")));
  }
  document.addEventListener("htmx:responseError", (event) => {
    const isOut = event.detail.xhr.status === 401;
    notice("network", "bad", text(isOut ? "Session" : "Failed"));
  });

  // The page as it came

  document.addEventListener("DOMContentLoaded", () => {
    forgetSaved(document);
    forgetSent();
    restore(document);
    focusFaults(document);
    showNeeded(document);
    returnToPlace();
    showPrintChoices();
    printIssued();
  });
})();
