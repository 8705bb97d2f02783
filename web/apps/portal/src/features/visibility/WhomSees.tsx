import type { NamedExtension } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Fragment, useId, useState } from "react";
import { Loaded } from "../../components/Loaded";
import baseStyles from "../../styles/base.module.css";
import permissionStyles from "../../styles/permission.module.css";
import { ExtensionSelect } from "../picker/ExtensionSelect";
import { ruleName } from "./labels";
import { visibilityOfQuery } from "./queries";
import { useSeenText } from "./seen";
import { useVisibilityText } from "./text";

/** Answers whom the user of an extension sees, and why. */
export function WhomSees() {
  const t = useVisibilityText();
  const id = useId();
  const [extension, setExtension] = useState<NamedExtension | null>(null);
  return (
    <section className={baseStyles.panel} aria-label={t("whom")}>
      <h2>{t("whom")}</h2>
      <div className={baseStyles.stack}>
        <div className={permissionStyles.compareChoice}>
          <label htmlFor={id}>{t("extension")}</label>
          <ExtensionSelect id={id} value={extension} onChange={setExtension} placeholder={t("whomHelp")} />
        </div>
        <div aria-live="polite">{extension ? <Answer key={extension.id} extension={extension} /> : null}</div>
      </div>
    </section>
  );
}

/** The same on the page of an extension. */
export function ExtensionVisibility({ extension }: { extension: NamedExtension }) {
  const title = useVisibilityText()("visibleColleagues");
  return (
    <section className={baseStyles.panel} aria-label={title}>
      <h2>{title}</h2>
      <Answer extension={extension} />
    </section>
  );
}

function Answer({ extension }: { extension: NamedExtension }) {
  const t = useVisibilityText();
  const query = useQuery(visibilityOfQuery(extension.id));
  const seen = useSeenText();
  return (
    <Loaded query={query}>
      {(answer) => {
        const { rules } = answer;
        return (
          <>
            <p>{seen(extension, answer)}</p>
            {rules.length > 0 ? (
              <p className={baseStyles.secondary}>
                {t("because")}
                {rules.map((rule, at) => (
                  <Fragment key={rule.id}>
                    {at > 0 ? t("and") : null}
                    <Link to="/client-permission/visibility/$id" params={{ id: String(rule.id) }}>
                      {ruleName(t, rule)}
                    </Link>
                  </Fragment>
                ))}
              </p>
            ) : null}
          </>
        );
      }}
    </Loaded>
  );
}
