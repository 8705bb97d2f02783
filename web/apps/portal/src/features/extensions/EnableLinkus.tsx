import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button } from "antd";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { setLinkus } from "./queries";
import { useWelcomeText } from "./welcome-text";

interface EnableLinkusProps {
  ids: number[];
  /** The words of the button. */
  action: string;
  onEnabled: () => void;
}

/** Some have Linkus off, which one click puts right for all of them. */
export function EnableLinkus({ ids, action, onEnabled }: EnableLinkusProps) {
  const t = useWelcomeText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const enable = useMutation({
    mutationFn: () => setLinkus(ids, true),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ["extensions"] });
      onEnabled();
    },
    onError: (error) => message.error(errorText(error)),
  });
  return (
    <Alert
      type="warning"
      showIcon
      title={t("off", { count: ids.length })}
      action={
        <Button size="small" loading={enable.isPending ? { delay: 300 } : false} onClick={() => enable.mutate()}>
          {action}
        </Button>
      }
    />
  );
}
