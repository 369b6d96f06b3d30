// Show who is signed in, and give every card a button that sends its request.
const element = (id) => document.getElementById(id);

function showVisitor(user) {
  const name = user && [user.first_name, user.last_name].filter(Boolean).join(" ");
  element("badge").textContent = user ? "Signed in" : "Signed out";
  element("badge").classList.add(user ? "in" : "out");
  element("title").textContent = user ? `Hello, ${name || user.id}` : "Nobody is signed in";
  element("text").textContent = user
    ? "Every button below sends a request with your session. Try them."
    : "Sign in, or try the buttons first to see how requests are refused.";
  element("sign-in").hidden = Boolean(user);
  element("sign-out").hidden = !user;
}

async function send(card) {
  const { method, path } = card.dataset;
  const answer = card.querySelector("pre");
  try {
    const response = await fetch(path, { method });
    answer.textContent = `${response.status}\n${JSON.stringify(await response.json(), null, 2)}`;
    answer.className = `answer ${response.ok ? "good" : "bad"}`;
  } catch (error) {
    answer.textContent = `The request failed: ${error.message}`;
    answer.className = "answer bad";
  }
  answer.hidden = false;
}

for (const card of document.querySelectorAll("article")) {
  const button = document.createElement("button");
  button.textContent = `${card.dataset.method} ${card.dataset.path}`;
  const answer = document.createElement("pre");
  answer.tabIndex = 0;
  answer.hidden = true;
  answer.setAttribute("aria-live", "polite");
  card.append(button, answer);
  button.addEventListener("click", async () => {
    button.disabled = true;
    await send(card);
    button.disabled = false;
  });
}

const profile = await fetch("/api/profile");
showVisitor(profile.ok ? (await profile.json()).user : null);
