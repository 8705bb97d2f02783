"""Refuses templates that would spoil a mail, and describes variables and problems to administrators. Pure."""

from __future__ import annotations

from linkus.kit.errors import FieldError, ValidationFailed
from linkus.kit.messages import Language, text
from linkus.mail.template.compiled import Compiled, compile_template
from linkus.mail.template.problems import Problem
from linkus.mail.template.schemas import (
    TemplateChange,
    TemplateField,
    TemplateProblem,
    TemplateVariable,
    TemplateWarning,
)
from linkus.mail.template.variables import Use, Vocabulary
from linkus.server_settings.schemas import TemplateMode


def described(vocabulary: Vocabulary, language: Language) -> list[TemplateVariable]:
    return [
        TemplateVariable(
            name=variable.name,
            placeholder="{{." + variable.name + "}}",
            use=variable.use,
            explanation=variable.explanation(language),
            in_subject=variable.use is Use.TEXT,
        )
        for variable in vocabulary.variables
    ]


def accepted(change: TemplateChange, subject: str, body: str, vocabulary: Vocabulary, language: Language) -> Compiled:
    """Return the template as it is to be stored. `subject` and `body`: the stored ones. Refuse a wrong one, also while
    the default template is in use."""
    compiled = compile_template(
        subject if change.subject is None else change.subject, body if change.body is None else change.body, vocabulary
    )
    if change.mode is TemplateMode.CUSTOM or change.subject or change.body:
        check(compiled, language)
    return compiled


def check(compiled: Compiled, language: Language) -> None:
    """Refuse a template that would spoil a mail, and name every wrong variable."""
    problems_by_field = {TemplateField.SUBJECT: compiled.subject_problems, TemplateField.BODY: compiled.body_problems}
    errors = {
        field.value: FieldError(list_[0].code, list_[0].params) for field, list_ in problems_by_field.items() if list_
    }
    if not compiled.subject.strip():
        errors["subject"] = FieldError("template_subject_empty")
    if not compiled.body.strip():
        errors["body"] = FieldError("template_body_empty")
    if errors:
        problems = [
            _problem(field, problem, language) for field, list_ in problems_by_field.items() for problem in list_
        ]
        raise ValidationFailed(
            fields=errors, extra={"problems": [problem.model_dump(mode="json") for problem in problems]}
        )


def _problem(field: TemplateField, problem: Problem, language: Language) -> TemplateProblem:
    return TemplateProblem(
        field=field,
        code=problem.code,
        text=problem.text,
        line=problem.line,
        column=problem.column,
        suggestion=problem.suggestion,
        message=problem.message(language),
    )


def removal_warnings(compiled: Compiled, language: Language, removed: tuple[str, ...] = ()) -> list[TemplateWarning]:
    """Warn of what cleaning took from the template. `removed`: what it took when the template was saved."""
    removed_items = ", ".join(removed or compiled.removed)
    if not removed_items:
        return []
    code = "template_content_removed"
    return [TemplateWarning(code=code, message=text(language, code, removed=removed_items))]
