// Gives every card a button that sends its request and shows the answer.
for (const card of document.querySelectorAll("article")) {
  const { method, path } = card.dataset;
  const button = document.createElement("button");
  button.textContent = `${method} ${path}`;
  const answer = document.createElement("pre");
  answer.className = "answer";
  answer.tabIndex = 0;
  answer.hidden = true;
  answer.setAttribute("aria-live", "polite");
  card.append(button, answer);

  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const response = await fetch(path, { method });
      const body = await response.json();
      answer.className = `answer ${response.ok ? "good" : "bad"}`;
      answer.textContent = `${response.status}\n${JSON.stringify(body, null, 2)}`;
    } catch (error) {
      answer.className = "answer bad";
      answer.textContent = `No answer: ${error.message}`;
    }
    answer.hidden = false;
    button.disabled = false;
  });
}
