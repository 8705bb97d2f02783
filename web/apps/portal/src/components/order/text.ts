import { defineText } from "@linkus/ui/text";

export const useOrderText = defineText(
  "order",
  {
    order: "顺序",
    up: "上移",
    down: "下移",
    upOne: "上移 {{name}}",
    downOne: "下移 {{name}}",
    moveOne: "移动 {{name}}：按上下方向键，或拖动",
    removeOne: "移除 {{name}}",
    movedTo: "{{name}} 现在是第 {{place}} 条",
    nothing: "还没有选择",
  },
  {
    order: "Order",
    up: "Move up",
    down: "Move down",
    upOne: "Move {{name}} up",
    downOne: "Move {{name}} down",
    moveOne: "Move {{name}}: press the arrow keys, or drag",
    removeOne: "Remove {{name}}",
    movedTo: "{{name}} is number {{place}} now",
    nothing: "Nothing is chosen yet",
  },
);
