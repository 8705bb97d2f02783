import type { PageFacts } from "@linkus/sdk/phone";
import baseStyles from "../styles/base.module.css";
import featuresStyles from "../styles/features.module.css";
import { useText } from "../text";

/** Which group is paged, and whether anybody hears what is said here. */
export function PageNote({ page }: { page: PageFacts }) {
  const t = useText();
  const group = page.name && page.name !== page.group ? `${page.name} ${page.group}` : page.group;
  return (
    <>
      <span className={baseStyles.number}>{t("call.pageGroup", { group })}</span>
      {page.twoWay !== null && (
        <span className={featuresStyles.pageNote}>{t(page.twoWay ? "call.pageTwoWay" : "call.pageOneWay")}</span>
      )}
    </>
  );
}
