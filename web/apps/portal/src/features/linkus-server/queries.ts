import {
  type ApplyTo,
  type LoginModeUpdate,
  listExtensions,
  type MailTemplateUpdate,
  type MobileDefaultUpdate,
  previewMailTemplate,
  readDefaultTemplate,
  readLoginMode,
  readLoginModeEffect,
  readMailTemplate,
  readMobileDefault,
  readTemplateTest,
  type TemplateDraft,
  type TemplateTest,
  tryMailTemplate,
  updateLoginMode,
  updateMailTemplate,
  updateMobileDefault,
} from "@linkus/sdk/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import { untilSettled } from "../../api/queued-test";
import type { TemplateLanguage } from "../../components/template/LanguageChoice";
import { trialOf } from "../../components/template/trial";

export function mailTemplateQuery(language: string) {
  return queryOptions({
    // the explanations of the variables are in the reader's language
    queryKey: ["mail-template", language],
    queryFn: () => unwrap(readMailTemplate({ client: api })),
  });
}

export const saveMailTemplate = (body: MailTemplateUpdate) => unwrap(updateMailTemplate({ client: api, body }));

export const defaultTemplate = (language: TemplateLanguage) =>
  unwrap(readDefaultTemplate({ client: api, query: { language } }));

export const tryDraft = (body: TemplateDraft) => trialOf(previewMailTemplate({ client: api, body }));

export function previewQuery(draft: TemplateDraft) {
  return queryOptions({
    queryKey: ["mail-template-preview", draft],
    queryFn: () => tryDraft(draft),
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
  });
}

/** For the choice of whose data the preview shows. */
export function someExtensionsQuery(search: string) {
  return queryOptions({
    queryKey: ["extensions", "choice", search],
    queryFn: () => unwrap(listExtensions({ client: api, query: { search, page: 1 } })),
    placeholderData: keepPreviousData,
  });
}

export const sendTest = (body: TemplateTest) => unwrap(tryMailTemplate({ client: api, body }));

export function testMailQuery(mailId: number | null) {
  return queryOptions({
    queryKey: ["template-test", mailId],
    queryFn: () => unwrap(readTemplateTest({ client: api, path: { mail_id: mailId ?? 0 } })),
    enabled: mailId !== null,
    staleTime: 0,
    refetchInterval: untilSettled,
  });
}

export const loginModeQuery = queryOptions({
  queryKey: ["login-mode"],
  queryFn: () => unwrap(readLoginMode({ client: api })),
});

export interface LoginModeChoice {
  login_by_number: boolean;
  login_by_email: boolean;
}

export const loginModeEffect = (query: LoginModeChoice) => unwrap(readLoginModeEffect({ client: api, query }));

export const saveLoginMode = (body: LoginModeUpdate) => unwrap(updateLoginMode({ client: api, body }));

export const mobileDefaultQuery = queryOptions({
  queryKey: ["mobile-default"],
  queryFn: () => unwrap(readMobileDefault({ client: api })),
});

export const saveMobileDefault = (body: MobileDefaultUpdate & { apply_to: ApplyTo }) =>
  unwrap(updateMobileDefault({ client: api, body }));
