import type { PageFacts } from "@linkus/sdk/phone";
import { useText } from "../text";

/** Which group is paged, and whether anybody hears what is said here. */
export function PageNote({ page }: { page: PageFacts }) {
  const t = useText();
  const group = page.name && page.name !== page.group ? `${page.name} ${page.group}` : page.group;
  return (
    <>
      <span className="number">{t("call.pageGroup", { group })}</span>
      {page.twoWay !== null && (
        <span className="page-note">{t(page.twoWay ? "call.pageTwoWay" : "call.pageOneWay")}</span>
      )}
    </>
  );
}
