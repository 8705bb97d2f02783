// Runs before anything else and in any browser: old JavaScript only. Says by version or by feature why the page cannot
// work here and what to do, and keeps the page itself from starting (manual, OV-4: Chrome 87, Edge 87, Opera 72 at least).
// biome-ignore lint/complexity/useArrowFunction: Internet Explorer 11 would show an empty page for one
(function () {
  var OLDEST = [
    { name: "Opera", pattern: /OPR\/(\d+)/, version: 72 },
    { name: "Microsoft Edge", pattern: /Edg(?:e|A|iOS)?\/(\d+)/, version: 87 },
    { name: "Chrome", pattern: /(?:Chrome|CriOS)\/(\d+)/, version: 87 },
  ];
  var chinese = /^zh/i.test(navigator.language || "");

  function tooOld() {
    var i;
    var found;
    for (i = 0; i < OLDEST.length; i += 1) {
      found = OLDEST[i].pattern.exec(navigator.userAgent);
      if (found) return Number(found[1]) < OLDEST[i].version ? { name: OLDEST[i].name, version: found[1] } : null;
    }
    return null;
  }

  function missing() {
    var list = [];
    if (!window.Promise || !window.fetch || !String.prototype.replaceAll || !window.ResizeObserver) {
      list.push(chinese ? "现代 JavaScript" : "present-day JavaScript");
    }
    if (!window.WebSocket) list.push("WebSocket");
    // biome-ignore lint/complexity/useOptionalChain: browsers that this is for cannot read it
    if (!window.RTCPeerConnection || !window.RTCPeerConnection.prototype.addTransceiver) {
      list.push(chinese ? "WebRTC 通话" : "WebRTC calls");
    }
    if (!window.AudioContext) list.push(chinese ? "Web Audio 声音" : "Web Audio sound");
    return list;
  }

  function show(title, lines) {
    window.linkusUnsupported = true;
    var root = document.getElementById("root");
    var box = document.createElement("main");
    box.setAttribute("role", "alert");
    box.style.cssText =
      "max-width:34em;margin:12vh auto 0;padding:0 24px;font:16px/1.7 system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif";
    var head = document.createElement("h1");
    var line;
    var i;
    head.style.cssText = "font-size:22px;line-height:1.4";
    head.appendChild(document.createTextNode(title));
    box.appendChild(head);
    for (i = 0; i < lines.length; i += 1) {
      line = document.createElement("p");
      line.appendChild(document.createTextNode(lines[i]));
      box.appendChild(line);
    }
    document.documentElement.lang = chinese ? "zh-CN" : "en";
    root.appendChild(box);
  }

  var needed = chinese
    ? "请使用 Chrome 87、Edge 87、Opera 72 或更高版本，然后重新打开此页面。"
    : "Use Chrome 87, Microsoft Edge 87 or Opera 72, or a later version, and open this page again.";
  var old = tooOld();
  if (old) {
    show(chinese ? "浏览器版本过低" : "This browser is too old", [
      chinese
        ? "你正在使用 " + old.name + " " + old.version + "，网页端无法在其中运行。"
        : "You are using " + old.name + " " + old.version + ", in which the web client cannot run.",
      needed,
    ]);
    return;
  }
  var lacking = missing();
  if (lacking.length > 0) {
    show(chinese ? "浏览器缺少所需功能" : "This browser lacks what calls need", [
      chinese ? "此浏览器不支持：" + lacking.join("、") + "。" : "It does not support: " + lacking.join(", ") + ".",
      needed,
    ]);
  }
})();
