import { defineText } from "@linkus/ui/text";

export const useImportText = defineText(
  "import",
  {
    import: "导入",
    export: "导出",
    exportFailed: "导出失败",
    title_extensions: "导入分机",
    how_extensions:
      "先导出一份作为模板，按同样的列填写，再导入。号码已存在的分机会被更新：文件中没有的列保持不变，空白的单元格恢复默认值或清空（密码和 PIN 码保持不变）。其余的会被添加。新分机的 Linkus 客户端默认禁用（与单个添加相同）：在“启用 Linkus 客户端”一列填写 1，或导入后勾选分机并启用。",
    title_inbound_routes: "导入呼入路由",
    how_inbound_routes:
      "先导出一份作为模板，按同样的列填写，再导入。中继和 DID 号码都相同的路由会被更新，其余的按文件中的顺序添加。目的地填写“分机”、“语音信箱”或“广播组”。",
    drop: "点击选择 CSV 文件，或把文件拖到此处",
    uploading: "正在上传…",
    another: "导入另一个文件",
    progress: "正在导入：{{done}} / {{total}}",
    result: "共 {{total}} 行：添加 {{created}}，更新 {{updated}}，失败 {{failed}}",
    leave: "可以关闭此窗口，导入会继续。",
    errors: "出错的行",
    first: "共 {{count}} 个问题，此处只显示前 {{shown}} 个，全部见错误报告。",
    row: "行",
    column: "列",
    problem: "问题",
    download: "下载错误报告",
  },
  {
    import: "Import",
    export: "Export",
    exportFailed: "Nothing was exported",
    title_extensions: "Import extensions",
    how_extensions:
      "Export first and use the file as a template. Extensions with a number that exists are updated: what the file has no column for stays, and an empty cell means the default, or nothing (passwords and PINs stay). The others are added. Linkus clients of new extensions are disabled unless the column “Enable Linkus Clients” says 1, as when one is added; you can also tick and enable them after the import.",
    title_inbound_routes: "Import inbound routes",
    how_inbound_routes:
      "Export first and use the file as a template. Routes of the same trunk and DID number are updated, the others are added in the order of the file. A destination is “Extension”, “Voicemail” or “Paging Group”.",
    drop: "Press to choose a CSV file, or drop it here",
    uploading: "Uploading…",
    another: "Import another file",
    progress: "Importing: {{done}} / {{total}}",
    result: "{{total}} rows: {{created}} added, {{updated}} updated, {{failed}} failed",
    leave: "You may close this window; the import goes on.",
    errors: "Rows with errors",
    first: "{{count}} problems, of which the first {{shown}} are shown here. The error report has all of them.",
    row: "Row",
    column: "Column",
    problem: "Problem",
    download: "Download error report",
  },
);
