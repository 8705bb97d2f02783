import type { ReactNode } from "react";
import { LanguageSwitch } from "../parts/Switches";
import gateStyles from "../styles/gate.module.css";

/** The card in the middle of the page, and the switch of language. */
export function Frame({ company, title, children }: { company?: string; title: string; children: ReactNode }) {
  return (
    <div className={gateStyles.gate}>
      <main className={gateStyles.gateCard}>
        <header className={gateStyles.gateHead}>
          <img src="/favicon.svg" alt="" width="44" height="44" />
          <div>
            {company && <p className={gateStyles.gateCompany}>{company}</p>}
            <h1>{title}</h1>
          </div>
        </header>
        {children}
      </main>
      <footer>
        <LanguageSwitch />
      </footer>
    </div>
  );
}
