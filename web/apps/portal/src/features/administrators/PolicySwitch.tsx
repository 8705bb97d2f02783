import { useMutation, useQuery } from "@tanstack/react-query";
import { App, Flex, Switch } from "antd";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import baseStyles from "../../styles/base.module.css";
import { policyQuery, savePolicy } from "./queries";
import { useAdministratorsText } from "./text";

/** Whether the company requires a second factor of every administrator; says first whom that concerns. */
export function PolicySwitch() {
  const t = useAdministratorsText();
  const errorText = useErrorText();
  const { message, modal } = App.useApp();
  const { data: policy } = useQuery(policyQuery);
  const save = useMutation({
    mutationFn: savePolicy,
    onSuccess: (saved) => {
      queryClient.setQueryData(policyQuery.queryKey, saved);
      message.success(t("policySaved"));
    },
    onError: (error) => {
      message.error(errorText(error));
      void queryClient.invalidateQueries({ queryKey: policyQuery.queryKey });
    },
  });
  if (!policy) return null;
  const change = async (required: boolean) => {
    // whom it concerns changes with every administrator who is added or sets it up
    const present = await queryClient.fetchQuery({ ...policyQuery, staleTime: 0 }).catch(() => policy);
    const content = present.without > 0 ? t("policyOnText", { count: present.without }) : t("policyOnAll");
    if (required && !(await modal.confirm({ title: t("policyOn"), content, okText: t("policyRequire") }))) return;
    save.mutate({ required, version: present.version });
  };
  return (
    <section className={baseStyles.panel} aria-label={t("secondFactor")}>
      <Flex gap={12} align="center">
        <Switch
          id="second-factor-policy"
          checked={policy.required}
          loading={save.isPending}
          onChange={(required) => void change(required)}
        />
        <div>
          <label htmlFor="second-factor-policy">{t("policy")}</label>
          <p className={baseStyles.secondary}>{t("policyHelp")}</p>
        </div>
      </Flex>
    </section>
  );
}
