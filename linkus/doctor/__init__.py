"""`linkus doctor`: checks what an instance needs and says, in both languages, what to do about what is not right."""

from linkus.doctor.checks import run_doctor

__all__ = ["run_doctor"]
