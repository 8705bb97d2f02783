import { Frame } from "../login/Frame";
import { useText } from "../text";

/** What the test of the screen pop opens: harmless, and the same for everybody. */
export function PopTestPage() {
  const t = useText();
  return (
    <Frame title={t("pop.testTitle")}>
      <p>{t("pop.testText")}</p>
    </Frame>
  );
}
