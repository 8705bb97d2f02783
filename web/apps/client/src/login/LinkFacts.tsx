import type { CredentialFacts, LoginKind } from "@linkus/sdk";
import baseStyles from "../styles/base.module.css";
import { useText } from "../text";

export function LinkFacts({ facts, kind }: { facts: CredentialFacts; kind: LoginKind }) {
  const t = useText();
  const rows: [string, string | null | undefined][] = [
    [t("link.company"), facts.company_name],
    [t("link.extension"), facts.extension_number],
    [t("link.name"), facts.display_name],
    [t("link.client"), t(`kind.${kind}`)],
  ];
  return (
    <dl className={baseStyles.facts}>
      {rows.map(([label, value]) =>
        value ? (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}
