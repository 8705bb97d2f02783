"""The administrators' own mails: variables `{{.Name}}` from an allow-list, never a programming language (WM-6).

Pure: no database, no network. `compile_template` checks and cleans a template once; `Compiled.render` fills it in any
number of times.
"""

from linkus.mail.template.compiled import Compiled, Rendered, compile_template
from linkus.mail.template.problems import Problem
from linkus.mail.template.variables import Use, Values, Variable, Vocabulary

__all__ = ["Compiled", "Problem", "Rendered", "Use", "Values", "Variable", "Vocabulary", "compile_template"]
