"""The administrators' own welcome mail: variables `{{.Name}}` from an allow-list, never a programming language (WM-6).

Pure: no database, no network. `compile_template` checks and cleans a template once; `Compiled.render` fills it in any
number of times.
"""

from linkus.welcome_mail.template.compiled import Compiled, Rendered, compile_template
from linkus.welcome_mail.template.problems import Problem
from linkus.welcome_mail.template.variables import VARIABLES, Use, Values, Variable

__all__ = ["VARIABLES", "Compiled", "Problem", "Rendered", "Use", "Values", "Variable", "compile_template"]
