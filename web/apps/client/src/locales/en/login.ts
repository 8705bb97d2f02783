import type { login as words } from "../zh-CN/login";

export const login: typeof words = {
  login: {
    title: "Sign in",
    username: "User name",
    usernameHelp: {
      both: "Your extension number or email address; administrators use their own user name.",
      number: "Your extension number; administrators use their own user name.",
      email: "Your email address; administrators use their own user name.",
    },
    password: "Password",
    code: "Two-step code",
    codeHelp: "Enter the 6-digit code that your authenticator app shows, or a recovery code.",
    show: "Show password",
    hide: "Hide password",
    domain: "Server",
    busy: "Signing in…",
    usernameMissing: "Enter your user name.",
    passwordMissing: "Enter your password.",
    noLink:
      "No password yet? Sign in with the link or QR code of your welcome mail, and set one at Settings > Change password. If you got no mail, ask your administrator to send it again.",
    noRole:
      "The user of this extension has no administrator's role and cannot open the portal. You are signed in to the client. If you need the portal, ask a super administrator.",
    toClient: "Open the client",
    setup: "This server has no administrator yet. Open the one-time link that was shown when the server started.",
  },
  link: {
    title: "Sign in to the {{kind}}",
    checking: "Checking the login link…",
    company: "Company",
    extension: "Extension",
    name: "Name",
    client: "Client",
    once: "This link works once. It is used up when you sign in.",
    replaces: "Extension {{number}} ({{name}}) is signed in to this browser. It will be signed out here if you go on.",
    sameAlready: "This browser is signed in to this extension already.",
    goOn: "Continue",
    desktop: "Meant for a computer. Once you have signed in, this browser is your desktop client.",
    scan: "Scan this code with your phone to sign in there.",
    scanCode: "Code for signing in on a phone",
    here: "Sign in in this browser",
    withPassword: "Sign in with a password",
    bad: {
      none: {
        title: "The link is incomplete",
        text: "Copy the whole link from the welcome mail, or scan the code again.",
      },
      used: {
        title: "This link has been used",
        text: "Each login link works once. Ask your administrator to send the welcome mail again, or sign in with a password.",
      },
      expired: {
        title: "This link has expired",
        text: "Ask your administrator to send the welcome mail again, or sign in with a password.",
      },
      revoked: {
        title: "This link is no longer valid",
        text: "Your administrator has withdrawn it or sent a newer one. Open the latest welcome mail, or ask your administrator.",
      },
      unknown: {
        title: "This link is not known here",
        text: "It may not have been copied in full. Copy it from the welcome mail again, or ask your administrator.",
      },
    },
  },
  help: {
    link: "What clients need",
    title: "What clients need",
    webTitle: "Web client",
    web: "Open the address of this server in a browser; nothing has to be installed. It needs one of these browsers, or a later version:",
    guide: "User's guide",
    insecure:
      "This page was not opened with https://, so the browser does not let it use the microphone, and no call is possible. Open it at its https:// address.",
    yours: "This browser meets the requirements.",
    secure: "Browsers give the microphone only to pages opened with https://.",
    needs: "A microphone and a speaker are needed, better a headset.",
    mobileTitle: "Mobile client",
    mobile:
      "Scan the mobile code in the welcome mail with the phone, or open the mobile link there: it runs in the phone's browser, as a device of its own with its own codec setting.",
    mobileLimit: "Calls arrive while the page is open. Keep it open.",
    desktopTitle: "Desktop client",
    desktop: "Open the desktop link of the welcome mail in a browser on the computer to sign in as the desktop client.",
    install: "Install as an app",
    installed: "Installed, it opens from the desktop or the home screen like an app.",
    openInApp: "Installed already? Click “Open in app” at the right of the address bar to open this link there.",
    installTitle: "Open it like an app",
    installDesktop:
      "Chrome or Edge on a computer: open the browser's menu and choose “Install Linkus”, or “Install this site as an app” under “Apps”.",
    installAndroid: "Chrome on Android: open the browser's menu and choose “Add to Home screen”.",
    installIphone: "Safari on iPhone: tap Share and choose “Add to Home Screen”.",
    phoneTitle: "Desk phone",
    phone:
      "A SIP phone registers with the extension's registration name and registration password. Ask your administrator for them.",
    back: "Back to signing in",
  },
  forgot: {
    link: "Forgot password?",
    title: "Forgot password",
    text: "Enter your user name. A link to choose a new password is sent to the email address of the account.",
    usernameHelp: {
      both: "Your extension number or email address.",
      number: "Your extension number.",
      email: "Your email address.",
    },
    send: "Send the link",
    asked:
      "If there is such an account with an email address, a mail with a link arrives shortly. The link is valid for an hour. If nothing comes, look into your spam folder or ask your administrator.",
    back: "Back to signing in",
  },
  reset: {
    title: "Choose a new password",
    text: "For extension {{number}} ({{name}}). Once it is saved, every signed-in device has to sign in again with it.",
    save: "Save the new password",
    doneTitle: "Password changed",
    doneText: "Sign in with your new password.",
    badTitle: "This link cannot be used",
    again: "Send a new link",
    bad: {
      used: "This link has been used. Each link works once.",
      expired: "This link has expired. It is valid for an hour.",
      revoked: "This link is no longer valid, perhaps because the password has been changed.",
      unknown: "This link is not known. Copy the whole link from the mail.",
    },
  },
  password: {
    title: "Change password",
    current: "Current password",
    new: "New password",
    again: "New password again",
    currentMissing: "Enter your current password.",
    broken: "The new password does not meet all that is asked below.",
    differ: "The new passwords differ.",
    rules: "What a password needs",
    rule: {
      length: "10 to 63 characters",
      upper: "An upper-case letter",
      lower: "A lower-case letter",
      digit: "A digit",
      runs: "No 4 digits in a row or the same, such as 1234 or 1111",
      personal: "Neither extension number nor name",
    },
    strength: "Password strength",
    level: { 1: "Weak", 2: "Fair", 3: "Strong" },
    busy: "Saving…",
    save: "Save",
    saved: "The password was changed.",
    devicesEnded: "Other devices signed out: {{count}}.",
    mustTitle: "Choose your own password",
    mustText:
      "The password of extension {{number}} was set by an administrator. Choose one that only you know to go on.",
    mustDo: "Save and go on",
  },
  privacy: {
    title: "Privacy notice",
    agree: "Agree and go on",
    refuse: "Disagree and sign out",
  },
  ended: {
    title: "You are signed out",
    again: "Sign in again",
    reason: {
      signed_out: "You signed out on this device.",
      signed_out_by_administrator: "An administrator signed this device out.",
      linkus_disabled:
        "An administrator switched the Linkus client of this extension off. Ask your administrator if you need it.",
      extension_deleted: "This extension has been deleted. Ask your administrator if you have questions.",
      administrator_disabled:
        "Your administrator account was disabled. Ask a super administrator if you have questions.",
      administrator_deleted:
        "Your administrator's role was taken away: you can no longer open the portal. Ask a super administrator if you have questions.",
      role_changed:
        "You have been given more rights in the portal, and need a new password. If you have an extension, choose “Forgot password” or ask for a login link; otherwise ask the administrator who gave you the rights for a password link.",
      password_voided:
        "Your administrator password is void. Open the link that an administrator gives you, and choose a new one.",
      password_changed: "The password was changed. Sign in with the new one.",
      login_mode_changed: "The way to sign in was changed. Sign in again.",
      too_many: "You have signed in on more than 20 devices of this kind, so the oldest was signed out.",
      expired: "Your session has expired. Sign in again.",
    },
  },
};
