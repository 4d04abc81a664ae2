/* Keeps the screens of a meeting in step. Without this file there is a link to look again. */
"use strict";

(function () {
  const EVERY = 2500;
  const box = document.querySelector("[data-follow]");
  if (!box) {
    return;
  }
  let tick = box.dataset.tick;
  let shownAt = Date.now();

  /** What is being typed or was opened is never replaced under somebody's hands. */
  function isHeld(part) {
    if (part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) {
      return true;
    }
    return Array.from(part.querySelectorAll("input, textarea, select")).some(function (each) {
      if (each.type === "hidden") {
        return false;
      }
      if (each.type === "radio" || each.type === "checkbox") {
        return each.checked !== each.defaultChecked;
      }
      if (each.tagName === "SELECT") {
        return Array.from(each.options).some(function (option) {
          return option.selected !== option.defaultSelected && (option.selected ? option.value : false);
        });
      }
      return each.value !== each.defaultValue;
    });
  }

  function parts(root) {
    return new Map(
      Array.from(root.querySelectorAll("[data-part]")).map(function (part) {
        return [part.dataset.part, part];
      })
    );
  }

  /** Take over what changed; where the parts themselves are others, the page as a whole. */
  function takeOver(page) {
    const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[data-follow]");
    if (!fresh) {
      window.location.reload();
      return;
    }
    const now = parts(box);
    const then = parts(fresh);
    const same = now.size === then.size && Array.from(now.keys()).every(function (name) {
      return then.has(name);
    });
    if (!same) {
      const isTyping = Array.from(now.values()).some(isHeld);
      const head = then.get("head");
      if (isTyping && now.has("head") && head) {
        now.get("head").replaceWith(head);
      } else if (fresh.querySelector("form[data-draft]")) {
        window.location.reload(); /* who leads: what he types is kept from the start */
      } else {
        box.replaceChildren.apply(box, Array.from(fresh.childNodes));
      }
    } else {
      now.forEach(function (part, name) {
        if (!isHeld(part)) {
          part.replaceWith(then.get(name));
        }
      });
    }
    tick = fresh.dataset.tick;
    box.dataset.follows = fresh.dataset.follows;
    shownAt = Date.now();
  }

  /** Asked by the page itself and by nobody: it does not keep a session alive. */
  function ask(url, more) {
    return fetch(url, {
      credentials: "same-origin",
      redirect: "manual",
      headers: Object.assign({ "X-Follows": "yes" }, more),
    });
  }

  function offline(is) {
    const line = document.querySelector("[data-offline]");
    if (line) {
      line.hidden = !is;
    }
  }

  function look() {
    ask(box.dataset.follow, { "If-None-Match": '"' + tick + '"' })
      .then(function (answer) {
        if (answer.status === 304) {
          return null;
        }
        if (answer.type === "opaqueredirect" && !Array.from(parts(box).values()).some(isHeld)) {
          window.location.reload(); /* signed out: sign in, and come back here */
        }
        if (!answer.ok) {
          throw new Error("not answered");
        }
        return ask(window.location.href).then(function (page) {
          return page.ok ? page.text().then(takeOver) : null;
        });
      })
      .then(function () {
        offline(false);
      })
      .catch(function () {
        offline(true);
      })
      .finally(again);
  }

  function again() {
    if (box.dataset.follows === "yes") {
      window.setTimeout(look, EVERY);
    }
  }

  function showTime() {
    document.querySelectorAll("[data-timer]").forEach(function (clock) {
      const seconds = Number(clock.dataset.seconds) + Math.floor((Date.now() - shownAt) / 1000);
      clock.textContent = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
    });
  }

  window.setInterval(showTime, 1000);
  again();
})();
