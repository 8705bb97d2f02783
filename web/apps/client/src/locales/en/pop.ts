import type { pop as words } from "../zh-CN/pop";

export const pop: typeof words = {
  pop: {
    use: "Use a custom popup URL to show contacts",
    useHelp:
      "Calls open a web page, such as the contact in your CRM. A change is saved at once; your administrator can change it too.",
    url: "Popup URL",
    urlHelp: "Begins with http:// or https://. Variables are replaced by the facts of the call, URL-encoded.",
    insert: "Insert a variable",
    variable: {
      CallerNumber: "Caller number",
      CallerDisplayName: "Caller name",
      DIDNumber: "DID number",
      DIDName: "DID name",
      StartTime: "Start of the call",
    },
    variableHelp:
      "DID number and name are for inbound calls only. In calls that you make, caller number and name are those of the other side.",
    example: "Example",
    exampleName: "Wei Zhang",
    exampleDid: "Hotline",
    saveUrl: "Save",
    unsaved: "The popup URL has not been saved yet.",
    types: "Communication type",
    inbound: "Inbound",
    inboundHelp: "Calls from outside",
    internal: "Internal",
    internalHelp: "Calls from colleagues",
    mode: "Popup method",
    automatic: "Automatic",
    automaticHelp: "For incoming calls",
    manual: "Manual",
    manualHelp: "Click CRM in the call window, for calls in both directions",
    trigger: "Trigger",
    ringing: "Ringing",
    answered: "Answered",
    ended: "Call end",
    test: "Test the screen pop",
    testHelp: "After some seconds a page opens as it does for a call. Do not click on this page meanwhile.",
    testing: "The test page opens in {{seconds}} s…",
    testOpened: "The test page is open: screen pops work.",
    testBlocked: "The browser has blocked the test page.",
    hint: "Screen pop is on. Allow this page “Pop-ups and redirects” first, so that calls can open web pages.",
    hintTest: "Test it",
    blocked: "The browser has blocked a screen pop.",
    open: "Open the page",
    how: "How to allow it",
    howTitle: "Allow pop-ups and redirects",
    howChrome:
      "Chrome: click the blocked icon at the right of the address bar, choose “Always allow pop-ups and redirects from this site”, then “Done”.",
    howEdge:
      "Edge: click the blocked icon at the right of the address bar, choose “Always allow pop-ups and redirects from this site”, then “Done”.",
    howOpera:
      "Opera: click the blocked icon at the right of the address bar, choose “Always allow pop-ups from this site”, then “Done”.",
    howAddress:
      "Without such an icon, add {{address}} to the allowed sites under “Pop-ups and redirects” in the browser's settings.",
    testTitle: "Screen pops work",
    testText: "When a call comes in, a page opens in a new tab like this one. You can close this page.",
  },
  popProblem: {
    screen_pop_url_missing: "Enter the popup URL, for example https://crm.example.com/?number={{variable}}.",
    screen_pop_url_scheme: "A popup URL begins with http:// or https://.",
    screen_pop_url_host: "The popup URL has no usable host name, such as https://crm.example.com/.",
    screen_pop_url_user: "A popup URL must not hold a user name and password (the part before @).",
    screen_pop_url_blank: "A popup URL has no blanks and no backslashes. Write %20 or / instead.",
    screen_pop_variable_in_host: "{{text}} cannot stand in the host name, only in the path or the parameters after it.",
    screen_pop_variable_misspelt: "There is no variable {{text}}. Did you mean {{suggestion}}?",
    screen_pop_variable_unknown: "There is no variable {{text}}. Choose one from the list of variables.",
    screen_pop_variable_broken_near: "{{text}} is not a complete variable. Write {{suggestion}}.",
    screen_pop_variable_broken:
      "{{text}} is not a complete variable; they are written {{variable}}. Correct or remove it.",
  },
};
