import type { ReactNode } from "react";
import { LanguageSwitch } from "../parts/Switches";

/** The card in the middle of the page, and the switch of language. */
export function Frame({ company, title, children }: { company?: string; title: string; children: ReactNode }) {
  return (
    <div className="gate">
      <main className="gate-card">
        <header className="gate-head">
          <img src="/favicon.svg" alt="" width="44" height="44" />
          <div>
            {company && <p className="gate-company">{company}</p>}
            <h1>{title}</h1>
          </div>
        </header>
        {children}
      </main>
      <footer className="gate-foot">
        <LanguageSwitch />
      </footer>
    </div>
  );
}
