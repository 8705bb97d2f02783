import { classes, formatDateTime } from "@linkus/ui";
import { defineText, useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Descriptions, Skeleton } from "antd";
import { LoadFailed } from "../../components/LoadFailed";
import { PageHeader } from "../../components/PageHeader";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { properName } from "./parts";
import { aboutQuery } from "./queries";

const useText = defineText(
  "about",
  {
    title: "关于",
    versions: "正在运行的版本",
    server: "服务器",
    database: "数据库",
    image: "引擎镜像生成时间",
    licence: "许可证",
    licenceText: "Apache License 2.0",
    independent:
      "这是一个独立的开源项目，与所参照手册的厂商无关，未使用该厂商的标志、图片、声音或软件。文中出现的产品名称属于其各自的所有者。",
    independence: "独立声明",
  },
  {
    title: "About",
    versions: "Versions that run",
    server: "Server",
    database: "Database",
    image: "Engine image built",
    licence: "Licence",
    licenceText: "Apache License 2.0",
    independent:
      "This is an independent open-source project. It is not connected with the vendor of the manual that it follows, and uses none of that vendor's logos, pictures, sounds or software. Product names belong to their owners.",
    independence: "Independence",
  },
);

export function AboutPage() {
  const t = useText();
  const language = useLanguage();
  const query = useQuery(aboutQuery);
  const about = query.data;
  return (
    <>
      <PageHeader title={t("title")} />
      {query.isError ? <LoadFailed error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton active /> : null}
      {about ? (
        <div className={classes(baseStyles.stack, formStyles.formPage)}>
          <section className={baseStyles.panel}>
            <h2>{t("versions")}</h2>
            <Descriptions
              colon={false}
              className={pagesStyles.aboutVersions}
              column={{ xs: 1, md: 2 }}
              items={[
                { key: "server", label: t("server"), children: `${about.name} ${about.version}` },
                { key: "python", label: "Python", children: about.python },
                { key: "database", label: t("database"), children: about.database },
                ...Object.entries(about.engine).map(([part, version]) => ({
                  key: part,
                  label: properName(part),
                  children: version,
                })),
                ...(about.image_built_at
                  ? [{ key: "image", label: t("image"), children: formatDateTime(about.image_built_at, language) }]
                  : []),
              ]}
            />
          </section>
          <section className={baseStyles.panel}>
            <h2>{t("licence")}</h2>
            <p>{t("licenceText")}</p>
            <h2>{t("independence")}</h2>
            <p className={pagesStyles.aboutText}>{t("independent")}</p>
          </section>
        </div>
      ) : null}
    </>
  );
}
