import type { NamedExtension } from "@linkus/sdk/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, Flex, Modal, Table } from "antd";
import { useState } from "react";
import { SearchBox } from "../../components/list/SearchBox";
import { useErrorText } from "../../components/text";
import { useFirstFocus } from "../../components/useFirstFocus";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import callsStyles from "../../styles/calls.module.css";
import listStyles from "../../styles/list.module.css";
import { joinExtensions } from "./join";
import { pickQuery, readAll } from "./queries";
import { usePickerText } from "./text";

export interface TakeDialogProps {
  chosen: NamedExtension[];
  max: number;
  onTake: (more: NamedExtension[]) => void;
  onClose: () => void;
  /** The page itself says what became of them. */
  isSaid?: boolean;
}

interface PickDialogProps extends TakeDialogProps {
  /** By id, those who are members of a department or group already, where `chosen` does not say so. */
  members?: ReadonlySet<number>;
}

/** The server searches, a page at a time: it is as quick with ten thousand extensions as with ten. */
export function PickDialog({ chosen, max, members, onTake, onClose }: PickDialogProps) {
  const t = usePickerText();
  const common = useCommonText();
  const errorText = useErrorText();
  const [search, setSearch] = useState("");
  const [page, setPage] = useState(1);
  const [ticked, setTicked] = useState<NamedExtension[]>([]);
  const query = useQuery(pickQuery(search, page));
  const there = members ?? new Set(chosen.map((extension) => extension.id));
  const focus = useFirstFocus();
  const total = query.data?.total ?? 0;
  const all = joinExtensions(chosen, ticked).length;
  const takeAll = useMutation({
    mutationFn: () => readAll(search),
    onSuccess: (results) =>
      setTicked((before) => joinExtensions(before, results).filter((extension) => !there.has(extension.id))),
  });
  const take = () => {
    onTake(ticked);
    onClose();
  };
  return (
    <Modal
      open
      width={640}
      title={t("pickTitle")}
      okText={ticked.length > 0 ? t("take", { count: ticked.length }) : t("takeNone")}
      okButtonProps={{ disabled: ticked.length === 0 || all > max }}
      onOk={take}
      onCancel={onClose}
      cancelText={common("cancel")}
      afterOpenChange={focus.afterOpenChange}
    >
      <div ref={focus.ref} className={baseStyles.stack}>
        <Flex gap={8} wrap align="center">
          <SearchBox
            value={search}
            hint={t("searchHint")}
            onChange={(text) => {
              setSearch(text);
              setPage(1);
            }}
          />
          <span className={listStyles.listToolbarGap} />
          <Button
            disabled={total === 0 || total > max}
            loading={takeAll.isPending ? { delay: 300 } : false}
            onClick={() => takeAll.mutate()}
          >
            {t("takeAll", { count: total })}
          </Button>
        </Flex>
        {query.isError || takeAll.isError ? (
          <Alert type="error" showIcon title={errorText(query.error ?? takeAll.error)} role="alert" />
        ) : null}
        {all > max ? <Alert type="warning" showIcon title={t("tooMany", { max })} role="alert" /> : null}
        <Table<NamedExtension>
          className={callsStyles.pickTable}
          size="small"
          rowKey="id"
          dataSource={query.data?.items ?? []}
          loading={{ spinning: query.isPending || query.isPlaceholderData, delay: 300 }}
          scroll={{ y: 340 }}
          locale={{ emptyText: query.data ? common("noMatch") : " " }}
          columns={[
            { title: t("number"), dataIndex: "number", width: 140 },
            { title: t("name"), dataIndex: "display_name" },
            {
              key: "already",
              width: 90,
              align: "right",
              render: (_, extension) =>
                there.has(extension.id) ? (
                  <span className={baseStyles.secondary}>{t(members ? "isMember" : "already")}</span>
                ) : null,
            },
          ]}
          rowSelection={{
            selectedRowKeys: ticked.map((extension) => extension.id),
            preserveSelectedRowKeys: true,
            getCheckboxProps: (extension) =>
              ({
                disabled: there.has(extension.id),
                "aria-label": common("selectRow", { name: extension.number }),
              }) as object,
            onChange: (_keys, rows) => {
              const named = rows.map(({ id, number, display_name }) => ({ id, number, display_name }));
              setTicked(named);
            },
          }}
          onRow={(extension) => ({
            onClick: (event) => {
              // the whole row is the target, not only its small box
              if (there.has(extension.id) || (event.target as HTMLElement).closest("input")) return;
              const { id, number, display_name } = extension;
              const off = ticked.filter((extension) => extension.id !== id);
              setTicked(off.length < ticked.length ? off : [...ticked, { id, number, display_name }]);
            },
          })}
          pagination={{
            current: page,
            pageSize: query.data?.page_size ?? 50,
            total,
            showSizeChanger: false,
            size: "small",
            showTotal: (count) => common("total", { count }),
            onChange: setPage,
          }}
        />
      </div>
    </Modal>
  );
}
