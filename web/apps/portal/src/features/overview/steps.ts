export type Step = "company" | "mail" | "extension" | "welcome" | "call";

export interface OverviewFacts {
  companyName: string;
  mailServer: boolean;
  extensions: number;
  linkusExtensions: number;
  welcomeMails: number;
  clientsOnline: number;
  calls: number;
}

/** What a new system still needs, in the order in which it is done. */
export function nextSteps(facts: OverviewFacts): { step: Step; done: boolean }[] {
  return [
    { step: "company", done: facts.companyName !== "" },
    { step: "mail", done: facts.mailServer },
    { step: "extension", done: facts.linkusExtensions > 0 },
    // Whoever is signed in got in, be it by a mail or by a code on the screen.
    { step: "welcome", done: facts.welcomeMails > 0 || facts.clientsOnline > 0 },
    { step: "call", done: facts.calls > 0 },
  ];
}
