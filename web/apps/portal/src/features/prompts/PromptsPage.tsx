import { classes } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { LoadFailed } from "../../components/LoadFailed";
import { PageHeader } from "../../components/PageHeader";
import baseStyles from "../../styles/base.module.css";
import callsStyles from "../../styles/calls.module.css";
import formStyles from "../../styles/form.module.css";
import { PromptRow } from "./PromptRow";
import { usePlayer } from "./player";
import { promptsQuery } from "./queries";
import { usePromptName, usePromptText } from "./text";

/** PBX 设置 > 语音提示: what callers hear (manual, CW-2 and CW-3). */
export function PromptsPage() {
  const t = usePromptText();
  const nameOf = usePromptName();
  const query = useQuery(promptsQuery);
  const player = usePlayer();
  return (
    <div className={formStyles.formPage}>
      <PageHeader
        title={t("title")}
        description={
          <>
            {t("intro")}
            <br />
            {query.data
              ? t("rules", { megabytes: query.data.max_megabytes, seconds: query.data.max_seconds })
              : "\u00a0"}
          </>
        }
      />
      {query.isError && !query.data ? <LoadFailed error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton active /> : null}
      <div className={baseStyles.stack}>
        {query.data?.items.map(({ name, recordings }) => {
          const { title, when } = nameOf(name);
          return (
            <section key={name} className={classes(baseStyles.panel, callsStyles.prompt)} aria-label={title}>
              <h2>
                {title}
                {when ? <span className={classes(baseStyles.secondary, callsStyles.promptWhen)}>{when}</span> : null}
              </h2>
              <ul className={callsStyles.promptRows}>
                {recordings.map((recording) => (
                  <PromptRow
                    key={recording.language}
                    name={name}
                    title={title}
                    recording={recording}
                    megabytes={query.data.max_megabytes}
                    player={player}
                  />
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </div>
  );
}
