import {
  type AccountCreate,
  type AccountUpdate,
  type AccountView,
  createAdministrator,
  createRole,
  deleteAdministrator,
  deleteRole,
  listAdministrators,
  listRoles,
  makePasswordLink as makeLink,
  type RoleUpdate,
  type RoleValues,
  readSecondFactorPolicy,
  resetSecondFactor,
  type SecondFactorPolicyUpdate,
  updateAdministrator,
  updateRole,
  updateSecondFactorPolicy,
} from "@linkus/sdk/api";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { PageOf } from "../../components/list/types";

export const accountsQuery = queryOptions({
  queryKey: ["administrators"],
  queryFn: () => unwrap(listAdministrators({ client: api })),
  // they are few, so that all of them are one page
  select: ({ items }): PageOf<AccountView> => ({ items, total: items.length, page: 1, page_size: 500 }),
});

export const rolesQuery = queryOptions({
  queryKey: ["roles"],
  queryFn: () => unwrap(listRoles({ client: api })),
});

export const policyQuery = queryOptions({
  queryKey: ["second-factor-policy"],
  queryFn: () => unwrap(readSecondFactorPolicy({ client: api })),
});

export const addAccount = (body: AccountCreate) => unwrap(createAdministrator({ client: api, body }));

export const saveAccount = (id: number, body: AccountUpdate) =>
  unwrap(updateAdministrator({ client: api, path: { account_id: id }, body }));

export const removeAccount = (id: number) => unwrap(deleteAdministrator({ client: api, path: { account_id: id } }));

export const makePasswordLink = (id: number) => unwrap(makeLink({ client: api, path: { account_id: id } }));

export const resetFactor = (id: number) => unwrap(resetSecondFactor({ client: api, path: { account_id: id } }));

export const savePolicy = (body: SecondFactorPolicyUpdate) => unwrap(updateSecondFactorPolicy({ client: api, body }));

export const addRole = (body: RoleValues) => unwrap(createRole({ client: api, body }));

export const saveRole = (id: number, body: RoleUpdate) =>
  unwrap(updateRole({ client: api, path: { role_id: id }, body }));

export const removeRole = (id: number) => unwrap(deleteRole({ client: api, path: { role_id: id } }));
