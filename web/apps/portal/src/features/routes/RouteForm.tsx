import type { UseQueryResult } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Button, Form } from "antd";
import { type ComponentType, useMemo, useState } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { Loaded } from "../../components/Loaded";
import { PageHeader } from "../../components/PageHeader";
import { useCommonText } from "../../i18n/common";
import formStyles from "../../styles/form.module.css";
import { DeleteRouteDialog, type Direction, RouteMarks } from "./Parts";
import { useRouteText } from "./text";

/** What the routes of one direction are like. */
export interface RouteKind<Values extends object, Route> {
  direction: Direction;
  Fields: ComponentType<{ adding: boolean }>;
  fields: readonly (keyof Values & string)[];
  fresh: Values;
  valuesOf: (route: Route) => Values;
  useOne: (id: number) => UseQueryResult<Route>;
  keep: (saved: Route) => void;
  add: (values: Values) => Promise<Route>;
  save: (id: number, values: Values, version: number) => Promise<Route>;
}

interface RouteLike {
  id: number;
  name: string;
  enabled: boolean;
  version: number;
}

const refreshList = (direction: Direction) =>
  void queryClient.invalidateQueries({ queryKey: [`${direction}-routes`], exact: true });

export function AddRoute<Values extends object, Route extends RouteLike>({ kind }: { kind: RouteKind<Values, Route> }) {
  const t = useRouteText();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const toList = () => void navigate({ to: `/${kind.direction}-routes` });
  return (
    <div className={formStyles.formPage}>
      <PageHeader title={t(kind.direction === "inbound" ? "addInbound" : "addOutbound")} />
      <EditForm<Values, Route>
        form={form}
        initial={kind.fresh}
        version={0}
        fields={kind.fields}
        save={kind.add}
        savedText={(saved) => t("added", { name: saved.name })}
        onSaved={() => {
          refreshList(kind.direction);
          toList();
        }}
        onCancel={toList}
      >
        <kind.Fields adding />
      </EditForm>
    </div>
  );
}

interface EditRouteProps<Values extends object, Route> {
  kind: RouteKind<Values, Route>;
}

export function EditRoute<Values extends object, Route extends RouteLike>({ kind }: EditRouteProps<Values, Route>) {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = kind.useOne(Number(id));
  return <Loaded query={query}>{(route, reload) => <Editing kind={kind} route={route} onReload={reload} />}</Loaded>;
}

function Editing<Values extends object, Route extends RouteLike>(
  props: EditRouteProps<Values, Route> & { route: Route; onReload: () => void },
) {
  const { kind, route } = props;
  const t = useRouteText();
  const common = useCommonText();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const [deleting, setDeleting] = useState(false);
  const initial = useMemo(() => kind.valuesOf(route), [kind, route]);
  const toList = () => void navigate({ to: `/${kind.direction}-routes` });
  return (
    <div className={formStyles.formPage}>
      <PageHeader
        title={t(kind.direction === "inbound" ? "editInbound" : "editOutbound", { name: route.name })}
        beside={<RouteMarks route={route} />}
        actions={
          <Button danger onClick={() => setDeleting(true)}>
            {common("delete")}
          </Button>
        }
      />
      <EditForm<Values, Route>
        form={form}
        initial={initial}
        version={route.version}
        fields={kind.fields}
        save={(values, version) => kind.save(route.id, values, version)}
        onSaved={(saved) => {
          kind.keep(saved);
          refreshList(kind.direction);
        }}
        onCancel={toList}
        onReload={props.onReload}
      >
        <kind.Fields adding={false} />
      </EditForm>
      {deleting ? (
        <DeleteRouteDialog
          direction={kind.direction}
          ids={[route.id]}
          name={route.name}
          onDone={toList}
          onClose={() => setDeleting(false)}
        />
      ) : null}
    </div>
  );
}
