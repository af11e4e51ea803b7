// Reloads the open page after a rebuild, keeps the place in it, and shows what is broken while something is.
(() => {
  "use strict";
  const key = "gleanings:scroll:" + location.pathname;
  const kept = sessionStorage.getItem(key);
  if (kept !== null) {
    sessionStorage.removeItem(key);
    if ("scrollRestoration" in history) history.scrollRestoration = "manual";
    const back = () => scrollTo({ top: Number(kept), behavior: "instant" });
    back();
    addEventListener("load", back, { once: true });
  }

  const reload = () => {
    sessionStorage.setItem(key, String(scrollY));
    location.reload();
  };

  const line = (tag, text, style) => {
    const element = document.createElement(tag);
    element.textContent = text;
    element.style.cssText = style;
    return element;
  };

  const ID = "gleanings-faults";
  const clear = () => document.getElementById(ID)?.remove();
  const show = (faults) => {
    clear();
    const sheet = document.createElement("div");
    sheet.id = ID;
    sheet.setAttribute("role", "alert");
    sheet.style.cssText =
      "position:fixed;inset:auto 0 0 0;max-height:60vh;overflow:auto;z-index:2147483647;padding:1rem 1.5rem;" +
      "background:#2b0f0c;color:#fff;font:15px/1.5 system-ui,sans-serif;border-top:4px solid #e0533f";
    for (const fault of faults) {
      sheet.append(line("p", fault.place, "margin:.6rem 0 0;font:13px/1.4 ui-monospace,monospace;color:#f6b9ae"));
      sheet.append(line("p", fault.message + (fault.cure ? " (" + fault.cure + ")" : ""), "margin:0"));
      if (fault.excerpt) {
        sheet.append(line("pre", fault.excerpt, "margin:.3rem 0;padding:.4rem .7rem;background:#0005;color:#fff;overflow:auto"));
      }
    }
    document.body.append(sheet);
  };

  const shown = Number(document.currentScript.dataset.number);
  const take = (message) => {
    const news = JSON.parse(message.data);
    if (news.faults.length) show(news.faults);
    else if (news.number !== shown) reload();
    else clear();
  };
  const events = new EventSource("/_gleanings/events");
  events.addEventListener("state", take);
  events.addEventListener("rebuilt", take);
  addEventListener("pagehide", () => events.close());
})();
