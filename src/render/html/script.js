// What a reader can do without it, the page does without it: this adds search, filters and links to them.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.documentElement;

  // What the style sheet shows of both languages and colours, the root element says.
  const choose = () => {
    const language = byId("ja").checked ? "ja" : "en";
    root.lang = language;
    root.dataset.theme = all("input[name=theme]").find((choice) => choice.checked).id;
    document.title = language === "ja" ? "sekisho セキュリティ レポート" : "sekisho security report";
    for (const option of all("option[data-en]")) option.textContent = option.dataset[language];
  };
  for (const choice of all("header input")) choice.addEventListener("change", choose);
  choose();

  // Paper has no summaries to click; browsers without ::details-content need them open.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });

  const form = byId("filter");
  if (!form) return;
  form.hidden = false;
  const severities = all("input[name=severity]", form);
  const namespaces = all(".ns").map((ns) => ({
    ns,
    name: ns.dataset.n,
    workloads: all(".w", ns).map((w) => ({
      w,
      causes: all(".c", w).map((c) => ({ c, findings: all(".f", c) })),
    })),
  }));
  const total = all(".f").length;

  // The words of a finding are its own, its cause's and its resource's; read when first searched.
  const word = (element) => element.textContent.toLowerCase();
  const heads = new Map();
  const texts = new Map();
  const remembered = (memory, key, make) => memory.get(key) ?? memory.set(key, make()).get(key);
  const show = (element, shown) => {
    if (element.hidden === shown) element.hidden = !shown;
  };

  const filter = () => {
    const words = byId("q").value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(severities.filter((box) => box.checked).map((box) => box.value));
    const policy = byId("policy").value;
    const namespace = byId("namespace").value;
    const active = words.length > 0 || wanted.size < severities.length || policy || namespace;
    let findings = 0;
    const left = [];
    for (const { ns, name, workloads } of namespaces) {
      let inNamespace = false;
      const here = !namespace || namespace === name;
      for (const { w, causes } of workloads) {
        const kept = new Set();
        if (here) for (const { c, findings: items } of causes) {
          for (const item of items) {
            if (policy && policy !== item.dataset.p || !wanted.has(item.dataset.s)) continue;
            if (words.length) {
              const head = remembered(heads, w, () => `${name} ${word(w.querySelector("summary"))}`);
              const text = remembered(texts, item, () => `${word(c.querySelector(".at"))} ${word(item)}`);
              if (!words.every((word) => text.includes(word) || head.includes(word))) continue;
            }
            kept.add(item);
          }
        }
        show(w, kept.size > 0);
        // What is not shown needs no care.
        if (!kept.size) continue;
        for (const { c, findings: items } of causes) {
          for (const item of items) show(item, kept.has(item));
          show(c, items.some((item) => kept.has(item)));
        }
        left.push(w);
        inNamespace = true;
        findings += kept.size;
      }
      show(ns, inNamespace);
    }
    // Few are opened at once; many stay a list to choose from.
    if (active && left.length <= 20) for (const w of left) w.open = true;
    const [en, ja] = all("#shown [lang]");
    en.textContent = `Showing ${findings} of ${total} findings, in ${left.length} ${left.length === 1 ? "resource" : "resources"}.`;
    ja.textContent = `${total} 件中 ${findings} 件を表示 (リソース ${left.length} 件)`;
    return active;
  };

  const write = () => {
    const state = new URLSearchParams();
    const put = (key, value) => value && state.set(key, value);
    put("q", byId("q").value.trim());
    const chosen = severities.filter((box) => box.checked);
    if (chosen.length < severities.length) state.set("severity", chosen.map((box) => box.value).join(","));
    put("namespace", byId("namespace").value);
    put("policy", byId("policy").value);
    const hash = state.toString();
    try {
      history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    } catch {
      // A page without an address of its own cannot remember.
    }
  };

  // `#q=…&severity=high,low&namespace=…&policy=…`, and once `lang=` and `theme=`: links into the page.
  const read = () => {
    const given = location.hash.slice(1);
    if (!/^(q|severity|namespace|policy|lang|theme)=/.test(given)) return false;
    const state = new URLSearchParams(given);
    for (const key of ["lang", "theme"]) {
      const choice = byId(state.get(key) ?? "");
      if (choice?.name === key) choice.checked = true;
    }
    choose();
    byId("q").value = state.get("q") ?? "";
    const chosen = state.get("severity")?.split(",");
    for (const box of severities) box.checked = !chosen || chosen.includes(box.value);
    byId("namespace").value = state.get("namespace") ?? "";
    byId("policy").value = state.get("policy") ?? "";
    return true;
  };
  const follow = () => {
    // A finding that is linked to is shown, whatever was filtered.
    const target = location.hash.startsWith("#f-") && byId(location.hash.slice(1));
    if (target) {
      if (target.closest("[hidden]")) {
        form.reset();
        filter();
      }
      for (let at = target.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
      target.scrollIntoView({ block: "center" });
      return;
    }
    if (!read()) return;
    if (filter()) byId("findings").scrollIntoView();
  };

  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { filter(); write(); }, 150);
  });
  form.addEventListener("reset", () => setTimeout(() => { filter(); write(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("open").addEventListener("click", () => { for (const w of all(".w:not([hidden])")) w.open = true; });
  byId("close").addEventListener("click", () => { for (const w of all(".w")) w.open = false; });
  addEventListener("hashchange", follow);
  addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=radio], [type=checkbox]), select, textarea");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    byId("q").focus();
  });
  filter();
  follow();
})();
