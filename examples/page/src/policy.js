// The viewer sizes its text filter by an inline handler, which the page's security policy refuses.
// The same is done by a listener here, so that the policy stays strict and the console quiet.

const SIZING = "this.parentNode.dataset.value=this.value";

const { setAttribute } = Element.prototype;
Element.prototype.setAttribute = function (name, value) {
  if (value !== SIZING) return setAttribute.call(this, name, value);
  this.addEventListener("input", () => {
    this.parentNode.dataset.value = this.value;
  });
};
