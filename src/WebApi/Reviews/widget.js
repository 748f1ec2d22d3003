/* Orrery reviews: <script src="https://CLOUD/widgets/reviews.js" data-form="LINK"></script>
   May also have: data-into (id of an element; else it floats), data-subject and data-proof, data-version, data-module, data-lang (zh or en).
   Pages may have broken or poisoned every prototype, and hide everything by style: whatever is called here is taken from a fresh frame, and what is shown stands in a closed shadow root. */
(function () {
  'use strict';
  var doc = document, script = doc.currentScript, own = window, W = own, frame, call;
  try {
    frame = doc.createElement('iframe');
    frame.hidden = true;
    frame.setAttribute('aria-hidden', 'true');
    frame.title = '';
    doc.documentElement.appendChild(frame);
  } catch (e) {
    try { script.insertAdjacentHTML('afterend', '<iframe hidden title=""></iframe>'); frame = script.nextSibling; } catch (e2) { /* The page's own then. */ }
  }
  if (frame && frame.contentWindow) W = frame.contentWindow;
  // Function.prototype.call of the clean realm, which no page has touched.
  call = W.Function.prototype.call.bind(W.Function.prototype.call);
  function method(type, name) { var f = W[type].prototype[name]; return function (on, a, b) { return call(f, on, a, b); }; }
  function setter(type, name) { var f = W.Object.getOwnPropertyDescriptor(W[type].prototype, name).set; return function (on, v) { call(f, on, v); }; }
  function getter(type, name) { var f = W.Object.getOwnPropertyDescriptor(W[type].prototype, name).get; return function (on) { return call(f, on); }; }
  var create = method('Document', 'createElement'), byId = method('Document', 'getElementById'), attach = method('Element', 'attachShadow'), put = method('Element', 'setAttribute'), get = method('Element', 'getAttribute'),
    append = method('Node', 'appendChild'), on = method('EventTarget', 'addEventListener'), text = setter('Node', 'textContent'), focus = method('HTMLElement', 'focus'), remove = method('Element', 'remove'),
    checked = getter('HTMLInputElement', 'checked'), fileOf = getter('HTMLInputElement', 'files'), inputValue = getter('HTMLInputElement', 'value'), areaValue = getter('HTMLTextAreaElement', 'value'),
    rootOf = getter('Document', 'documentElement'), disable = setter('HTMLButtonElement', 'disabled'), prevent = method('Event', 'preventDefault'), keyOf = getter('KeyboardEvent', 'key');
  if (!script) script = getter('Document', 'currentScript')(doc);
  var link = get(script, 'data-form'), base = new W.URL(get(script, 'src'), getter('Node', 'baseURI')(doc)), api = base.origin + '/api/v1/public/reviews/' + link;
  var subject = get(script, 'data-subject'), proof = get(script, 'data-proof'), into = get(script, 'data-into'), hash = '';
  try { hash = W.String(own.location.hash); } catch (e) { /* No address. */ }
  // A link in an e-mail says who is invited behind the '#', which no server and no log sees.
  if (into && !subject) { var q = new W.URLSearchParams(hash.slice(1)); subject = q.get('s'); proof = q.get('p'); }
  var lang = get(script, 'data-lang') || W.navigator.language || 'en', zh = /^zh/i.test(lang);
  var ZH = { close: '关闭', send: '提交', thanks: '谢谢！您的评价已收到。', need: '请回答所有必填问题。', again: '没有发送成功，请再试一次。', gone: '此表单不存在或已关闭。', done: '您已经评价过了，谢谢！', who: '此表单仅限受邀者填写。', of: '星', low: '不可能', high: '非常可能', bad: '很不满意', good: '非常满意', big: '图片太大，或不是图片。', reply: '回复：', must: '必填', sending: '正在发送…' },
    EN = { close: 'Close', send: 'Send', thanks: 'Thank you! Your review was received.', need: 'Please answer every question that is marked.', again: 'It could not be sent. Please try again.', gone: 'This form does not exist or is closed.', done: 'You have answered already. Thank you!', who: 'This form is for people who were invited.', of: 'stars', low: 'Not likely', high: 'Very likely', bad: 'Very unhappy', good: 'Very happy', big: 'The picture is too large, or is none.', reply: 'Reply: ', must: 'required', sending: 'Sending…' }, T = zh ? ZH : EN;
  var CSS = ':host{all:initial!important;display:block!important;visibility:visible!important;opacity:1!important;font:15px/1.5 system-ui,"PingFang SC","Microsoft YaHei",sans-serif!important;color-scheme:light dark!important}' +
    ':host(.f){position:fixed!important;right:16px!important;bottom:16px!important;z-index:2147483647!important}*{box-sizing:border-box}.c{color:#1f2328;background:#fff;border:1px solid #d0d7de;border-radius:12px;padding:16px;max-width:100%}' +
    ':host(.f) .c{width:360px;max-width:calc(100vw - 32px);max-height:calc(100vh - 32px);overflow:auto;box-shadow:0 8px 30px #0004}h2{font-size:18px;margin:0 32px 8px 0}fieldset{border:0;margin:0 0 14px;padding:0;min-width:0}legend,.l{font-weight:600;padding:0;margin:0 0 6px;display:block}' +
    '.r{display:flex;flex-wrap:wrap;gap:3px}.r label,.o label{cursor:pointer}.r input{position:absolute;opacity:0;width:1px;height:1px}.r span{display:inline-block;min-width:26px;padding:4px 0;text-align:center;border:1px solid #8c959f;border-radius:6px}' +
    '.s span{border:0;font-size:26px;line-height:1;color:#767f88}.s .on span{color:#b35900}.r input:checked+span{background:#0969da;border-color:#0969da;color:#fff}.s input:checked+span{background:none;color:#b35900}input:focus-visible+span,button:focus-visible,textarea:focus-visible{outline:3px solid #0969da;outline-offset:1px}' +
    '.o label{display:block;padding:2px 0}.e{display:flex;justify-content:space-between;font-size:13px;color:#59636e}textarea{width:100%;min-height:76px;font:inherit;color:inherit;background:transparent;border:1px solid #8c959f;border-radius:6px;padding:6px}' +
    'button{font:inherit;cursor:pointer;border:0;border-radius:8px;padding:8px 18px;background:#0969da;color:#fff}button:disabled{opacity:.6}.x{float:right;background:none;color:inherit;padding:2px 8px;font-size:18px}.m{min-height:1.5em;margin:8px 0 0}.w{color:#c00}.n{color:#c00}' +
    '@media(prefers-color-scheme:dark){.c{color:#e6edf3;background:#161b22;border-color:#3d444d}.e{color:#9198a1}.s span{color:#8b949e}.s .on span,.s input:checked+span{color:#e3a008}.w,.n{color:#ff8182}button{background:#1f6feb}.x{background:none}}';

  function el(name, parent, cls, said) {
    var made = create(doc, name);
    if (cls) put(made, 'class', cls);
    if (said !== undefined) text(made, said);
    if (parent) append(parent, made);
    return made;
  }
  function say(t) { return t ? (zh ? t.zh : t.en) : ''; }
  function kept(key, value) {
    try {
      var store = W.localStorage, name = 'orrery.reviews.' + link + '.' + key;
      if (value === undefined) return store.getItem(name);
      store.setItem(name, value);
    } catch (e) { return null; }
  }
  function newId() {
    var bytes = new W.Uint8Array(18), id = '', hex = '0123456789abcdef', i;
    W.crypto.getRandomValues(bytes);
    for (i = 0; i < 18; i++) id += hex[bytes[i] >> 4] + hex[bytes[i] & 15];
    return id;
  }
  function ask(path, body) {
    return W.fetch(api + path, body === undefined ? { credentials: 'omit' } : { method: 'POST', credentials: 'omit', headers: { 'Content-Type': 'application/json' }, body: W.JSON.stringify(body) })
      .then(function (answer) { return answer.status === 204 ? null : answer.text().then(function (t) { var read = null; try { read = W.JSON.parse(t); } catch (e) { /* No JSON. */ } if (!answer.ok) throw { status: answer.status, problem: read }; return read; }); });
  }
  function host(cls) {
    var box = el('div'), place = into && byId(doc, into), root = rootOf(doc);
    if (cls) put(box, 'class', cls);
    put(box, 'lang', zh ? 'zh' : 'en');
    append(place || root, box);
    // A page that hides even its root shows nothing of anybody.
    if (W.getComputedStyle.call(own, root).display === 'none') call(W.CSSStyleDeclaration.prototype.setProperty, root.style, 'display', 'block', 'important');
    return box;
  }
  function rooted(box) {
    var root = attach(box, { mode: 'closed' });
    try {
      // Made sheets are not stopped by a page's content policy; they must come from the page's own realm.
      var sheet = new own.CSSStyleSheet();
      call(W.CSSStyleSheet.prototype.replaceSync, sheet, CSS);
      setter('ShadowRoot', 'adoptedStyleSheets')(root, [sheet]);
    } catch (e) { el('style', root, '', CSS); }
    return root;
  }

  function radios(q, parent, from, to, star) {
    var row = el('div', parent, star ? 'r s' : 'r'), labels = [], n, state = { value: null };
    function choose(number) {
      return function () {
        state.value = number;
        for (var i = 0; i < labels.length; i++) put(labels[i], 'class', star && i + from <= number ? 'on' : '');
      };
    }
    for (n = from; n <= to; n++) {
      var label = el('label', row), input = el('input', label);
      put(input, 'type', 'radio'); put(input, 'name', q.id); put(input, 'value', n);
      put(input, 'aria-label', star ? n + ' ' + T.of : '' + n);
      put(el('span', label, '', star ? '★' : '' + n), 'aria-hidden', 'true');
      on(input, 'change', choose(n));
      labels[labels.length] = label;
    }
    if (!star) { var ends = el('div', parent, 'e'); el('span', ends, '', to > 5 ? T.low : T.bad); el('span', ends, '', to > 5 ? T.high : T.good); }
    return function () { return state.value === null ? null : { question: q.id, number: state.value }; };
  }
  function choices(q, parent) {
    var box = el('div', parent, 'o'), inputs = [], i;
    for (i = 0; i < q.options.length; i++) {
      var label = el('label', box), input = el('input', label);
      put(input, 'type', q.many ? 'checkbox' : 'radio'); put(input, 'name', q.id); put(input, 'value', q.options[i].id);
      el('span', label, '', ' ' + say(q.options[i].title));
      inputs[i] = input;
    }
    return function () {
      var chosen = [];
      for (var j = 0; j < inputs.length; j++) if (checked(inputs[j])) chosen[chosen.length] = inputValue(inputs[j]);
      return chosen.length ? { question: q.id, choices: chosen } : null;
    };
  }
  function area(q, parent) {
    var input = el('textarea', parent);
    put(input, 'maxlength', 2000); put(input, 'aria-label', say(q.title));
    return function () { var said = areaValue(input); return /\S/.test(said) ? { question: q.id, text: said } : null; };
  }
  // Pictures are made small enough here, and lose what else their files hold.
  function picture(q, parent, tell) {
    var input = el('input', parent), data = null;
    put(input, 'type', 'file'); put(input, 'accept', 'image/png,image/jpeg,image/webp'); put(input, 'aria-label', say(q.title));
    on(input, 'change', function () {
      var file = fileOf(input)[0];
      data = null;
      if (!file) return;
      W.createImageBitmap(file).then(function (image) {
        var canvas = create(W.document, 'canvas'), scale = W.Math.min(1, 1280 / W.Math.max(image.width, image.height)), quality = 0.85, url;
        canvas.width = W.Math.max(1, image.width * scale); canvas.height = W.Math.max(1, image.height * scale);
        canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
        do { url = canvas.toDataURL('image/jpeg', quality); quality -= 0.2; } while (url.length > 330000 && quality > 0);
        if (url.length > 330000) throw 0;
        data = url.slice(url.indexOf(',') + 1);
        tell('');
      }).then(null, function () { tell(T.big); });
    });
    return function () { return data ? { question: q.id, image: data } : null; };
  }

  // One form in a root. With trial nothing is sent: the portal's preview.
  function build(root, form, closing, trial) {
    var card = el('section', root, 'c'), fields = [], i, sent = newId(), busy = false;
    put(card, 'aria-label', say(form.title));
    if (closing) {
      put(card, 'role', 'dialog');
      var x = el('button', card, 'x', '×');
      put(x, 'type', 'button'); put(x, 'aria-label', T.close);
      on(x, 'click', closing);
      on(card, 'keydown', function (e) { if (keyOf(e) === 'Escape') closing(); });
    }
    put(el('h2', card, '', say(form.title)), 'tabindex', '-1');
    var body = el('form', card);
    put(body, 'novalidate', '');
    for (i = 0; i < form.questions.length; i++) {
      var q = form.questions[i], set = el('fieldset', body), legend = el('legend', set, '', say(q.title)), read;
      if (q.required) { var mark = el('span', legend, 'n', ' *'); put(mark, 'title', T.must); put(mark, 'aria-label', T.must); }
      read = q.kind === 'stars' ? radios(q, set, 1, 5, true) : q.kind === 'csat' ? radios(q, set, 1, 5) : q.kind === 'nps' ? radios(q, set, 0, 10) : q.kind === 'choice' ? choices(q, set) : q.kind === 'text' ? area(q, set) : picture(q, set, tell);
      fields[fields.length] = { read: read, required: q.required };
    }
    var send = el('button', body, '', T.send), message = el('p', card, 'm');
    put(send, 'type', 'submit'); put(message, 'role', 'status'); put(message, 'aria-live', 'polite');
    function tell(said, isFine) { put(message, 'class', isFine ? 'm' : 'm w'); text(message, said); }
    function end(said) { remove(body); tell(said, true); }
    on(body, 'submit', function (e) {
      prevent(e);
      if (busy) return;
      var answers = [], j, answer;
      for (j = 0; j < fields.length; j++) {
        answer = fields[j].read();
        if (answer) answers[answers.length] = answer;
        else if (fields[j].required) return tell(T.need);
      }
      if (!answers.length) return tell(T.need);
      if (trial) return end(say(form.thanks) || T.thanks);
      busy = true;
      disable(send, true);
      tell(T.sending, true);
      // The same id each time it is tried, so that it is taken once.
      ask('', { id: sent, formVersion: form.version, subject: subject, proof: proof, answers: answers, context: { version: get(script, 'data-version'), module: get(script, 'data-module'), language: lang.slice(0, 64) } }).then(function () {
        kept('done', sent);
        end(say(form.thanks) || T.thanks);
      }, function (failure) {
        busy = false;
        disable(send, false);
        if (failure && failure.status === 409) return end(T.done);
        tell(failure && failure.status === 404 ? T.gone : failure && failure.status === 400 && failure.problem ? failure.problem.detail : T.again);
      });
    });
    return card;
  }

  var shown = null;
  function open(form) {
    if (shown) return;
    var before = doc.activeElement, box = host(into ? '' : 'f'), root = rooted(box);
    function close() { remove(box); shown = null; try { focus(before); } catch (e) { /* It is gone. */ } }
    var card = build(root, form, into ? null : close);
    shown = close;
    if (!into) { try { focus(method('Element', 'querySelector')(card, 'h2')); } catch (e) { /* The page shows it all the same. */ } }
    kept('times', (+kept('times') || 0) + 1);
    kept('at', W.Date.now());
    if (!into && subject && proof) ask('/shown', { subject: subject, proof: proof }).then(null, function () { /* It may be shown once more. */ });
  }
  function note(said) { var card = el('section', rooted(host(into ? '' : 'f')), 'c'); put(el('p', card, '', said), 'role', 'status'); }
  function start() {
    ask(subject && proof ? '?subject=' + W.encodeURIComponent(subject) + '&proof=' + W.encodeURIComponent(proof) : '').then(function (offer) {
      var form = offer.form, trigger = form.trigger, done = kept('done'), known = subject && proof;
      if (into) {
        if (done && !known || offer.because === 'answered') {
          note(T.done);
          if (done) ask('/submissions/' + done).then(function (mine) { if (mine.reply) note(T.reply + mine.reply); }, function () { /* It was deleted. */ });
          return;
        }
        return offer.because === 'unknown' ? note(T.who) : open(form);
      }
      var may = offer.show && !done && (known || ((+kept('times') || 0) < form.caps.timesMax && !(W.Date.now() - (+kept('at') || 0) < form.caps.pauseDays * 864e5)));
      own.OrreryReviews.open = function () { if (offer.because !== 'unknown') open(form); };
      function later() { W.setTimeout(function () { if (may) { may = false; open(form); } }, trigger.delaySeconds * 1000); }
      if (trigger.kind === 'load') later();
      own.OrreryReviews.event = function (name) { if (trigger.kind === 'event' && name === trigger.event) later(); };
      for (var i = 0; i < early.length; i++) own.OrreryReviews.event(early[i]);
    }, function () { if (into) note(T.gone); });
  }
  // open(): by hand. event(name): something happened in the page. preview(element, form, language): a form that sends nothing.
  var early = [];
  own.OrreryReviews = {
    open: function () { /* Nothing was offered yet. */ },
    event: function (name) { early[early.length] = name; },
    preview: function (element, form, language) {
      zh = language === 'zh';
      T = zh ? ZH : EN;
      var box = el('div', element);
      build(rooted(box), form, null, true);
      return function () { remove(box); };
    },
  };
  if (link) start();
})();
