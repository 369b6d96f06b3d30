// Start Clerk on a page that a server rendered. clerk_core.pages.head() inserts it, the same on
// every page; what differs is in the attributes of its tag.
(() => {
  // Libraries that replace the content of a page may run its scripts again.
  if (window.__clerkCoreStarted) return;
  window.__clerkCoreStarted = true;
  const { clerkCookies, clerkOptions, clerkRendered } = document.currentScript.dataset;
  const options = JSON.parse(clerkOptions ?? "{}");
  const COMPONENTS = "[data-clerk-component]";
  const RELOADED = "clerk-core:reloaded";
  // What a request waits for at most, in milliseconds, if Clerk cannot be reached.
  const PATIENCE = 10000;
  // In seconds: a token that expires sooner is renewed before a request.
  const MARGIN = 10;
  const LONGEST_LIFE = 120;
  let isLeaving = false;
  let skew = 0;

  // Both scripts and the document, in any order. Their events are captured, as they do not bubble.
  const ready = new Promise((resolve, reject) => {
    const check = () => {
      const isParsed = document.readyState !== "loading";
      if (isParsed && window.Clerk && window.__internal_ClerkUICtor) resolve();
    };
    document.addEventListener("load", check, true);
    document.addEventListener("DOMContentLoaded", check);
    document.addEventListener(
      "error",
      ({ target }) => {
        const { clerkJsScript, clerkUiScript } = target.dataset ?? {};
        if (clerkJsScript === undefined && clerkUiScript === undefined) return;
        reject(new Error(`${target.src} could not be loaded.`));
      },
      true,
    );
  });

  const report = (error) => console.error("Clerk:", error);
  const optionsOf = (element) => JSON.parse(element.dataset.clerkOptions || "{}");
  const isOwn = (url) => new URL(url, document.baseURI).origin === location.origin;

  // Components: those of the page, and those that come and go later.

  const mounted = new Map();

  // A form without a path of its own reads the fragment, and servers write to the query.
  const copyReturnUrl = () => {
    const { hash, pathname, search } = location;
    const url = new URLSearchParams(search).get("redirect_url");
    if (!url || hash) return;
    const fragment = new URLSearchParams({ redirect_url: url });
    history.replaceState(history.state, "", `${pathname}${search}#/?${fragment}`);
  };

  const mount = (element) => {
    if (mounted.has(element)) return;
    const name = element.dataset.clerkComponent;
    mounted.set(element, name);
    try {
      const given = optionsOf(element);
      if (/^Sign/.test(name) && !given.path) copyReturnUrl();
      Clerk[`mount${name}`](element, given);
    } catch (error) {
      report(error);
    }
  };

  const update = () => {
    for (const [element, name] of mounted) {
      if (element.isConnected) continue;
      mounted.delete(element);
      Clerk[`unmount${name}`](element);
    }
    document.querySelectorAll(COMPONENTS).forEach(mount);
  };

  // The page shows what the server knew. Load it again, once, if Clerk knows something else.

  const current = () =>
    Clerk.isSignedIn ? `${Clerk.session.id}:${Clerk.organization?.id ?? ""}` : ":";

  const reload = (key, change) => {
    if (sessionStorage.getItem(key) === change) return;
    sessionStorage.setItem(key, change);
    isLeaving = true;
    location.reload();
  };

  const compare = async () => {
    // An undefined session is one that is being changed.
    if (clerkRendered === undefined || isLeaving || Clerk.session === undefined) return;
    const now = current();
    if (now === clerkRendered) return sessionStorage.removeItem(RELOADED);
    // The cookie is written before the page is asked for.
    await renew();
    if (!isLeaving && current() === now) reload(RELOADED, `${clerkRendered} ${now}`);
  };

  // A tab learns of a sign-out from clerk-js, but not of a sign-in in another tab. Nor does a page
  // that the browser shows again as it was left. Zero is a browser in which nobody is signed in.
  const compareCookie = () => {
    const updatedAt = document.cookie.match(`(?:^|; )__client_uat${clerkCookies}=(\\d+)`)?.[1];
    if (clerkRendered === undefined || updatedAt === undefined) return;
    if ((updatedAt !== "0") === (clerkRendered !== ":")) return;
    // Under a key of its own, which `compare` does not remove.
    reload(`${RELOADED}-by-cookie`, `${clerkRendered} ${updatedAt}`);
  };

  addEventListener("clerk:beforeunload", () => (isLeaving = true));
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    isLeaving = false;
    compareCookie();
  });
  document.addEventListener("visibilitychange", () => {
    const isKnown = !window.Clerk?.loaded || Clerk.session;
    if (document.visibilityState === "visible" && !isKnown && !isLeaving) compareCookie();
  });

  // Tokens live for a minute. clerk-js renews them, but not while the browser stops its timers.

  const isFresh = () => {
    const claims = window.Clerk?.session?.lastActiveToken?.jwt?.claims;
    return !claims || Date.now() / 1000 - skew < claims.exp - MARGIN;
  };

  const inTime = (promise) =>
    Promise.race([promise, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);

  // clerk-js keeps a token for too long where the clock of the computer is slow.
  const renew = () =>
    inTime(Clerk.session?.getToken({ skipCache: !isFresh() }).catch(report));

  const { requestSubmit, submit } = HTMLFormElement.prototype;
  const waiting = new WeakSet();
  const renewedFor = new WeakSet();

  const stop = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  const signOut = (form) => {
    const leave = () => {
      if (!isLeaving) submit.call(form);
      isLeaving = true;
      return new Promise(() => {});
    };
    // The other tabs are told. If that fails, the application still ends the session.
    inTime(Clerk.signOut(leave)).then(leave, leave);
  };

  addEventListener(
    "submit",
    (event) => {
      const { target: form, submitter } = event;
      if (renewedFor.delete(form) || !window.Clerk?.session) return;
      const attribute = (name) =>
        submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? "";
      if (attribute("method").toLowerCase() === "dialog" || !isOwn(attribute("action"))) return;
      if (waiting.has(form)) return stop(event);
      if (form.dataset.clerkSignOut !== undefined) {
        stop(event);
        waiting.add(form);
        return signOut(form);
      }
      if (isFresh()) return;
      stop(event);
      waiting.add(form);
      const send = () => {
        waiting.delete(form);
        renewedFor.add(form);
        requestSubmit.call(form, submitter?.form === form ? submitter : null);
        renewedFor.delete(form);
      };
      // Later: a form cannot be submitted while its event is handled.
      renew().then(() => setTimeout(send));
    },
    true,
  );

  // htmx 2 asks before each request. Its listeners can go on later: so do those of the page.
  const asked = new WeakSet();
  document.addEventListener(
    "htmx:confirm",
    ({ detail }) => {
      const issue = detail.issueRequest;
      if (detail.ctx || isFresh() || !isOwn(detail.path)) return;
      asked.add(detail);
      detail.issueRequest = (...values) => renew().then(() => issue(...values));
    },
    true,
  );
  addEventListener("htmx:confirm", (event) => {
    if (event.defaultPrevented || !asked.has(event.detail)) return;
    event.preventDefault();
    event.detail.issueRequest();
  });

  // htmx 4 lets a page replace the function that sends a request.
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (!ctx || isFresh() || !isOwn(ctx.request.action)) return;
    const send = ctx.fetch;
    ctx.fetch = (...values) => renew().then(() => send(...values));
  });

  addEventListener("click", (event) => {
    const isPlain = !(event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (event.defaultPrevented || !isPlain || !window.Clerk?.loaded) return;
    const link = event.target.closest?.("a[data-clerk-open]");
    const out = event.target.closest?.("button[data-clerk-sign-out]");
    if (link && !Clerk.session) {
      event.preventDefault();
      Clerk[`open${link.dataset.clerkOpen}`](optionsOf(link));
    } else if (out) {
      Clerk.signOut(JSON.parse(out.dataset.clerkSignOut || "{}")).catch(report);
    }
  });

  // Steps of a form that has a path of its own need no new page.
  const navigate = (change) => (url, details) => {
    if (details.__internal_metadata?.navigationType !== "internal") return details.windowNavigate(url);
    change.call(history, history.state, "", url);
  };

  const start = async () => {
    await Clerk.load({
      ...options,
      routerPush: navigate(history.pushState),
      routerReplace: navigate(history.replaceState),
      ui: { ClerkUI: window.__internal_ClerkUICtor },
    });
    // Not loaded: the browser is on its way to the primary domain of a satellite.
    if (!Clerk.loaded) return;
    // The token is new, but may be some seconds old: only more than that is a wrong clock.
    const issuedAt = Clerk.session?.lastActiveToken?.jwt?.claims.iat;
    const age = issuedAt ? Date.now() / 1000 - issuedAt : 0;
    skew = age < 0 || age > LONGEST_LIFE ? age : 0;
    update();
    new MutationObserver(update).observe(document.documentElement, {
      childList: true,
      subtree: true,
    });
    Clerk.addListener(compare);
  };

  ready.then(start).catch(report);
})();
