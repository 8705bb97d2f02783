from __future__ import annotations

from linkus.extension.models import ExtensionImport, ExtensionImportError
from linkus.extension.schemas import ImportErrorView, ImportState, ImportView
from linkus.kit.messages import Language, text


def import_view(row: ExtensionImport, errors: list[ExtensionImportError], language: Language) -> ImportView:
    return ImportView(
        id=row.id,
        state=ImportState(row.state),
        reason=row.reason,
        message=text(language, row.reason) if row.reason else None,
        file_name=row.file_name,
        total=row.total,
        done=row.done,
        created=row.created,
        updated=row.updated,
        failed=row.failed,
        errors=[
            ImportErrorView(
                row=error.row,
                column=error.column,
                code=error.code,
                message=text(language, error.code, **error.params),
            )
            for error in errors
        ],
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
