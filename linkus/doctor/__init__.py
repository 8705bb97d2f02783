"""`linkus doctor`: checks the needs of an instance and suggests, in both languages, how to fix each problem."""

from linkus.doctor.checks import run_doctor

__all__ = ["run_doctor"]
