import { DownloadOutlined, PauseCircleOutlined, PlayCircleOutlined, UploadOutlined } from "@ant-design/icons";
import type { PromptInLanguage } from "@linkus/sdk/api";
import { classes, formatDateTime, LANGUAGES } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, Upload } from "antd";
import { queryClient } from "../../api/query";
import { downloadBlob } from "../../components/copy";
import { StateTag } from "../../components/StateTag";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import callsStyles from "../../styles/calls.module.css";
import pagesStyles from "../../styles/pages.module.css";
import type { Player } from "./player";
import { backToSpoken, promptsQuery, readSound, sendRecording } from "./queries";
import { usePromptText } from "./text";

interface PromptRowProps {
  name: string;
  title: string;
  recording: PromptInLanguage;
  megabytes: number;
  player: Player;
}

class TooLarge extends Error {}

/** One prompt in one language: what is played, and what can be done about it. */
export function PromptRow({ name, title, recording, megabytes, player }: PromptRowProps) {
  const t = usePromptText();
  const common = useCommonText();
  const errorText = useErrorText();
  const reader = useLanguage();
  const { message, modal } = App.useApp();
  const { language, upload } = recording;
  const place = { name, language };
  const key = `${name}/${language}`;
  const spokenIn = LANGUAGES.find(({ code }) => code === language)?.name ?? language;
  const called = { name: `${title} ${spokenIn}` };
  const refresh = () => queryClient.invalidateQueries({ queryKey: promptsQuery.queryKey });

  const send = useMutation({
    mutationFn: async (file: File) => {
      if (file.size > megabytes * 1024 * 1024) throw new TooLarge(t("tooLarge", { megabytes }));
      return sendRecording(place, file);
    },
    onSuccess: async () => {
      if (player.playing === key) player.stop();
      await refresh();
      message.success(t("saved"));
    },
  });
  const back = useMutation({
    mutationFn: () => backToSpoken(place),
    onSuccess: async () => {
      send.reset();
      if (player.playing === key) player.stop();
      await refresh();
      message.success(t("restored"));
    },
    onError: (error) => message.error(errorText(error)),
  });
  const failed = (error: unknown) => message.error(t("noSound", { reason: errorText(error) }));
  const playing = player.playing === key;

  return (
    <li className={callsStyles.promptRow}>
      <Button
        type="text"
        shape="circle"
        size="large"
        icon={playing ? <PauseCircleOutlined aria-hidden="true" /> : <PlayCircleOutlined aria-hidden="true" />}
        aria-label={t(playing ? "stopOne" : "playOne", called)}
        title={t(playing ? "stop" : "play")}
        onClick={() => (playing ? player.stop() : void player.play(key, () => readSound(place)).catch(failed))}
      />
      <div className={callsStyles.promptText}>
        <div className={callsStyles.promptHead}>
          <strong>{spokenIn}</strong>
          <StateTag tone={upload ? "good" : "idle"}>{t(upload ? "uploaded" : "spoken")}</StateTag>
        </div>
        <p className={pagesStyles.noMargin} lang={language}>
          {recording.text}
        </p>
        {upload ? (
          <p className={classes(pagesStyles.noMargin, baseStyles.secondary, baseStyles.numbers)}>
            {t("uploadedFile", {
              file: upload.file_name || "–",
              seconds: upload.seconds,
              time: formatDateTime(upload.uploaded_at, reader),
            })}
          </p>
        ) : null}
        {send.isError ? (
          <Alert
            type="error"
            showIcon
            role="alert"
            title={fieldText(send.error) ?? errorText(send.error)}
            closable={{ onClose: () => send.reset(), "aria-label": common("close") }}
          />
        ) : null}
      </div>
      <div className={callsStyles.promptActions}>
        <Upload
          accept=".wav,.mp3,audio/wav,audio/mpeg"
          maxCount={1}
          showUploadList={false}
          disabled={send.isPending}
          beforeUpload={(file) => {
            send.mutate(file);
            return false;
          }}
        >
          <Button
            icon={<UploadOutlined aria-hidden="true" />}
            loading={send.isPending ? { delay: 300 } : false}
            aria-label={t(upload ? "replaceOne" : "uploadOne", called)}
          >
            {t(upload ? "replace" : "upload")}
          </Button>
        </Upload>
        <Button
          icon={<DownloadOutlined aria-hidden="true" />}
          aria-label={t("downloadOne", called)}
          onClick={() => {
            readSound(place)
              .then((blob) => downloadBlob(`${name}-${language}.wav`, blob))
              .catch((error: unknown) => message.error(errorText(error)));
          }}
        >
          {t("download")}
        </Button>
        {upload ? (
          <Button
            danger
            aria-label={t("backOne", called)}
            loading={back.isPending ? { delay: 300 } : false}
            onClick={() =>
              void modal.confirm({
                title: t("backTitle"),
                content: t("backText", { file: upload.file_name || "–" }),
                okText: t("back"),
                okButtonProps: { danger: true },
                cancelText: common("cancel"),
                onOk: () => back.mutateAsync().catch(() => undefined),
              })
            }
          >
            {t("back")}
          </Button>
        ) : null}
      </div>
    </li>
  );
}

/** What is wrong with the file, rather than that something is wrong with a field. */
function fieldText(error: unknown): string | undefined {
  const fields = (error as { fields?: Record<string, { message: string }> }).fields;
  return fields?.file?.message;
}
