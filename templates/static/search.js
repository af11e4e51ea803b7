// Search over all notes, in the reader's own browser. Loads nothing until somebody types; works from a disk too.
// Expects #search-input (its form's [data-index] names the folder of the index), #search-results (a list), and
// #search-status (said aloud by screen readers). The index is written and described in src/gleanings/render/search/.
(function () {
  "use strict";
  var input = document.getElementById("search-input");
  var results = document.getElementById("search-results");
  var status = document.getElementById("search-status");
  var home = document.querySelector("[data-index]");
  if (!input || !results || !home) return;

  var folder = home.getAttribute("data-index");
  var root = folder + "../../";
  home.hidden = false;
  var SHOWN = 20, MORE = 20;
  var CJK = "\\u2e80-\\u2fdf\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uac00-\\ud7af";
  var WORD = new RegExp("[" + CJK + "]+|(?:(?![" + CJK + "])[\\p{L}\\p{N}])+", "gu");
  var IS_CJK = new RegExp("^[" + CJK + "]");
  var SINGLE = { "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ð": "d" };

  // ── files of the index: scripts that call back, since a page on a disk may load no data ──
  var waiting = {}, files = {};
  window.gleanings = function (name, data) { if (waiting[name]) waiting[name](data); };

  function load(name) {
    if (!files[name]) {
      files[name] = new Promise(function (resolve, reject) {
        var script = document.createElement("script");
        waiting[name] = resolve;
        script.src = folder + name + ".js";
        script.onerror = function () { delete files[name]; reject(new Error(name)); };
        document.head.appendChild(script);
      });
    }
    return files[name];
  }

  // ── words: the same rules as in render/search/words.py ──
  function fold(text) {
    return text.normalize("NFKD").toLowerCase().replace(/[ßæœøđłıþð]/g, function (one) { return SINGLE[one]; })
      .replace(/\p{M}/gu, "").normalize("NFC");
  }

  function wordsOf(text) {
    var words = [];
    (fold(text).match(WORD) || []).forEach(function (found) {
      if (!IS_CJK.test(found)) words.push(found.length > 32 ? Array.from(found).slice(0, 32).join("") : found);
      else if (found.length === 1) words.push(found);
      else for (var at = 0; at < found.length - 1; at += 1) words.push(found.slice(at, at + 2));
    });
    return words;
  }

  function hex(number, width) { return number.toString(16).padStart(width, "0"); }

  function shardsOf(word) {
    var letters = Array.from(word).slice(0, 2), start = letters.join("");
    var code = letters[0].codePointAt(0), second = letters.length > 1 ? letters[1].codePointAt(0) : 0;
    if (IS_CJK.test(word)) return ["_c" + hex(code % 256, 2), "_c", "all"];
    if (/^[a-z0-9]{1,2}$/.test(start)) return [start.padEnd(2, "_"), start[0], "all"];
    return ["_x" + hex((code * 31 + second) % 512, 3), "_x", "all"];
  }

  // ── finding ──

  // What there is, and where each strip's entries begin; entries are numbered from the oldest roundup's first.
  function loadList() {
    return load("list").then(function (list) {
      if (list.strips) return list;
      var number = 0;
      list.strips = [];
      list.roundups = [];  // by entry
      list.counts.forEach(function (count, roundup) {
        for (var at = 0; at < count; at += 1) {
          if (at % list.strip === 0) list.strips.push(number);
          list.roundups[number] = roundup;
          number += 1;
        }
      });
      return list;
    });
  }

  var LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", WEIGHTS = { "*": 9, "+": 4 };

  // Calls back for each entry that a word's hits name, with its number and weight.
  function decode(hits, list, each) {
    var strip = 0, step = "";
    for (var at = 0; at < hits.length; at += 1) {
      var letter = LETTERS.indexOf(hits[at]);
      if (letter < 0) { step += hits[at]; continue; }
      strip += Number(step);
      step = "";
      var weight = WEIGHTS[hits[at + 1]];
      if (weight) at += 1;
      each(list.strips[strip] + letter, weight || 1);
    }
  }

  function hitsOf(word, list) {
    var key = shardsOf(word).find(function (one) { return list.shards.indexOf(one) >= 0; });
    if (!key) return Promise.resolve(new Map());
    return load("w-" + key).then(function (shard) {
      var found = new Map();
      var prefix = word.length > 1 || IS_CJK.test(word);
      shard.split(",").forEach(function (line) {
        if (!line.startsWith(prefix ? word : word + " ")) return;
        var end = line.indexOf(" "), exact = end === word.length ? 2 : 1;
        decode(line.slice(end + 1), list, function (number, weight) {
          found.set(number, Math.max(found.get(number) || 0, weight * exact));
        });
      });
      return found;
    });
  }

  function find(query) {
    var words = Array.from(new Set(wordsOf(query)));
    if (!words.length) return Promise.resolve(null);
    return loadList().then(function (list) {
      return Promise.all(words.map(function (word) { return hitsOf(word, list); })).then(function (all) {
        all.sort(function (one, other) { return one.size - other.size; });
        var found = [];
        all[0].forEach(function (weight, number) {
          var sum = weight;
          for (var at = 1; at < all.length; at += 1) {
            if (!all[at].has(number)) return;
            sum += all[at].get(number);
          }
          found.push([number, sum]);
        });
        // Among equals the newest roundup first, its entries in the order of its page.
        found.sort(function (one, other) {
          return other[1] - one[1] || list.roundups[other[0]] - list.roundups[one[0]] || one[0] - other[0];
        });
        return { list: list, words: words, found: found.map(function (one) { return one[0]; }) };
      });
    });
  }

  // ── showing ──
  function marked(text, words) {
    var holder = document.createDocumentFragment(), at = 0;
    Array.from(text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)).forEach(function (match) {
      var folded = fold(match[0]);
      var hit = words.some(function (word) { return IS_CJK.test(word) ? folded.indexOf(word) >= 0 : folded.startsWith(word); });
      if (!hit) return;
      holder.append(text.slice(at, match.index));
      var mark = document.createElement("mark");
      mark.textContent = match[0];
      holder.append(mark);
      at = match.index + match[0].length;
    });
    holder.append(text.slice(at));
    return holder;
  }

  function item(entry, words) {
    var line = document.createElement("li"), title = document.createElement("a");
    title.href = root + entry[0].replace(/^\//, "");
    title.append(marked(entry[1], words));
    line.append(title);
    [["meta", entry[2]], ["excerpt", entry[3]]].forEach(function (part) {
      if (!part[1] || part[1] === entry[1]) return;
      var text = document.createElement("p");
      text.className = part[0];
      text.append(marked(part[1], words));
      line.append(text);
    });
    return line;
  }

  function say(text) { if (status) status.textContent = text; }

  var latest = 0, limit = SHOWN;

  function show() {
    var query = input.value, mine = (latest += 1);
    find(query).then(function (answer) {
      if (mine !== latest) return;
      if (!answer) { results.replaceChildren(); say(query.trim() ? "Nothing found" : ""); return; }
      var numbers = answer.found.slice(0, limit), size = answer.list.block;
      var blocks = Array.from(new Set(numbers.map(function (number) { return Math.floor(number / size); })));
      return Promise.all(blocks.map(function (block) { return load("d-" + block); })).then(function (loaded) {
        if (mine !== latest) return;
        var lines = numbers.map(function (number) {
          return item(loaded[blocks.indexOf(Math.floor(number / size))][number % size], answer.words);
        });
        if (answer.found.length > limit) lines.push(further(answer.found.length - limit));
        results.replaceChildren.apply(results, lines);
        var count = answer.found.length;
        say(count ? count + (count === 1 ? " entry" : " entries") : "Nothing found");
      });
    }).catch(function () {
      if (mine === latest) say("The search index could not be loaded");
    });
  }

  function further(count) {
    var line = document.createElement("li"), button = document.createElement("button");
    button.type = "button";
    button.textContent = "Show more (" + count + ")";
    button.addEventListener("click", function () {
      var links = results.querySelectorAll("a").length;
      limit += MORE;
      show();
      new MutationObserver(function (_, observer) {
        observer.disconnect();
        var next = results.querySelectorAll("a")[links];
        if (next) next.focus();
      }).observe(results, { childList: true });
    });
    line.className = "more";
    line.append(button);
    return line;
  }

  // ── the keyboard: arrows move between field and results, Escape goes back ──
  function links() { return Array.from(results.querySelectorAll("a")); }

  document.addEventListener("keydown", function (event) {
    var all = links(), at = all.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && (document.activeElement === input || at >= 0) && all.length) {
      event.preventDefault(); all[Math.min(at + 1, all.length - 1)].focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault(); (at ? all[at - 1] : input).focus();
    } else if (event.key === "Escape" && at >= 0) {
      input.focus();
    }
  });

  var timer = 0;
  input.addEventListener("input", function () {
    limit = SHOWN;
    clearTimeout(timer);
    timer = setTimeout(function () {
      show();
      try {
        var address = new URL(location.href);
        if (input.value) address.searchParams.set("q", input.value); else address.searchParams.delete("q");
        history.replaceState(null, "", address);
      } catch (_) { /* a page on a disk may not change its address */ }
    }, 120);
  });
  if (input.form) input.form.addEventListener("submit", function (event) { event.preventDefault(); show(); });

  var asked = new URLSearchParams(location.search).get("q");
  if (asked) { input.value = asked; show(); }
})();
