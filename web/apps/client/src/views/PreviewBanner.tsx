import { useSoftphoneState } from "../app/context";
import { preview } from "../linkus";
import { Banner } from "../parts/Banner";
import { useText } from "../text";

/** Tells an administrator that this is what somebody else sees. */
export function PreviewBanner() {
  const t = useText();
  const { number, display_name: name } = useSoftphoneState((state) => state.session.extension);
  if (!preview) return null;
  const who = name === number ? number : `${number} ${name}`;
  return (
    <Banner tone="info">
      <strong>{t("preview.title")}</strong> {t("preview.note", { who, kind: t(`kind.${preview.kind}`) })}
    </Banner>
  );
}
