import type { ExtensionItem } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Filter } from "../../components/list/FilterChip";
import type { Column } from "../../components/list/types";
import { StateTag } from "../../components/StateTag";
import { useCommonText } from "../../i18n/common";
import { Tags } from "../client-permission/Tags";
import { usePlaceText } from "../organization/place-text";
import { groupsQuery, organizationQuery } from "../organization/queries";
import { useListText } from "./list-text";
import { OnlineCell } from "./OnlineCell";

export function useExtensionColumns(): Column<ExtensionItem>[] {
  const t = useListText();
  const places = usePlaceText();
  const language = useLanguage();
  return useMemo(
    () => [
      {
        key: "number",
        title: t("number"),
        sortable: true,
        fixed: true,
        head: true,
        render: (row) => (
          <Link to="/extensions/$id" params={{ id: String(row.id) }}>
            {row.number}
          </Link>
        ),
      },
      { key: "name", title: t("name"), sortable: true, fixed: true, head: true, render: (row) => row.display_name },
      { key: "email", title: t("email"), sortable: true, render: (row) => row.email || "–" },
      {
        key: "mobile_number",
        title: t("mobile"),
        sortable: true,
        hidden: true,
        render: (row) => row.mobile_number || "–",
      },
      {
        key: "linkus_enabled",
        title: t("linkus"),
        sortable: true,
        render: (row) => (
          <StateTag tone={row.linkus_enabled ? "good" : "idle"}>
            {t(row.linkus_enabled ? "enabled" : "disabled")}
          </StateTag>
        ),
      },
      { key: "online", title: t("onlineColumn"), render: (row) => <OnlineCell extension={row} /> },
      {
        key: "departments",
        title: places("departments"),
        render: (row) => (row.departments?.length ? <Tags labels={row.departments.map(({ name }) => name)} /> : "–"),
      },
      {
        key: "groups",
        title: places("groups"),
        hidden: true,
        render: (row) => (row.groups?.length ? <Tags labels={row.groups.map(({ name }) => name)} /> : "–"),
      },
      {
        key: "voicemail_enabled",
        title: t("voicemail"),
        hidden: true,
        render: (row) => (
          <StateTag tone={row.voicemail_enabled ? "good" : "idle"}>
            {t(row.voicemail_enabled ? "enabled" : "disabled")}
          </StateTag>
        ),
      },
      {
        key: "created_at",
        title: t("created"),
        sortable: true,
        hidden: true,
        render: (row) => formatDateTime(row.created_at, language),
      },
    ],
    [t, places, language],
  );
}

export function useExtensionFilters(): Filter[] {
  const t = useListText();
  const common = useCommonText();
  return [
    {
      name: "linkus_enabled",
      label: t("linkus"),
      options: [
        { value: "true", label: t("enabled") },
        { value: "false", label: t("disabled") },
      ],
    },
    {
      name: "online",
      label: t("onlineColumn"),
      options: [
        { value: "any", label: t("any") },
        { value: "none", label: t("noneOnline") },
        ...(["mobile", "desktop", "web", "phone"] as const).map((value) => ({ value, label: common(value) })),
      ],
    },
    ...usePlaceFilters(),
  ];
}

/** By department and group, as far as there are any. */
function usePlaceFilters(): Filter[] {
  const places = usePlaceText();
  const { data: organization } = useQuery(organizationQuery);
  const { data: groups } = useQuery(groupsQuery);
  const byDepartment = organization?.departments.map(({ id, path }) => ({ value: String(id), label: path.join("/") }));
  const byGroup = groups?.items
    .filter((group) => !group.is_everyone)
    .map(({ id, name }) => ({ value: String(id), label: name }));
  return [
    { name: "department", label: places("departments"), options: byDepartment ?? [] },
    { name: "group", label: places("groups"), options: byGroup ?? [] },
  ].filter(({ options }) => options.length > 0);
}
