import "../widget.js";

const chat = document.getElementById("inline");
document.getElementById("check").textContent = await chat.check();
